using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Standard;

/// <summary>Packets octet by octet: well signed, whatever they say.</summary>
internal static class HandMade
{
    public static byte[] Packet(PacketType type, ReadOnlySpan<byte> body)
    {
        using var output = new OctetWriter();
        output.Packet(type, body);
        return output.ToArray();
    }

    public static List<byte[]> Packets(ReadOnlyMemory<byte> octets) =>
        [.. OpenPgp.Packets.Packet.Split(octets, int.MaxValue).Select(packet => packet.Whole.ToArray())];

    public static byte[] Joined(IEnumerable<byte[]> packets) => [.. packets.SelectMany(octets => octets)];

    /// <summary>A signature creation time subpacket.</summary>
    public static byte[] Created(DateTimeOffset at) => Seconds(SubpacketType.SignatureCreationTime, (uint)at.ToUnixTimeSeconds());

    public static byte[] Seconds(SubpacketType type, uint value) =>
        Subpacket((byte)type, [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);

    public static byte[] Issuer(PublicKeyPacket key) =>
        Subpacket((byte)SubpacketType.IssuerFingerprint, [(byte)key.Version, .. key.Fingerprint.ToBytes()]);

    /// <param name="type">With its critical bit.</param>
    /// <param name="body">Of any length.</param>
    public static byte[] Subpacket(byte type, ReadOnlySpan<byte> body)
    {
        using var output = new OctetWriter();
        output.PacketLength(body.Length + 1);
        output.Octet(type);
        output.Octets(body);
        return output.ToArray();
    }

    /// <summary>A signature over data with these areas and no others, of its key's version.</summary>
    public static byte[] Signature(
        PublicKeyPacket signer, SecretKeyMaterial material, SignatureType type, ReadOnlySpan<byte> data, byte[] hashed, params byte[] unhashed)
    {
        using var hash = new SigningHash(signer);
        hash.Append(data);
        using var body = new OctetWriter();
        body.Octets([(byte)signer.Version, (byte)type, (byte)signer.Material.Algorithm, (byte)hash.Algorithm]);
        Area(hashed);
        using var trailer = new OctetWriter();
        SignaturePacket.WriteTrailer(body.Written, trailer);
        hash.Append(trailer.Written);
        var digest = new byte[Digest.MaxSize];
        digest = digest[..hash.Finish(digest)];
        Area(unhashed);
        body.Octets(digest.AsSpan(0, 2));
        if (signer.Version == PublicKeyPacket.Version6)
        {
            body.Octet((byte)hash.Salt.Length);
            body.Octets(hash.Salt);
        }

        material.Sign(hash.Algorithm, digest, body);
        return Packet(PacketType.Signature, body.Written);

        void Area(byte[] subpackets)
        {
            if (signer.Version == PublicKeyPacket.Version6) body.UInt32((uint)subpackets.Length);
            else body.UInt16(subpackets.Length);
            body.Octets(subpackets);
        }
    }

    /// <summary>A signature by a primary key over itself, or over itself and a user id.</summary>
    public static byte[] SelfSignature(SecretKey key, SignatureType type, byte[] hashed, string? userId = null)
    {
        var primary = key.Certificate.Primary.Packet;
        using var data = SignedData.Write(primary, null, userId is null ? (ReadOnlyMemory<byte>?)null : System.Text.Encoding.UTF8.GetBytes(userId));
        return Signature(primary, key.Material(primary.Fingerprint)!, type, data.Written, hashed);
    }
}
