using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>BLAKE2b without a key (RFC 7693), with digests of 1 to 64 bytes: OpenSSL 3.0 has only the longest, and Argon2
/// needs them all. Leaves nothing of its input in memory.</summary>
internal static class Blake2b
{
    /// <summary>Bytes of the longest digest.</summary>
    public const int MaxSize = 64;

    private const int BlockSize = 128;
    private const int Rounds = 12;

    private static ReadOnlySpan<ulong> Iv =>
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ];

    /// <summary>Which word of the message goes where in each round (RFC 7693 §2.7); the last two rounds repeat the first.</summary>
    private static ReadOnlySpan<byte> Sigma =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
    ];

    /// <param name="data">Any length.</param>
    /// <param name="digest">Receives 1 to 64 bytes; each length is another function.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> digest)
    {
        if (digest.Length is < 1 or > MaxSize) throw new ArgumentException("must be 1 to 64 bytes", nameof(digest));
        Span<ulong> state = stackalloc ulong[8];
        Span<ulong> work = stackalloc ulong[16];
        Span<byte> block = stackalloc byte[BlockSize];
        Iv.CopyTo(state);
        state[0] ^= 0x01010000 ^ (ulong)digest.Length;
        var done = 0L;
        for (; data.Length > BlockSize; data = data[BlockSize..])
            Compress(state, work, data[..BlockSize], done += BlockSize, last: false);
        block.Clear();
        data.CopyTo(block);
        Compress(state, work, block, done + data.Length, last: true);

        if (!BitConverter.IsLittleEndian)
        {
            foreach (ref var word in state) word = BinaryPrimitives.ReverseEndianness(word);
        }

        MemoryMarshal.AsBytes(state)[..digest.Length].CopyTo(digest);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(state));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(work));
        CryptographicOperations.ZeroMemory(block);
    }

    private static void Compress(Span<ulong> state, Span<ulong> v, ReadOnlySpan<byte> block, long done, bool last)
    {
        state.CopyTo(v);
        Iv.CopyTo(v[8..]);
        v[12] ^= (ulong)done;
        if (last) v[14] = ~v[14];
        for (var round = 0; round < Rounds; round++)
        {
            var order = Sigma.Slice(round * 16, 16);
            Mix(v, 0, 4, 8, 12, Word(block, order[0]), Word(block, order[1]));
            Mix(v, 1, 5, 9, 13, Word(block, order[2]), Word(block, order[3]));
            Mix(v, 2, 6, 10, 14, Word(block, order[4]), Word(block, order[5]));
            Mix(v, 3, 7, 11, 15, Word(block, order[6]), Word(block, order[7]));
            Mix(v, 0, 5, 10, 15, Word(block, order[8]), Word(block, order[9]));
            Mix(v, 1, 6, 11, 12, Word(block, order[10]), Word(block, order[11]));
            Mix(v, 2, 7, 8, 13, Word(block, order[12]), Word(block, order[13]));
            Mix(v, 3, 4, 9, 14, Word(block, order[14]), Word(block, order[15]));
        }

        for (var i = 0; i < state.Length; i++) state[i] ^= v[i] ^ v[i + 8];
    }

    private static ulong Word(ReadOnlySpan<byte> block, int index) => BinaryPrimitives.ReadUInt64LittleEndian(block[(index * 8)..]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(Span<ulong> v, int a, int b, int c, int d, ulong x, ulong y)
    {
        v[a] += v[b] + x;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 32);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 24);
        v[a] += v[b] + y;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 63);
    }
}
