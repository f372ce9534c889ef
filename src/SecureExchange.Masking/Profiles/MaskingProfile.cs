namespace SecureExchange.Masking.Profiles;

/// <summary>A masking profile: which field is what, and what becomes of it. Immutable; identified by the digest of its
/// bytes. The format is described in <c>docs/formats/profile.md</c>.</summary>
public sealed class MaskingProfile
{
    private MaskingProfile() => throw new NotImplementedException();

    /// <summary>Reads a profile from YAML.</summary>
    /// <param name="yaml">UTF-8.</param>
    /// <exception cref="ProfileException">The profile can't be used as it stands; unknown keys are errors.</exception>
    public static MaskingProfile Parse(ReadOnlySpan<byte> yaml) => throw new NotImplementedException();

    public string Name { get; }

    /// <summary>The profile author's own count, from 1.</summary>
    public int Version { get; }

    /// <summary><c>sha256:</c> and the hex SHA-256 of the exact YAML bytes.</summary>
    public string Digest { get; }

    public RecordFormat Format { get; }

    public UnlistedFields Unlisted { get; }

    /// <summary>Whether a return may leave out rows that were sent.</summary>
    public bool AllowMissingRows { get; }

    /// <summary>The field that tells rows apart in a return, or null: then a row is known by all its reversible cells.</summary>
    public string? RowKey { get; }

    /// <summary>In the profile's order.</summary>
    public IReadOnlyList<FieldRule> Fields { get; }
}
