namespace SecureExchange.Masking.Profiles;

/// <summary>What a profile says about one field.</summary>
public sealed class FieldRule
{
    internal FieldRule(string name, string transform, bool isReversible)
    {
        Name = name;
        Transform = transform;
        IsReversible = isReversible;
    }

    /// <summary>The column's name, or the path (<c>lines[*].iban</c>), as the profile writes it.</summary>
    public string Name { get; }

    /// <summary>The transform's name, as in the profile: <c>tokenise</c>.</summary>
    public string Transform { get; }

    /// <summary>Whether a return gets the real value back in place of the masked one.</summary>
    public bool IsReversible { get; }
}
