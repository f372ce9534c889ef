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
        using var primary = Make((a, b) => EdwardsPublicKey.Generate(EdwardsCurve.Ed25519, a, b), PublicKeyAlgorithm.Ed25519);
        using var subkey = Make((a, b) => MontgomeryPublicKey.Generate(MontgomeryCurve.X25519, a, b), PublicKeyAlgorithm.X25519);

        using var output = new OctetWriter();
        primary.Write(PacketType.SecretKey, output);
        var id = System.Text.Encoding.UTF8.GetBytes(userId);
        output.Packet(PacketType.UserId, id);
        Bind(SignatureType.PositiveCertification, KeyFlags.Certify | KeyFlags.Sign, SignedData.Write(primary.Packet, null, id));
        subkey.Write(PacketType.SecretSubkey, output);
        Bind(SignatureType.SubkeyBinding, KeyFlags.Encrypt, SignedData.Write(primary.Packet, subkey.Packet, null));
        return SecretKey.Read(output.WrittenMemory);

        NewKey Make(Action<OctetWriter, OctetWriter> generate, PublicKeyAlgorithm algorithm)
        {
            using var publicFields = new OctetWriter();
            using var secretFields = new OctetWriter();
            generate(publicFields, secretFields);
            var packet = PublicKeyPacket.Create(4, created, algorithm, publicFields.Written);
            var fields = new OctetCursor(secretFields.Written, "secret key packet", 0);
            return new NewKey(packet, packet.Material.ReadSecret(ref fields));
        }

        void Bind(SignatureType type, KeyFlags flags, OctetWriter data)
        {
            using var signature = new SignatureBuilder(type, created);
            signature.Add(SubpacketType.KeyFlags, [(byte)flags]);
            using var hash = new SigningHash(primary.Packet);
            hash.Append(data.Written);
            signature.Finish(hash, primary.Material, output);
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
}
