using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Packets;

/// <summary>A public key or subkey of version 4 or 6 (RFC 9580 §5.5.2).</summary>
internal sealed class PublicKeyPacket
{
    public const int Version4 = 4;
    public const int Version6 = 6;

    private PublicKeyPacket(int version, ReadOnlyMemory<byte> body, DateTimeOffset createdAt, PublicKeyMaterial material)
    {
        Version = version;
        Body = body;
        CreatedAt = createdAt;
        Material = material;
        using var hashed = new OctetWriter();
        WriteHashed(hashed);
        Fingerprint = new Fingerprint(
            version == Version6 ? SHA256.HashData(hashed.Written) : LegacyDigest.Hash(hashed.Written));
        KeyId = Fingerprint.KeyId;
    }

    /// <summary>4 or 6. Its signatures are of the same version, and so are its primary key and its subkeys.</summary>
    public int Version { get; }

    public ReadOnlyMemory<byte> Body { get; }

    public DateTimeOffset CreatedAt { get; }

    public PublicKeyMaterial Material { get; }

    public Fingerprint Fingerprint { get; }

    public ulong KeyId { get; }

    public static PublicKeyPacket Read(Packet packet, PgpLimits limits)
    {
        var cursor = packet.Fields("public key packet");
        var key = Read(packet.Body, ref cursor, limits);
        cursor.End();
        return key;
    }

    /// <summary>Reads the public fields that a secret key packet starts with, too.</summary>
    public static PublicKeyPacket Read(ReadOnlyMemory<byte> body, ref OctetCursor cursor, PgpLimits limits)
    {
        int version = cursor.Octet();
        if (version is not (Version4 or Version6))
        {
            throw cursor.Unsupported(
                PgpError.UnsupportedVersion,
                $"version {version} isn't supported; ask for a version 4 key, as GnuPG makes them, or one of version 6");
        }

        cursor.IsStrict = version == Version6;
        var createdAt = DateTimeOffset.FromUnixTimeSeconds(cursor.UInt32());
        var algorithm = (PublicKeyAlgorithm)cursor.Octet();
        var material = version == Version6
            ? ReadCounted(algorithm, ref cursor, limits)
            : PublicKeyMaterial.Read(version, algorithm, ref cursor, limits);
        if (version == Version4 && cursor.Position > ushort.MaxValue)
            Throw.Malformed($"{cursor.What}: longer than version 4 can be hashed", cursor.Offset);
        return new PublicKeyPacket(version, body[..cursor.Position], createdAt, material);
    }

    /// <summary>Puts a new key together.</summary>
    /// <param name="version">4 or 6.</param>
    /// <param name="createdAt">Seconds since 1970.</param>
    /// <param name="algorithm">Its algorithm.</param>
    /// <param name="fields">The algorithm's fields.</param>
    public static PublicKeyPacket Create(
        int version, uint createdAt, PublicKeyAlgorithm algorithm, ReadOnlySpan<byte> fields)
    {
        using var body = new OctetWriter();
        body.Octet((byte)version);
        body.UInt32(createdAt);
        body.Octet((byte)algorithm);
        if (version == Version6) body.UInt32((uint)fields.Length);
        body.Octets(fields);
        ReadOnlyMemory<byte> octets = body.ToArray();
        return Read(new Packet(PacketType.PublicKey, octets, octets, 0), PgpLimits.Default);
    }

    /// <summary>What is hashed of a key, in fingerprints (§5.5.4) and signatures (§5.2.4).</summary>
    public void WriteHashed(OctetWriter writer)
    {
        if (Version == Version6)
        {
            writer.Octet(0x9B);
            writer.UInt32((uint)Body.Length);
        }
        else
        {
            writer.Octet(0x99);
            writer.UInt16(Body.Length);
        }

        writer.Octets(Body.Span);
    }

    /// <summary>Whether a signature over a digest is this key's: of its version and algorithm, and valid. In version 6 the digest's
    /// first octets have to be those that stand in the signature (§5.2.3.6); in version 4 nobody may rely on them.</summary>
    public bool Verify(SignaturePacket signature, ReadOnlySpan<byte> digest) =>
        signature.Version == Version
        && signature.KeyAlgorithm == Material.Algorithm
        && (Version != Version6 || digest.StartsWith(signature.DigestStart.Span))
        && Material.Verify(Version, signature.Digest, digest, signature.Value.Span);

    /// <summary>Version 6 says how long the algorithm's fields are, so that unknown ones can be passed over (§5.5.2.3).</summary>
    private static PublicKeyMaterial ReadCounted(PublicKeyAlgorithm algorithm, ref OctetCursor cursor, PgpLimits limits)
    {
        var length = (int)Math.Min(cursor.UInt32(), int.MaxValue);
        var offset = cursor.Offset;
        var fields = new OctetCursor(cursor.Take(length), cursor.What, offset) { IsStrict = cursor.IsStrict };
        var material = PublicKeyMaterial.Read(Version6, algorithm, ref fields, limits);
        fields.End();
        return material;
    }
}
