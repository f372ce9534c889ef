namespace SecureExchange.Masking.Profiles;

/// <summary>How much of a field's values its reader sees, from least to most.</summary>
public enum Sight
{
    /// <summary>Nothing, or the same for every value.</summary>
    Nothing,

    /// <summary>Something that stands for the value, the same for the same value.</summary>
    StandIn,

    /// <summary>A part of the value, or a coarser or shifted one.</summary>
    Part,

    /// <summary>The value.</summary>
    Value,
}
