using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Makes one signature, of its key's version (RFC 9580 §5.2.3).</summary>
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
        _hashed.Octet((byte)((byte)type | (IsCritical(type) ? Subpackets.CriticalBit : 0)));
        _hashed.Octets(body);
    }

    public void AddKeyLifetime(uint? seconds)
    {
        if (seconds is { } lifetime) Add(SubpacketType.KeyExpirationTime, BigEndian(lifetime));
    }

    /// <summary>Signs what was hashed, and writes the packet.</summary>
    public void Finish(SigningHash hash, SecretKeyMaterial material, OctetWriter output)
    {
        using var body = new OctetWriter();
        FinishBody(hash, material, body);
        output.Packet(PacketType.Signature, body.Written);
    }

    /// <summary>The same without the packet's header, as a signature stands in another one.</summary>
    public void FinishBody(SigningHash hash, SecretKeyMaterial material, OctetWriter body)
    {
        var (key, algorithm) = (hash.Key, hash.Algorithm);
        var fingerprint = key.Fingerprint;
        Add(SubpacketType.IssuerFingerprint, [(byte)fingerprint.Version, .. fingerprint.ToBytes()]);
        body.Octets([(byte)key.Version, (byte)_type, (byte)key.Material.Algorithm, (byte)algorithm]);
        WriteArea(_hashed.Written, key.Version, body);
        using var trailer = new OctetWriter();
        SignaturePacket.WriteTrailer(body.Written, trailer);
        hash.Append(trailer.Written);
        Span<byte> digest = stackalloc byte[Digest.MaxSize];
        digest = digest[..hash.Finish(digest)];
        using var unhashed = new OctetWriter();
        if (key.Version == PublicKeyPacket.Version4)
        {
            // GnuPG 2.2 finds a key by this subpacket alone. It proves itself, so it needs no hash (§5.2.3.12).
            unhashed.Octets([9, (byte)SubpacketType.IssuerKeyId]);
            unhashed.UInt64(key.KeyId);
        }

        WriteArea(unhashed.Written, key.Version, body);
        body.Octets(digest[..2]);
        if (key.Version == PublicKeyPacket.Version6)
        {
            body.Octet((byte)hash.Salt.Length);
            body.Octets(hash.Salt);
        }

        var start = body.Length;
        material.Sign(algorithm, digest, body);

        // A fault while signing can give the key away with a single wrong signature (Boneh, DeMillo, Lipton): none leaves.
        if (!key.Material.Verify(key.Version, algorithm, digest, body.Written[start..]))
            throw new CryptographicException("a signature just made doesn't verify: the machine or the key is damaged");
    }

    public void Dispose() => _hashed.Dispose();

    /// <summary>What the RFC wants marked so (§5.2.3.11, §5.2.3.13, §5.2.3.18, §5.2.3.29): whoever doesn't understand it must not take
    /// the rest for the whole. Intended recipients (§5.2.3.36) aren't: OpenPGP.js would refuse the signature.</summary>
    private static bool IsCritical(SubpacketType type) => type is SubpacketType.SignatureCreationTime
        or SubpacketType.SignatureExpirationTime or SubpacketType.KeyExpirationTime or SubpacketType.KeyFlags;

    private static void WriteArea(ReadOnlySpan<byte> subpackets, int version, OctetWriter output)
    {
        if (version == PublicKeyPacket.Version6) output.UInt32((uint)subpackets.Length);
        else output.UInt16(subpackets.Length);
        output.Octets(subpackets);
    }

    private static ReadOnlySpan<byte> BigEndian(uint value) =>
        new byte[] { (byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value };
}
