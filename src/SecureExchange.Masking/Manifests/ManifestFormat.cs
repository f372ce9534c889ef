using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Manifests;

/// <summary>The bytes of a manifest, as <c>docs/formats/manifest.md</c> describes them.</summary>
internal static class ManifestFormat
{
    public const byte Version = 1;

    /// <summary>Magic, version, format, tagged fields, whether there is a row key, profile digest.</summary>
    public const int HeaderSize = 4 + 1 + 1 + 2 + 1 + 32;

    public const byte RowEntry = 1;
    public const byte FormulaEntry = 2;
    public const byte EndEntry = 3;
    public const byte CanaryEntry = 4;

    /// <summary>Entry, tag.</summary>
    public const int FormulaSize = 1 + 8;

    /// <summary>Entry, rows, formulas.</summary>
    public const int EndSize = 1 + 8 + 8;

    public static ReadOnlySpan<byte> Magic => "SXMF"u8;

    /// <summary>Entry, row tag, row key's tag if there is one, a short tag for each tagged field.</summary>
    public static int RowSize(TaggedFields fields) => 1 + 8 + (fields.HasKey ? 8 : 0) + (4 * fields.Others.Length);

    public static void WriteHeader(MaskingProfile profile, TaggedFields fields, Span<byte> header)
    {
        Magic.CopyTo(header);
        header[4] = Version;
        header[5] = (byte)profile.Format;
        header[6] = (byte)(fields.Others.Length >> 8);
        header[7] = (byte)fields.Others.Length;
        header[8] = fields.HasKey ? (byte)1 : (byte)0;
        profile.DigestBytes.CopyTo(header[9..]);
    }
}
