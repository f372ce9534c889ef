using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Originals;

/// <summary>The bytes of kept originals, as <c>docs/formats/originals.md</c> describes them.</summary>
internal static class OriginalsFormat
{
    public const byte Version = 1;

    /// <summary>Magic, version, fields, profile digest.</summary>
    public const int HeaderSize = 4 + 1 + 2 + 32;

    /// <summary>Before each cell.</summary>
    public const int LengthSize = 4;

    /// <summary>Instead of a length: the row hasn't got the field.</summary>
    public const uint Absent = uint.MaxValue;

    public static ReadOnlySpan<byte> Magic => "SXOC"u8;

    public static void WriteHeader(MaskingProfile profile, int fields, Span<byte> header)
    {
        Magic.CopyTo(header);
        header[4] = Version;
        header[5] = (byte)(fields >> 8);
        header[6] = (byte)fields;
        profile.DigestBytes.CopyTo(header[7..]);
    }
}
