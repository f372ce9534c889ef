using System.Buffers.Binary;
using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>Writes encrypted data in authenticated chunks, as modern programs do and this engine doesn't: packet type 20, or
/// version 2 of packet type 18.</summary>
internal static class Chunked
{
    private const int TagSize = AeadCipher.TagSize;

    /// <summary>The encrypted data packet, of partial length where it is long.</summary>
    public static byte[] Packet(PacketType type, SessionKey sessionKey, AeadAlgorithm mode, int sizeOctet, byte[] packets)
    {
        using var whole = new OctetWriter();
        whole.Packet(type, [.. Body(type, sessionKey, mode, sizeOctet, packets).SelectMany(piece => piece)]);
        return whole.ToArray();
    }

    /// <summary>The packet's body in its pieces: fields, each chunk with its tag, the final tag.</summary>
    public static List<byte[]> Body(PacketType type, SessionKey sessionKey, AeadAlgorithm mode, int sizeOctet, byte[] packets)
    {
        var isLibrePgp = type == PacketType.LibrePgpAeadData;
        byte[] fields = [(byte)(isLibrePgp ? 1 : 2), (byte)sessionKey.Algorithm, (byte)mode, (byte)sizeOctet];
        byte[] header = [(byte)(0xC0 | (byte)type), .. fields];
        var salt = RandomNumberGenerator.GetBytes(isLibrePgp ? mode.NonceSize() : 32);
        var (key, nonce) = (sessionKey.Key.ToArray(), salt);
        if (!isLibrePgp)
        {
            var derived = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, key.Length + mode.NonceSize() - 8, salt, header);
            (key, nonce) = (derived[..key.Length], [.. derived[key.Length..], .. new byte[8]]);
        }

        List<byte[]> pieces = [[.. fields, .. salt]];
        var index = 0L;
        foreach (var chunk in packets.Chunk(1 << (sizeOctet + 6)))
        {
            pieces.Add(Seal(key, mode, Nonce(nonce, index), chunk, isLibrePgp ? [.. header, .. BigEndian(index)] : header));
            index++;
        }

        byte[] last = isLibrePgp ? [.. header, .. BigEndian(index), .. BigEndian(packets.Length)] : [.. header, .. BigEndian(packets.Length)];
        pieces.Add(Seal(key, mode, Nonce(nonce, index), [], last));
        return pieces;
    }

    /// <summary>A literal packet.</summary>
    public static byte[] Literal(byte[] plaintext)
    {
        using var output = new OctetWriter();
        output.Packet(PacketType.LiteralData, [(byte)'b', 0, 0, 0, 0, 0, .. plaintext]);
        return output.ToArray();
    }

    private static byte[] Seal(byte[] key, AeadAlgorithm mode, byte[] nonce, byte[] plaintext, byte[] associatedData)
    {
        var (ciphertext, tag) = (new byte[plaintext.Length], new byte[TagSize]);
        switch (mode)
        {
            case AeadAlgorithm.Ocb:
                using (var ocb = new AesOcb(key)) ocb.Encrypt(nonce, plaintext, ciphertext, tag, associatedData);
                break;
            case AeadAlgorithm.Eax:
                using (var eax = new AesEax(key)) eax.Encrypt(nonce, plaintext, ciphertext, tag, associatedData);
                break;
            default:
                using (var gcm = new AesGcm(key, TagSize)) gcm.Encrypt(nonce, plaintext, ciphertext, tag, associatedData);
                break;
        }

        return [.. ciphertext, .. tag];
    }

    private static byte[] Nonce(byte[] start, long index)
    {
        var nonce = start.ToArray();
        var number = BigEndian(index);
        for (var i = 0; i < number.Length; i++) nonce[^(8 - i)] ^= number[i];
        return nonce;
    }

    private static byte[] BigEndian(long value)
    {
        var octets = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(octets, value);
        return octets;
    }
}
