using System.Buffers.Binary;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Packets;

/// <summary>A version 4 public key or subkey (RFC 9580 §5.5.2).</summary>
internal sealed class PublicKeyPacket
{
    public const int Version4 = 4;
    public const int Version6 = 6;

    private PublicKeyPacket(ReadOnlyMemory<byte> body, DateTimeOffset createdAt, PublicKeyMaterial material)
    {
        Body = body;
        CreatedAt = createdAt;
        Material = material;
        Fingerprint = new Fingerprint(LegacyDigest.Hash([.. HashPrefix(body.Length), .. body.Span]));
        KeyId = Fingerprint.KeyId;
    }

    /// <summary>4.</summary>
    public int Version => Fingerprint.Version;

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
        var version = cursor.Octet();
        if (version != Version4)
        {
            throw cursor.Unsupported(
                PgpError.UnsupportedVersion,
                $"version {version} isn't supported; ask for a version 4 key, as GnuPG makes them");
        }

        var createdAt = DateTimeOffset.FromUnixTimeSeconds(cursor.UInt32());
        var algorithm = (PublicKeyAlgorithm)cursor.Octet();
        var material = PublicKeyMaterial.Read(algorithm, ref cursor, limits);
        return new PublicKeyPacket(body[..cursor.Position], createdAt, material);
    }

    /// <summary>What is hashed of a key, in fingerprints and signatures (§5.5.4.2).</summary>
    public void WriteHashed(OctetWriter writer)
    {
        writer.Octets(HashPrefix(Body.Length));
        writer.Octets(Body.Span);
    }

    private static ReadOnlySpan<byte> HashPrefix(int length)
    {
        Span<byte> prefix = new byte[3];
        prefix[0] = 0x99;
        BinaryPrimitives.WriteUInt16BigEndian(prefix[1..], checked((ushort)length));
        return prefix;
    }
}
