using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Makes one version 4 signature (RFC 9580 §5.2.3).</summary>
internal sealed class SignatureBuilder : IDisposable
{
    private readonly SignatureType _type;
    private readonly OctetWriter _hashed = new();

    public SignatureBuilder(SignatureType type, uint createdAt)
    {
        _type = type;
        Add(SubpacketType.SignatureCreationTime, BigEndian(createdAt));
    }

    public void Add(SubpacketType type, ReadOnlySpan<byte> body)
    {
        _hashed.PacketLength(body.Length + 1);
        _hashed.Octet((byte)type);
        _hashed.Octets(body);
    }

    public void AddKeyLifetime(uint? seconds)
    {
        if (seconds is { } lifetime) Add(SubpacketType.KeyExpirationTime, BigEndian(lifetime));
    }

    /// <summary>Signs what was hashed, with the key's own <see cref="PublicKeyMaterial.SigningDigest"/>, and writes
    /// the packet.</summary>
    public void Finish(IncrementalHash hash, PublicKeyPacket key, SecretKeyMaterial material, OctetWriter output)
    {
        var (fingerprint, algorithm) = (key.Fingerprint, key.Material.SigningDigest);
        Add(SubpacketType.IssuerFingerprint, [(byte)fingerprint.Version, .. fingerprint.ToBytes()]);
        using var body = new OctetWriter();
        body.Octets([4, (byte)_type, (byte)key.Material.Algorithm, (byte)algorithm]);
        body.UInt16(_hashed.Length);
        body.Octets(_hashed.Written);
        using var trailer = new OctetWriter();
        SignaturePacket.WriteTrailer(body.Written, trailer);
        hash.AppendData(trailer.Written);
        Span<byte> digest = stackalloc byte[Digest.MaxSize];
        digest = digest[..hash.GetHashAndReset(digest)];

        // GnuPG 2.2 finds a key by this subpacket alone. It proves itself, so it needs no hash (§5.2.3.12).
        using var unhashed = new OctetWriter();
        unhashed.Octets([9, (byte)SubpacketType.IssuerKeyId]);
        unhashed.UInt64(key.KeyId);
        body.UInt16(unhashed.Length);
        body.Octets(unhashed.Written);
        body.Octets(digest[..2]);
        var start = body.Length;
        material.Sign(algorithm, digest, body);

        // A fault while signing can give the key away with a single wrong signature (Boneh, DeMillo, Lipton): none leaves.
        if (!key.Material.Verify(algorithm, digest, body.Written[start..]))
            throw new CryptographicException("a signature just made doesn't verify: the machine or the key is damaged");
        output.Packet(PacketType.Signature, body.Written);
    }

    public void Dispose() => _hashed.Dispose();

    private static ReadOnlySpan<byte> BigEndian(uint value) =>
        new byte[] { (byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value };
}
