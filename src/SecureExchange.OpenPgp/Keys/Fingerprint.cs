using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Identifies a key: 20 octets of a v4 key, 32 of a v6 key (RFC 9580 §5.5.4).</summary>
public readonly record struct Fingerprint
{
    private readonly string? _hex;

    internal Fingerprint(ReadOnlySpan<byte> octets) => _hex = Convert.ToHexString(octets);

    private Fingerprint(string hex) => _hex = hex;

    /// <summary>The version of the key: 4 or 6; 0 for <c>default</c>.</summary>
    public int Version => _hex?.Length switch { 40 => 4, 64 => 6, _ => 0 };

    /// <summary>The low 64 bits of a v4 fingerprint, the high 64 bits of a v6 one. Not unique: only a hint.</summary>
    public ulong KeyId
    {
        get
        {
            var octets = ToBytes();
            return Version switch
            {
                4 => BinaryPrimitives.ReadUInt64BigEndian(octets.AsSpan(12)),
                6 => BinaryPrimitives.ReadUInt64BigEndian(octets),
                _ => 0,
            };
        }
    }

    /// <summary>Reads 40 or 64 hexadecimal digits, with or without spaces, in either case.</summary>
    /// <exception cref="FormatException">It's no fingerprint.</exception>
    public static Fingerprint Parse(string text) =>
        TryParse(text, out var fingerprint)
            ? fingerprint
            : throw new FormatException("a fingerprint is 40 or 64 hexadecimal digits");

    /// <inheritdoc cref="Parse"/>
    /// <returns>Whether it's a fingerprint.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Fingerprint fingerprint)
    {
        var hex = text?.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        var valid = hex is { Length: 40 or 64 } && hex.All(char.IsAsciiHexDigit);
        fingerprint = valid ? new Fingerprint(hex!) : default;
        return valid;
    }

    /// <summary>20 or 32 octets; none for <c>default</c>.</summary>
    public byte[] ToBytes() => Convert.FromHexString(_hex ?? "");

    /// <summary>Upper-case hexadecimal without spaces.</summary>
    public override string ToString() => _hex ?? "";
}
