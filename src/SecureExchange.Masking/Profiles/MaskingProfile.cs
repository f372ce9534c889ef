using System.Security.Cryptography;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Risk;

namespace SecureExchange.Masking.Profiles;

/// <summary>A masking profile: which field is what, and what becomes of it. Immutable; identified by the digest of its
/// bytes. The format is described in <c>docs/formats/profile.md</c>.</summary>
public sealed class MaskingProfile
{
    internal MaskingProfile(byte[] digest, IReadOnlyList<FieldRule> fields)
    {
        DigestBytes = digest;
        Digest = "sha256:" + Convert.ToHexStringLower(digest);
        Fields = fields;
    }

    /// <summary>The profile's own name: letters, digits, dots and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>The profile author's own count, from 1.</summary>
    public required int Version { get; init; }

    /// <summary><c>sha256:</c> and the hex SHA-256 of the exact YAML bytes.</summary>
    public string Digest { get; }

    public required RecordFormat Format { get; init; }

    public required UnlistedFields Unlisted { get; init; }

    /// <summary>Whether a return may leave out rows that were sent.</summary>
    public required bool AllowMissingRows { get; init; }

    /// <summary>The field that tells rows apart in a return, or null: then a row is known by all its reversible cells.</summary>
    public string? RowKey => RowKeyIndex < 0 ? null : Fields[RowKeyIndex].Name;

    /// <summary>In the profile's order.</summary>
    public IReadOnlyList<FieldRule> Fields { get; }

    internal byte[] DigestBytes { get; }

    /// <summary>Index of the row key's rule, or -1.</summary>
    internal int RowKeyIndex { get; init; }

    /// <summary>What is measured of the masked records, or null.</summary>
    internal RiskRules? Risk { get; init; }

    /// <summary>CSV: the delimiter, or 0 where the header tells.</summary>
    internal byte Delimiter { get; init; }

    /// <summary>NDJSON: the fields' paths as a tree.</summary>
    internal JsonNode? Paths { get; init; }

    /// <summary>Reads a profile from YAML.</summary>
    /// <param name="yaml">UTF-8, at most 256 KiB.</param>
    /// <exception cref="ProfileException">The profile can't be used as it stands; unknown keys are errors.</exception>
    public static MaskingProfile Parse(ReadOnlySpan<byte> yaml) => ProfileReader.Read(YamlNode.Parse(yaml), SHA256.HashData(yaml));
}
