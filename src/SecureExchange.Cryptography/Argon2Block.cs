using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SecureExchange.Cryptography;

/// <summary>Argon2's compression function G (RFC 9106 §3.5) over blocks of 1,024 bytes: BLAKE2b's round with a multiplication,
/// four words at a time.</summary>
internal static unsafe class Argon2Block
{
    /// <summary>Words of 64 bits in a block.</summary>
    public const int Words = 128;

    /// <summary>Bytes of a block.</summary>
    public const int Size = Words * sizeof(ulong);

    /// <summary>Words that a call works in; secret afterwards.</summary>
    public const int ScratchWords = 2 * Words;

    /// <summary>Writes G(x, y), or adds it to what is there (from the second pass on). The output may be one of the
    /// inputs.</summary>
    public static void Compress(ulong* x, ulong* y, ulong* output, bool add, ulong* scratch)
    {
        var mixed = scratch;
        var kept = scratch + Words;
        for (var i = 0; i < Words; i += Vector256<ulong>.Count)
        {
            var word = Vector256.Load(x + i) ^ Vector256.Load(y + i);
            word.Store(mixed + i);
            (add ? word ^ Vector256.Load(output + i) : word).Store(kept + i);
        }

        // The block as a matrix of 8 × 8 registers of two words: first its rows, then its columns.
        for (var row = 0; row < 8; row++) Permute(mixed + (row * 16), 4, 2);
        for (var column = 0; column < 8; column++) Permute(mixed + (column * 2), 32, 16);
        for (var i = 0; i < Words; i += Vector256<ulong>.Count)
            (Vector256.Load(mixed + i) ^ Vector256.Load(kept + i)).Store(output + i);
    }

    /// <summary>The permutation P (§3.6) on 16 words.</summary>
    /// <param name="words">The first of them.</param>
    /// <param name="quarter">Words from one quarter of them to the next.</param>
    /// <param name="half">Words from one half of a quarter to the other.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Permute(ulong* words, int quarter, int half)
    {
        var a = Load(words, half);
        var b = Load(words + quarter, half);
        var c = Load(words + (2 * quarter), half);
        var d = Load(words + (3 * quarter), half);
        Mix(ref a, ref b, ref c, ref d);

        // The diagonals, put where the columns were.
        b = Vector256.Shuffle(b, Vector256.Create(1ul, 2, 3, 0));
        c = Vector256.Shuffle(c, Vector256.Create(2ul, 3, 0, 1));
        d = Vector256.Shuffle(d, Vector256.Create(3ul, 0, 1, 2));
        Mix(ref a, ref b, ref c, ref d);
        Store(a, words, half);
        Store(Vector256.Shuffle(b, Vector256.Create(3ul, 0, 1, 2)), words + quarter, half);
        Store(Vector256.Shuffle(c, Vector256.Create(2ul, 3, 0, 1)), words + (2 * quarter), half);
        Store(Vector256.Shuffle(d, Vector256.Create(1ul, 2, 3, 0)), words + (3 * quarter), half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref Vector256<ulong> a, ref Vector256<ulong> b, ref Vector256<ulong> c, ref Vector256<ulong> d)
    {
        a = Add(a, b);
        d = RotateRight(d ^ a, 32);
        c = Add(c, d);
        b = RotateRight(b ^ c, 24);
        a = Add(a, b);
        d = RotateRight(d ^ a, 16);
        c = Add(c, d);
        b = RotateRight(b ^ c, 63);
    }

    /// <summary>x + y + 2 · low(x) · low(y): the multiplication is what dedicated hardware can't make cheaper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Add(Vector256<ulong> x, Vector256<ulong> y)
    {
        var low = Vector256.Create(0xFFFF_FFFFul);
        var product = Avx2.IsSupported ? Avx2.Multiply(x.AsUInt32(), y.AsUInt32()) : (x & low) * (y & low);
        return x + y + product + product;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> RotateRight(Vector256<ulong> x, [ConstantExpected] int bits) => (x >>> bits) | (x << (64 - bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Load(ulong* words, int half) => Vector256.Create(Vector128.Load(words), Vector128.Load(words + half));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<ulong> value, ulong* words, int half)
    {
        value.GetLower().Store(words);
        value.GetUpper().Store(words + half);
    }
}
