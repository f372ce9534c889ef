using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Profiles;

/// <summary>What a profile says about one field.</summary>
public sealed class FieldRule
{
    internal FieldRule(string name, FieldPath path, string transform, TransformRule rule, bool isOptional, YamlScalar place)
    {
        Name = name;
        Path = path;
        Transform = transform;
        Rule = rule;
        IsOptional = isOptional;
        Place = place;
    }

    /// <summary>The column's name, or the path (<c>lines[*].iban</c>), as the profile writes it.</summary>
    public string Name { get; }

    /// <summary>The transform's name, as in the profile: <c>tokenise</c>.</summary>
    public string Transform { get; }

    /// <summary>Whether a return gets the real value back in place of the masked one.</summary>
    public bool IsReversible { get; internal set; }

    internal FieldPath Path { get; }

    internal TransformRule Rule { get; }

    /// <summary>Whether a CSV file may come without this column.</summary>
    internal bool IsOptional { get; }

    /// <summary>Index of the subject's rule, or -1.</summary>
    internal int Subject { get; set; } = -1;

    internal YamlScalar Place { get; }
}
