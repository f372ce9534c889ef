using System.Buffers.Binary;
using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Encrypts packets under a session key that is known, the same way every time.</summary>
internal sealed class Container
{
    private readonly byte[] _sessionKey;
    private readonly byte[] _start;
    private readonly PacketType _type;
    private readonly AeadAlgorithm? _mode;
    private readonly byte _chunkSizeOctet;

    /// <param name="reader">To whom: somebody with X25519 (algorithm 25).</param>
    /// <param name="type">Packet type 18, or 20.</param>
    /// <param name="mode">Null for version 1 of packet type 18; else the data is in chunks.</param>
    /// <param name="chunkSizeOctet">Chunks have 2 to the power of this and 6 octets.</param>
    public Container(SecretKey reader, PacketType type, AeadAlgorithm? mode, byte chunkSizeOctet = 0)
        : this(SessionKey, [], type, mode, chunkSizeOctet)
    {
        using var sessionKey = new OpenPgp.Crypto.SessionKey(CipherAlgorithm.Aes256, _sessionKey);
        var key = reader.Certificate.EncryptionKey(SeedFiles.Now, PgpPolicy.Default);
        using var packet = new OctetWriter();
        SessionKeyPacket.Write(key, sessionKey, new SessionKeyForm((byte)(IsVersion2 ? 6 : 3), CipherAlgorithm.Aes256), packet);
        _start = packet.ToArray();
    }

    /// <param name="sessionKey">The session key.</param>
    /// <param name="start">The packets that hold it for its readers.</param>
    /// <param name="type">Packet type 18, or 20.</param>
    /// <param name="mode">Null for version 1 of packet type 18; else the data is in chunks.</param>
    /// <param name="chunkSizeOctet">Chunks have 2 to the power of this and 6 octets.</param>
    public Container(byte[] sessionKey, byte[] start, PacketType type, AeadAlgorithm? mode, byte chunkSizeOctet)
    {
        (_sessionKey, _start, _type, _mode, _chunkSizeOctet) = (sessionKey, start, type, mode, chunkSizeOctet);
    }

    /// <summary>The same every time.</summary>
    public static byte[] SessionKey { get; } = [.. Enumerable.Range(1, 32).Select(i => (byte)(i * 7))];

    /// <summary>A literal packet with text.</summary>
    public static byte[] Literal { get; } = [0xCB, 16, (byte)'b', 1, (byte)'n', 0, 0, 0, 0, .. "some text"u8];

    private bool IsVersion2 => _mode is not null && _type == PacketType.IntegrityProtectedData;

    public byte[] Encrypt(byte[] packets)
    {
        using var message = new OctetWriter();
        message.Octets(_start);
        message.Packet(_type, _mode is { } mode ? Chunks(mode, packets) : VersionOne(packets));
        return message.ToArray();
    }

    private byte[] VersionOne(byte[] packets)
    {
        byte[] clear = [.. new byte[18], .. packets, 0xD3, 0x14];
        clear = [.. clear, .. LegacyDigest.Hash(clear)];
        using var cfb = new AesCfb(_sessionKey, new byte[16]);
        cfb.Encrypt(clear, clear);
        return [1, .. clear];
    }

    private byte[] Chunks(AeadAlgorithm mode, byte[] packets)
    {
        byte[] header = [(byte)(0xC0 | (byte)_type), (byte)(IsVersion2 ? 2 : 1), (byte)CipherAlgorithm.Aes256, (byte)mode, _chunkSizeOctet];
        var (key, nonce) = (_sessionKey, new byte[mode.NonceSize()]);
        var salt = IsVersion2 ? new byte[32] : nonce;
        if (IsVersion2)
        {
            var derived = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, key.Length + nonce.Length - 8, salt, header);
            (key, nonce) = (derived[..key.Length], [.. derived[key.Length..], .. new byte[8]]);
        }

        using var seal = new Seal(mode, key);
        var body = new List<byte>([.. header.AsSpan(1), .. salt]);
        var index = 0L;
        var size = 1 << (_chunkSizeOctet + 6);
        for (; index * size < packets.Length; index++)
        {
            var at = (int)index * size;
            body.AddRange(seal.Chunk(nonce, index, packets.AsSpan(at, Math.Min(size, packets.Length - at)), Associated(header, index)));
        }

        body.AddRange(seal.Chunk(nonce, index, [], [.. Associated(header, index), .. BigEndian(packets.Length)]));
        return [.. body];
    }

    private byte[] Associated(byte[] header, long index) => IsVersion2 ? header : [.. header, .. BigEndian(index)];

    private static byte[] BigEndian(long value)
    {
        var octets = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(octets, value);
        return octets;
    }

    /// <summary>One of the three modes.</summary>
    private sealed class Seal(AeadAlgorithm mode, byte[] key) : IDisposable
    {
        private readonly IDisposable _cipher = mode switch
        {
            AeadAlgorithm.Ocb => new AesOcb(key),
            AeadAlgorithm.Eax => new AesEax(key),
            _ => new AesGcm(key, AeadCipher.TagSize),
        };

        public byte[] Chunk(byte[] start, long index, ReadOnlySpan<byte> plaintext, byte[] associatedData)
        {
            var nonce = new byte[start.Length];
            ChunkLayout.WriteNonce(start, index, nonce);
            var sealedChunk = new byte[plaintext.Length + AeadCipher.TagSize];
            var ciphertext = sealedChunk.AsSpan(0, plaintext.Length);
            var tag = sealedChunk.AsSpan(plaintext.Length);
            if (_cipher is AesOcb ocb) ocb.Encrypt(nonce, plaintext, ciphertext, tag, associatedData);
            else if (_cipher is AesEax eax) eax.Encrypt(nonce, plaintext, ciphertext, tag, associatedData);
            else ((AesGcm)_cipher).Encrypt(nonce, plaintext, ciphertext, tag, associatedData);
            return sealedChunk;
        }

        public void Dispose() => _cipher.Dispose();
    }
}
