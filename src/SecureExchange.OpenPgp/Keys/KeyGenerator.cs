using System.Security.Cryptography;
using System.Text;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Makes new keys: builds the packets, then reads them as if they came from outside.</summary>
internal static class KeyGenerator
{
    private const byte ModificationDetection = 0x01; // Features (RFC 9580 §5.2.3.32): SEIPDv1

    public static SecretKey Generate(string userId, DateTimeOffset createdAt, TimeSpan? validFor)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(userId);
        var lifetime = validFor is { } duration ? checked((uint)duration.TotalSeconds) : (uint?)null;
        if (lifetime == 0) throw new ArgumentOutOfRangeException(nameof(validFor), "at least a second");
        var created = checked((uint)createdAt.ToUnixTimeSeconds());

        Span<byte> seed = stackalloc byte[Ed25519.SecretKeySize];
        Span<byte> scalar = stackalloc byte[X25519.Size];
        RandomNumberGenerator.Fill(seed);
        RandomNumberGenerator.Fill(scalar);
        scalar[0] &= 0xF8; // Clamped in the packet too (RFC 9580 §5.5.5.6.1.1): some readers don't do it themselves.
        scalar[31] = (byte)((scalar[31] & 0x7F) | 0x40);
        using var output = new OctetWriter();
        try
        {
            Write(output, seed, scalar, Encoding.UTF8.GetBytes(userId), created, lifetime);
            return SecretKey.Read(output.WrittenMemory);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(scalar);
        }
    }

    private static void Write(
        OctetWriter output, ReadOnlySpan<byte> seed, Span<byte> scalar, byte[] userId, uint created, uint? lifetime)
    {
        Span<byte> point = stackalloc byte[Ed25519.PublicKeySize];
        Ed25519.DerivePublicKey(seed, point);
        var primary = PublicKey(created, PublicKeyAlgorithm.EdDsaLegacy, point, EdDsaLegacyPublicKey.Write);
        using var signing = new EdDsaLegacySecret(seed);

        X25519.DerivePublicKey(scalar, point);
        var subkey = PublicKey(created, PublicKeyAlgorithm.Ecdh, point, Curve25519LegacyPublicKey.Write);
        scalar.Reverse(); // An integer in the packet: big-endian.
        using var encryption = new Curve25519LegacySecret((Curve25519LegacyPublicKey)subkey.Material, scalar);

        using var body = new OctetWriter();
        SecretKeyPacket.WriteUnprotected(primary, signing, body);
        output.Packet(PacketType.SecretKey, body.Written);
        output.Packet(PacketType.UserId, userId);
        using var certification = new SignatureBuilder(SignatureType.PositiveCertification, created);
        certification.Add(SubpacketType.KeyFlags, [(byte)(KeyFlags.Certify | KeyFlags.Sign)]);
        certification.AddKeyLifetime(lifetime);
        certification.Add(SubpacketType.PreferredSymmetricCiphers, [(byte)CipherAlgorithm.Aes256, (byte)CipherAlgorithm.Aes128]);
        certification.Add(
            SubpacketType.PreferredHashAlgorithms,
            [(byte)DigestAlgorithm.Sha256, (byte)DigestAlgorithm.Sha512, (byte)DigestAlgorithm.Sha384]);
        certification.Add(
            SubpacketType.PreferredCompressionAlgorithms,
            [(byte)CompressionAlgorithm.Uncompressed, (byte)CompressionAlgorithm.Zlib, (byte)CompressionAlgorithm.Zip]);
        certification.Add(SubpacketType.Features, [ModificationDetection]);
        certification.Add(SubpacketType.PrimaryUserId, [1]);
        Sign(certification, primary, signing, null, userId, output);

        body.Clear();
        SecretKeyPacket.WriteUnprotected(subkey, encryption, body);
        output.Packet(PacketType.SecretSubkey, body.Written);
        using var binding = new SignatureBuilder(SignatureType.SubkeyBinding, created);
        binding.Add(SubpacketType.KeyFlags, [(byte)KeyFlags.Encrypt]);
        binding.AddKeyLifetime(lifetime);
        Sign(binding, primary, signing, subkey, null, output);
    }

    private static void Sign(
        SignatureBuilder signature, PublicKeyPacket primary, SecretKeyMaterial signing, PublicKeyPacket? subkey,
        ReadOnlyMemory<byte>? userId, OctetWriter output)
    {
        using var data = SignedData.Write(primary, subkey, userId);
        using var hash = primary.Material.SigningDigest.Start();
        hash.AppendData(data.Written);
        signature.Finish(hash, primary, signing, output);
    }

    private static PublicKeyPacket PublicKey(
        uint created, PublicKeyAlgorithm algorithm, ReadOnlySpan<byte> point, Action<ReadOnlySpan<byte>, OctetWriter> write)
    {
        using var body = new OctetWriter();
        body.Octet(4);
        body.UInt32(created);
        body.Octet((byte)algorithm);
        write(point, body);
        ReadOnlyMemory<byte> octets = body.ToArray();
        return PublicKeyPacket.Read(new Packet(PacketType.PublicKey, octets, octets, 0), PgpLimits.Default);
    }
}
