using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>What encrypted data in authenticated chunks says about itself in clear: version 2 of packet type 18 (RFC 9580
/// §5.13.2), or LibrePGP's packet type 20 (draft-koch-librepgp §5.16).</summary>
internal sealed record ChunkLayout
{
    private const byte ChunkVersion2 = 2;
    private const byte LibrePgpVersion = 1;
    private const int SaltSize = 32;
    private const int MaxSizeOctet = 56; // Of LibrePGP; beyond, sizes overflow.
    private const int IndexSize = 8;
    private const int SizeExponent = 6; // Chunks have 2^6 octets at least.

    private readonly AeadAlgorithm _aead;
    private readonly byte[] _header; // Packet type, version, cipher, mode, chunk size: what every tag covers.
    private readonly byte[] _salt; // Or LibrePGP's starting nonce.

    private ChunkLayout(PacketType type, byte version, ReadOnlySpan<byte> fields)
    {
        _header = [(byte)(0xC0 | (byte)type), version, .. fields];
        (Cipher, _aead) = ((CipherAlgorithm)fields[0], (AeadAlgorithm)fields[1]);
        IsLibrePgp = type == PacketType.LibrePgpAeadData;
        ChunkSize = 1 << (fields[2] + SizeExponent);
        _salt = new byte[IsLibrePgp ? _aead.NonceSize() : SaltSize];
    }

    public CipherAlgorithm Cipher { get; }

    /// <summary>Octets of each chunk's plaintext but the last one's.</summary>
    public int ChunkSize { get; }

    /// <summary>Which session key packets belong to it.</summary>
    public SessionKeyForm SessionKeyForm => new(IsLibrePgp ? (byte)3 : (byte)6, Cipher);

    /// <summary>What stands before the first chunk.</summary>
    public byte[] Fields => [.. _header.AsSpan(1), .. _salt];

    private bool IsLibrePgp { get; }

    /// <summary>Version 2 data to write, with a salt of its own.</summary>
    /// <param name="cipher">One with a key size.</param>
    /// <param name="aead">One with a nonce size.</param>
    /// <param name="chunkSize">Octets of a chunk: a power of two from 64 to 4 MiB.</param>
    public static ChunkLayout New(CipherAlgorithm cipher, AeadAlgorithm aead, int chunkSize)
    {
        byte[] fields = [(byte)cipher, (byte)aead, (byte)(BitOperations.Log2((uint)chunkSize) - SizeExponent)];
        var layout = new ChunkLayout(PacketType.IntegrityProtectedData, ChunkVersion2, fields);
        RandomNumberGenerator.Fill(layout._salt);
        return layout;
    }

    /// <summary>Reads the fields behind the version.</summary>
    /// <returns>Null for a version that this engine doesn't read.</returns>
    public static async ValueTask<ChunkLayout?> ReadAsync(
        PacketType type, byte version, PacketBody body, PgpLimits limits, long offset, CancellationToken ct)
    {
        if (version != (type == PacketType.LibrePgpAeadData ? LibrePgpVersion : ChunkVersion2)) return null;
        var fields = new byte[3];
        var isWhole = await body.FillAsync(fields, ct) == fields.Length;
        if (!isWhole) Throw.Malformed("encrypted data ends inside its fields", offset);
        Check(type, fields, limits, offset);
        var layout = new ChunkLayout(type, version, fields);
        if (await body.FillAsync(layout._salt, ct) < layout._salt.Length)
            Throw.Malformed("encrypted data ends inside its fields", offset);
        return layout;
    }

    /// <summary>What all nonces start from, and the cipher with its key.</summary>
    public (AeadCipher Cipher, byte[] Nonce) Start(SessionKey sessionKey)
    {
        if (IsLibrePgp) return (new AeadCipher(_aead, sessionKey.Key), [.. _salt]);

        // §5.13.2: a key and most of a nonce for each message, even where a session key served twice.
        var keySize = Cipher.KeySize();
        Span<byte> derived = stackalloc byte[keySize + _aead.NonceSize() - IndexSize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, sessionKey.Key, derived, _salt, _header);
        var nonce = new byte[_aead.NonceSize()];
        derived[keySize..].CopyTo(nonce);
        var cipher = new AeadCipher(_aead, derived[..keySize]);
        CryptographicOperations.ZeroMemory(derived);
        return (cipher, nonce);
    }

    /// <summary>A chunk's nonce: its number in the last eight octets, XORed to what stands there.</summary>
    public static void WriteNonce(ReadOnlySpan<byte> start, long index, Span<byte> nonce)
    {
        start.CopyTo(nonce);
        var last = nonce[^IndexSize..];
        BinaryPrimitives.WriteUInt64BigEndian(last, BinaryPrimitives.ReadUInt64BigEndian(last) ^ (ulong)index);
    }

    /// <summary>What a chunk's tag covers besides: so that chunks can't change places, in LibrePGP their number too.</summary>
    public byte[] ChunkAssociatedData(long index) => IsLibrePgp ? [.. _header, .. BigEndian(index)] : _header;

    /// <summary>What the final tag covers: also how much plaintext there was, so that nothing can be cut off.</summary>
    public byte[] FinalAssociatedData(long index, long plaintext) => [.. ChunkAssociatedData(index), .. BigEndian(plaintext)];

    private static void Check(PacketType type, ReadOnlySpan<byte> fields, PgpLimits limits, long offset)
    {
        if (((CipherAlgorithm)fields[0]).KeySize() == 0)
            throw Throw.Error(PgpError.UnsupportedAlgorithm, $"cipher {fields[0]} isn't supported; use AES", offset);
        var aead = (AeadAlgorithm)fields[1];
        if (aead.NonceSize() == 0 || (type == PacketType.LibrePgpAeadData && aead == AeadAlgorithm.Gcm))
            throw Throw.Error(PgpError.UnsupportedAlgorithm, $"AEAD algorithm {fields[1]} isn't supported; use OCB", offset);
        if (fields[2] > MaxSizeOctet || 1L << (fields[2] + SizeExponent) > limits.MaxChunk)
            Throw.Limit($"chunks of size {fields[2]} exceed {limits.MaxChunk} octets (MaxChunk)", offset);
    }

    private static byte[] BigEndian(long value)
    {
        var octets = new byte[IndexSize];
        BinaryPrimitives.WriteInt64BigEndian(octets, value);
        return octets;
    }
}
