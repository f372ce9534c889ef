using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SecureExchange.Cryptography;

/// <summary>FF1 over sixteen values of one length at once: what makes it fast is that their blocks go through the cipher side by
/// side, and that their remainders are taken eight at a time.</summary>
/// <remarks>The remainders of 64-bit numbers are taken through doubles. The quotient is then wrong by less than 0.7 where the modulus is at
/// least 10,000 (three roundings of 2^-53 each, of at most 2^64 / 10,000), so one correction either way makes it exact; below
/// that it can be wrong by more, and is divided out one by one. The tests compare every length with <see cref="Ff1"/>'s scalar form.</remarks>
internal sealed class Ff1Lanes
{
    /// <summary>Values at once.</summary>
    public const int Count = 16;

    private const ulong LeastModulus = 10_000;

    private readonly AesBlocks _aes;
    private readonly Ff1Shape _shape;
    private readonly bool _vectors;

    public Ff1Lanes(AesBlocks aes, Ff1Shape shape)
    {
        _aes = aes;
        _shape = shape;
        _vectors = Vector512.IsHardwareAccelerated && shape.HasShortDigest && shape.ModulusU >= LeastModulus;
    }

    /// <summary>Encrypts sixteen pairs of halves in place (SP 800-38G, algorithm 7, step 6).</summary>
    [SkipLocalsInit]
    public void Encrypt(Span<ulong> a, Span<ulong> b)
    {
        Span<ulong> y = stackalloc ulong[Count];
        for (var round = 0; round < 10; round++)
        {
            var modulus = (round & 1) == 0 ? _shape.ModulusU : _shape.ModulusV;
            Round(round, b, modulus, y);
            for (var i = 0; i < Count; i++)
            {
                var c = a[i] + y[i];
                c = c >= modulus ? c - modulus : c;
                a[i] = b[i];
                b[i] = c;
            }
        }
    }

    /// <summary>Decrypts sixteen pairs of halves in place (SP 800-38G, algorithm 8, step 6).</summary>
    [SkipLocalsInit]
    public void Decrypt(Span<ulong> a, Span<ulong> b)
    {
        Span<ulong> y = stackalloc ulong[Count];
        for (var round = 9; round >= 0; round--)
        {
            var modulus = (round & 1) == 0 ? _shape.ModulusU : _shape.ModulusV;
            Round(round, a, modulus, y);
            for (var i = 0; i < Count; i++)
            {
                var c = b[i] >= y[i] ? b[i] - y[i] : b[i] + modulus - y[i];
                b[i] = a[i];
                a[i] = c;
            }
        }
    }

    /// <summary>Steps 6.i to 6.vi: y mod radix^m of each.</summary>
    [SkipLocalsInit]
    private void Round(int round, ReadOnlySpan<ulong> half, ulong modulus, Span<ulong> y)
    {
        Span<Vector128<byte>> blocks = stackalloc Vector128<byte>[Count];
        for (var i = 0; i < Count; i++) blocks[i] = _shape.RoundBlock(round, half[i]);
        _aes.EncryptEight(blocks[..AesBlocks.Lanes]);
        _aes.EncryptEight(blocks[AesBlocks.Lanes..]);
        if (!_vectors)
        {
            for (var i = 0; i < Count; i++) y[i] = _shape.Modulo(blocks[i], modulus);
            return;
        }

        for (var i = 0; i < Count; i++) y[i] = BinaryPrimitives.ReverseEndianness(blocks[i].AsUInt64()[0]);
        ref var first = ref MemoryMarshal.GetReference(y);
        var (m, inverse) = (Vector512.Create(modulus), Vector512.Create(1.0 / modulus));
        for (var i = 0; i < Count; i += Vector512<ulong>.Count)
        {
            var number = Vector512.LoadUnsafe(ref first, (nuint)i);
            var quotient = Vector512.ConvertToUInt64(Vector512.Floor(Vector512.ConvertToDouble(number) * inverse));
            var rest = number - (quotient * m);
            rest = Vector512.ConditionalSelect(Vector512.LessThan(rest.AsInt64(), Vector512<long>.Zero).AsUInt64(), rest + m, rest);
            rest = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(rest.AsInt64(), m.AsInt64()).AsUInt64(), rest - m, rest);
            rest.StoreUnsafe(ref first, (nuint)i);
        }
    }
}
