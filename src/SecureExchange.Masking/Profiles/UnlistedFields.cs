namespace SecureExchange.Masking.Profiles;

/// <summary>What happens to a field that the profile doesn't name. It is never passed on.</summary>
public enum UnlistedFields
{
    /// <summary>The file is refused, naming the field.</summary>
    Refuse = 0,

    /// <summary>The field is left out of the masked copy.</summary>
    Drop = 1,
}
