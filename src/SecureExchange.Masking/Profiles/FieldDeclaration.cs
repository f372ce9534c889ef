namespace SecureExchange.Masking.Profiles;

/// <summary>A field as the profile's text has it, for all audiences.</summary>
internal sealed class FieldDeclaration
{
    public required YamlScalar Key { get; init; }

    /// <summary>The attached files whose field it is, by the profile's name for them; null: the file's own.</summary>
    public string? Attachment { get; init; }

    /// <summary>What reports and errors call it.</summary>
    public string Name => Attachment is null ? Key.Value : $"{Attachment}/{Key.Value}";

    public required FieldPath Path { get; init; }

    public required string? Type { get; init; }

    public required bool IsOptional { get; init; }

    public required KeyScope Scope { get; init; }

    /// <summary>Fields of one link give equal values equal masks.</summary>
    public required string? Link { get; init; }

    /// <summary>For whoever no other variant fits.</summary>
    public required FieldVariant Otherwise { get; init; }

    public required IReadOnlyList<(Audience Audience, FieldVariant Variant)> Variants { get; init; }

    /// <summary>The variant for an audience: its own, else its role's, else its location's, else the field's.</summary>
    /// <exception cref="ProfileException">Its role's and its location's differ, and nothing says which one it is.</exception>
    public FieldVariant For(Audience audience)
    {
        FieldVariant? role = null, location = null;
        foreach (var (named, variant) in Variants)
        {
            if (named == audience) return variant;
            if (named.Location is null && named.Role == audience.Role) role = variant;
            if (named.Role is null && named.Location == audience.Location) location = variant;
        }

        // Which of the two shows more isn't for us to guess.
        if (role is not null && location is not null)
            throw new ProfileException(ProfileError.AmbiguousAudience, Key.Line, Key.Column,
                $"'{Key.Value}': both {audience.Role} and @{audience.Location} fit {audience}; say what {audience} gets");
        return role ?? location ?? Otherwise;
    }

    public FieldRule Resolve(Audience audience) => new(this, For(audience));
}
