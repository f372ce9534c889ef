using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Peers;

/// <summary>Version 4 keys with the algorithm numbers of RFC 9580, as OpenPGP.js makes them and this engine doesn't.</summary>
internal static class ModernKey
{
    public static SecretKey Generate(string userId, DateTimeOffset createdAt)
    {
        var created = (uint)createdAt.ToUnixTimeSeconds();
        var (seed, scalar) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        var point = new byte[32];
        Ed25519.DerivePublicKey(seed, point);
        var primary = PublicKey(created, PublicKeyAlgorithm.Ed25519, point);
        X25519.DerivePublicKey(scalar, point);
        var subkey = PublicKey(created, PublicKeyAlgorithm.X25519, point);
        using var signing = new Ed25519Secret(seed);
        using var encryption = new X25519Secret((X25519PublicKey)subkey.Material, scalar);

        using var output = new OctetWriter();
        Add(PacketType.SecretKey, primary, signing);
        var id = System.Text.Encoding.UTF8.GetBytes(userId);
        output.Packet(PacketType.UserId, id);
        Bind(SignatureType.PositiveCertification, KeyFlags.Certify | KeyFlags.Sign, SignedData.Write(primary, null, id));
        Add(PacketType.SecretSubkey, subkey, encryption);
        Bind(SignatureType.SubkeyBinding, KeyFlags.Encrypt, SignedData.Write(primary, subkey, null));
        return SecretKey.Read(output.WrittenMemory);

        void Add(PacketType type, PublicKeyPacket key, SecretKeyMaterial material)
        {
            using var body = new OctetWriter();
            SecretKeyPacket.WriteUnprotected(key, material, body);
            output.Packet(type, body.Written);
        }

        void Bind(SignatureType type, KeyFlags flags, OctetWriter data)
        {
            using var signature = new SignatureBuilder(type, created);
            signature.Add(SubpacketType.KeyFlags, [(byte)flags]);
            using var hash = primary.Material.SigningDigest.Start();
            hash.AppendData(data.Written);
            signature.Finish(hash, primary, signing, output);
            data.Dispose();
        }
    }

    /// <summary>A session key packet of version 6 to such a key (RFC 9580 §5.1.2): version 3 without the algorithm, behind a
    /// fingerprint.</summary>
    public static byte[] SessionKeyPacket(Certificate recipient, SessionKey sessionKey, DateTimeOffset now, bool hidden = false)
    {
        var key = recipient.EncryptionKey(now, PgpPolicy.Default);
        using var fields = new OctetWriter();
        key.Material.EncryptSessionKey(sessionKey, SessionKeyForm.Unbound, key.Fingerprint, fields);
        var ephemeral = fields.Written[..32];
        var wrapped = fields.Written[34..];
        byte[] named = hidden ? [0] : [21, 4, .. key.Fingerprint.ToBytes()];
        using var packet = new OctetWriter();
        packet.Packet(
            PacketType.PublicKeyEncryptedSessionKey,
            [6, .. named, (byte)PublicKeyAlgorithm.X25519, .. ephemeral, (byte)wrapped.Length, .. wrapped]);
        return packet.ToArray();
    }

    private static PublicKeyPacket PublicKey(uint created, PublicKeyAlgorithm algorithm, byte[] point)
    {
        using var body = new OctetWriter();
        body.Octet(4);
        body.UInt32(created);
        body.Octet((byte)algorithm);
        body.Octets(point);
        ReadOnlyMemory<byte> octets = body.ToArray();
        return PublicKeyPacket.Read(new Packet(PacketType.PublicKey, octets, octets, 0), PgpLimits.Default);
    }
}
