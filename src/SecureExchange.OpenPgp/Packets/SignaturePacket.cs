using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Packets;

/// <summary>A signature of version 4 or 6 (RFC 9580 §5.2.3).</summary>
internal sealed class SignaturePacket
{
    private const string What = "signature packet";

    private SignaturePacket(
        ReadOnlyMemory<byte> hashedPart, Subpackets hashed, Subpackets unhashed, ReadOnlyMemory<byte> digestStart,
        ReadOnlyMemory<byte> salt, ReadOnlyMemory<byte> value)
    {
        HashedPart = hashedPart;
        Hashed = hashed;
        DigestStart = digestStart;
        Salt = salt;
        Value = value;
        IssuerFingerprint = hashed.IssuerFingerprint ?? unhashed.IssuerFingerprint;

        // What the signer said beats what anybody may have written behind it.
        if (hashed is { IssuerFingerprint: null, IssuerKeyId: { } said } && IssuerFingerprint?.KeyId != said) IssuerFingerprint = null;
        IssuerKeyId = Version == PublicKeyPacket.Version6
            ? IssuerFingerprint?.KeyId ?? 0 // A key id has no place in version 6 (§5.2.3.12).
            : hashed.IssuerKeyId ?? unhashed.IssuerKeyId ?? IssuerFingerprint?.KeyId ?? 0;
        EmbeddedSignatures = [.. hashed.EmbeddedSignatures, .. unhashed.EmbeddedSignatures];
    }

    /// <summary>4 or 6: that of the key that made it.</summary>
    public int Version => HashedPart.Span[0];

    public SignatureType Type => (SignatureType)HashedPart.Span[1];

    public PublicKeyAlgorithm KeyAlgorithm => (PublicKeyAlgorithm)HashedPart.Span[2];

    public DigestAlgorithm Digest => (DigestAlgorithm)HashedPart.Span[3];

    /// <summary>From the version to the hashed subpackets' end: what the signature covers of itself.</summary>
    public ReadOnlyMemory<byte> HashedPart { get; }

    /// <summary>The hashed subpackets, as octets.</summary>
    public ReadOnlyMemory<byte> HashedArea => HashedPart[(Version == PublicKeyPacket.Version6 ? 8 : 6)..];

    /// <summary>What the signer says. The unhashed area is anybody's: only the two below are taken from it, and both
    /// prove
    /// themselves.</summary>
    public Subpackets Hashed { get; }

    /// <summary>A hint for finding the key, 0 for none.</summary>
    public ulong IssuerKeyId { get; }

    /// <inheritdoc cref="IssuerKeyId"/>
    public Fingerprint? IssuerFingerprint { get; }

    public IReadOnlyList<ReadOnlyMemory<byte>> EmbeddedSignatures { get; }

    /// <summary>The digest's first two octets, as the signature has them.</summary>
    public ReadOnlyMemory<byte> DigestStart { get; }

    /// <summary>What is hashed before everything else; empty in version 4.</summary>
    public ReadOnlyMemory<byte> Salt { get; }

    /// <summary>The algorithm's own fields.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    /// <summary>When it was made. A signature that doesn't say so isn't one (§5.2.3.11).</summary>
    public DateTimeOffset CreatedAt => Hashed.CreatedAt ?? DateTimeOffset.MaxValue;

    /// <summary>Whether it may be a key's, by what it says of its issuer: nothing, or that key.</summary>
    public bool MayBeBy(PublicKeyPacket key) => IssuerFingerprint is { } fingerprint
        ? fingerprint == key.Fingerprint
        : IssuerKeyId == 0 || IssuerKeyId == key.KeyId;

    /// <summary>Whether this engine reads signatures of a body's version.</summary>
    public static bool IsReadable(ReadOnlySpan<byte> body) =>
        body is [PublicKeyPacket.Version4 or PublicKeyPacket.Version6, ..];

    public static SignaturePacket Read(ReadOnlyMemory<byte> body, long offset)
    {
        var cursor = new OctetCursor(body.Span, What, offset);
        int version = cursor.Octet();
        if (!IsReadable(body.Span)) throw cursor.Unsupported(PgpError.UnsupportedVersion, $"version {version}");
        cursor.Take(2); // Type and key algorithm.
        var digest = (DigestAlgorithm)cursor.Octet();
        var hashed = Area(version, ref cursor, body, offset);
        var hashedPart = body[..cursor.Position];
        var unhashed = Area(version, ref cursor, body, offset);
        var digestStart = body.Slice(cursor.Position, cursor.Take(2).Length);
        var salt = version == PublicKeyPacket.Version6 ? ReadSalt(digest, ref cursor).ToArray() : [];
        return new SignaturePacket(hashedPart, hashed, unhashed, digestStart, salt, body[cursor.Position..]);
    }

    /// <returns>Null for a signature of a version that this engine doesn't read, or one that breaks the format: as good as none, and
    /// no reason to refuse others beside it (§5.2.5).</returns>
    public static SignaturePacket? TryRead(ReadOnlyMemory<byte> body, long offset = 0)
    {
        if (!IsReadable(body.Span)) return null;
        try
        {
            return Read(body, offset);
        }
        catch (PgpException)
        {
            return null;
        }
    }

    /// <summary>Reads a salt behind its size, which the hash prescribes (§5.2.3; table 23).</summary>
    public static ReadOnlySpan<byte> ReadSalt(DigestAlgorithm digest, ref OctetCursor cursor)
    {
        var salt = cursor.Take(cursor.Octet());
        if (digest.SaltSize() is > 0 and var size && salt.Length != size)
            Throw.Malformed($"{cursor.What}: a salt of {salt.Length} octets, where its hash has {size}", cursor.Offset);
        return salt;
    }

    /// <summary>What is hashed after the signed data (§5.2.4).</summary>
    public static void WriteTrailer(ReadOnlySpan<byte> hashedPart, OctetWriter writer)
    {
        writer.Octets(hashedPart);
        writer.Octet(hashedPart[0]); // The version.
        writer.Octet(0xFF);
        writer.UInt32((uint)hashedPart.Length);
    }

    private static Subpackets Area(int version, ref OctetCursor cursor, ReadOnlyMemory<byte> body, long offset)
    {
        var length = version == PublicKeyPacket.Version6 ? (int)Math.Min(cursor.UInt32(), int.MaxValue) : cursor.UInt16();
        var at = cursor.Position;
        cursor.Take(length);
        return Subpackets.Read(version, body.Slice(at, length), What, offset + at);
    }
}
