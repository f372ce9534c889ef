using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Packets;

/// <summary>A version 4 signature (RFC 9580 §5.2.3).</summary>
internal sealed class SignaturePacket
{
    private const string What = "signature packet";

    private SignaturePacket(
        SignatureType type, PublicKeyAlgorithm keyAlgorithm, DigestAlgorithm digest, ReadOnlyMemory<byte> hashedPart,
        Subpackets hashed, Subpackets unhashed, ReadOnlyMemory<byte> digestStart, ReadOnlyMemory<byte> value)
    {
        Type = type;
        KeyAlgorithm = keyAlgorithm;
        Digest = digest;
        HashedPart = hashedPart;
        Hashed = hashed;
        DigestStart = digestStart;
        Value = value;
        IssuerFingerprint = hashed.IssuerFingerprint ?? unhashed.IssuerFingerprint;
        IssuerKeyId = hashed.IssuerKeyId ?? unhashed.IssuerKeyId ?? IssuerFingerprint?.KeyId ?? 0;
        EmbeddedSignatures = [.. hashed.EmbeddedSignatures, .. unhashed.EmbeddedSignatures];
    }

    public SignatureType Type { get; }

    public PublicKeyAlgorithm KeyAlgorithm { get; }

    public DigestAlgorithm Digest { get; }

    /// <summary>From the version to the hashed subpackets' end: what the signature covers of itself.</summary>
    public ReadOnlyMemory<byte> HashedPart { get; }

    /// <summary>What the signer says. The unhashed area is anybody's: only the two below are taken from it, and both
    /// prove
    /// themselves.</summary>
    public Subpackets Hashed { get; }

    /// <summary>A hint for finding the key, 0 for none.</summary>
    public ulong IssuerKeyId { get; }

    /// <inheritdoc cref="IssuerKeyId"/>
    public Fingerprint? IssuerFingerprint { get; }

    public IReadOnlyList<ReadOnlyMemory<byte>> EmbeddedSignatures { get; }

    /// <summary>The first two octets of the digest, in clear.</summary>
    public ReadOnlyMemory<byte> DigestStart { get; }

    /// <summary>The algorithm's own fields.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    /// <summary>When it was made. A signature that doesn't say so isn't one (§5.2.3.11).</summary>
    public DateTimeOffset CreatedAt => Hashed.CreatedAt ?? DateTimeOffset.MaxValue;

    public static SignaturePacket Read(ReadOnlyMemory<byte> body, long offset)
    {
        var cursor = new OctetCursor(body.Span, What, offset);
        var version = cursor.Octet();
        if (version != 4) throw cursor.Unsupported(PgpError.UnsupportedVersion, $"version {version}");
        var type = (SignatureType)cursor.Octet();
        var keyAlgorithm = (PublicKeyAlgorithm)cursor.Octet();
        var digest = (DigestAlgorithm)cursor.Octet();
        var hashed = Area(ref cursor, body, offset);
        var hashedPart = body[..cursor.Position];
        var unhashed = Area(ref cursor, body, offset);
        cursor.Take(2);
        var digestStart = body[(cursor.Position - 2)..cursor.Position];
        return new SignaturePacket(
            type, keyAlgorithm, digest, hashedPart, hashed, unhashed, digestStart, body[cursor.Position..]);
    }

    /// <summary>What is hashed after the signed data (§5.2.4).</summary>
    public static void WriteTrailer(ReadOnlySpan<byte> hashedPart, OctetWriter writer)
    {
        writer.Octets(hashedPart);
        writer.Octet(4);
        writer.Octet(0xFF);
        writer.UInt32((uint)hashedPart.Length);
    }

    private static Subpackets Area(ref OctetCursor cursor, ReadOnlyMemory<byte> body, long offset)
    {
        var length = cursor.UInt16();
        var at = cursor.Position;
        cursor.Take(length);
        return Subpackets.Read(body.Slice(at, length), What, offset + at);
    }
}
