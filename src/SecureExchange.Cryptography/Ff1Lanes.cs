using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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
        _vectors = Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && shape.HasShortDigest && shape.ModulusU >= LeastModulus;
    }

    /// <summary>Encrypts sixteen pairs of halves in place (SP 800-38G, algorithm 7, step 6).</summary>
    public void Encrypt(Span<ulong> a, Span<ulong> b)
    {
        if (_vectors)
        {
            EncryptByVectors(a, b);
            return;
        }

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
    public void Decrypt(Span<ulong> a, Span<ulong> b)
    {
        if (_vectors)
        {
            DecryptByVectors(a, b);
            return;
        }

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

    [SkipLocalsInit]
    private void EncryptByVectors(Span<ulong> a, Span<ulong> b)
    {
        Span<Vector128<byte>> blocks = stackalloc Vector128<byte>[Count];
        var (a0, a1) = (Vector512.Create<ulong>(a), Vector512.Create<ulong>(a[8..]));
        var (b0, b1) = (Vector512.Create<ulong>(b), Vector512.Create<ulong>(b[8..]));
        for (var round = 0; round < 10; round++)
        {
            var divisor = new Divisor((round & 1) == 0 ? _shape.ModulusU : _shape.ModulusV);
            var (y0, y1) = Round(round, b0, b1, divisor, blocks);
            (a0, b0) = (b0, divisor.Below(a0 + y0));
            (a1, b1) = (b1, divisor.Below(a1 + y1));
        }

        a0.CopyTo(a);
        a1.CopyTo(a[8..]);
        b0.CopyTo(b);
        b1.CopyTo(b[8..]);
    }

    [SkipLocalsInit]
    private void DecryptByVectors(Span<ulong> a, Span<ulong> b)
    {
        Span<Vector128<byte>> blocks = stackalloc Vector128<byte>[Count];
        var (a0, a1) = (Vector512.Create<ulong>(a), Vector512.Create<ulong>(a[8..]));
        var (b0, b1) = (Vector512.Create<ulong>(b), Vector512.Create<ulong>(b[8..]));
        for (var round = 9; round >= 0; round--)
        {
            var divisor = new Divisor((round & 1) == 0 ? _shape.ModulusU : _shape.ModulusV);
            var (y0, y1) = Round(round, a0, a1, divisor, blocks);
            (b0, a0) = (a0, divisor.NotNegative(b0 - y0));
            (b1, a1) = (a1, divisor.NotNegative(b1 - y1));
        }

        a0.CopyTo(a);
        a1.CopyTo(a[8..]);
        b0.CopyTo(b);
        b1.CopyTo(b[8..]);
    }

    /// <summary>Steps 6.i to 6.vi: y mod radix^m of each.</summary>
    private void Round(int round, ReadOnlySpan<ulong> half, ulong modulus, Span<ulong> y)
    {
        Span<Vector128<byte>> blocks = stackalloc Vector128<byte>[Count];
        for (var i = 0; i < Count; i++) blocks[i] = _shape.RoundBlock(round, half[i]);
        _aes.EncryptEight(blocks[..AesBlocks.Lanes]);
        _aes.EncryptEight(blocks[AesBlocks.Lanes..]);
        for (var i = 0; i < Count; i++) y[i] = _shape.Modulo(blocks[i], modulus);
    }

    /// <summary>The same by vectors. The halves of a block are unpacked to every other one, and packed back the same way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Vector512<ulong> Y0, Vector512<ulong> Y1) Round(
        int round, Vector512<ulong> half0, Vector512<ulong> half1, in Divisor divisor, Span<Vector128<byte>> blocks)
    {
        var (high, low) = _shape.RoundWords(round);
        var state = Vector512.Create(Vector256.Create(_shape.State, _shape.State));
        var front = Vector512.Create(BinaryPrimitives.ReverseEndianness(high));
        Span<ulong> words = MemoryMarshal.Cast<Vector128<byte>, ulong>(blocks);
        var (back0, back1) = (Reverse(half0 | Vector512.Create(low)), Reverse(half1 | Vector512.Create(low)));
        (Avx512F.UnpackLow(front, back0) ^ state.AsUInt64()).CopyTo(words);
        (Avx512F.UnpackHigh(front, back0) ^ state.AsUInt64()).CopyTo(words[8..]);
        (Avx512F.UnpackLow(front, back1) ^ state.AsUInt64()).CopyTo(words[16..]);
        (Avx512F.UnpackHigh(front, back1) ^ state.AsUInt64()).CopyTo(words[24..]);
        _aes.EncryptEight(blocks[..AesBlocks.Lanes]);
        _aes.EncryptEight(blocks[AesBlocks.Lanes..]);
        return (
            divisor.Remainder(Reverse(Avx512F.UnpackLow(Vector512.Create<ulong>(words), Vector512.Create<ulong>(words[8..])))),
            divisor.Remainder(Reverse(Avx512F.UnpackLow(Vector512.Create<ulong>(words[16..]), Vector512.Create<ulong>(words[24..])))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Reverse(Vector512<ulong> words) => Avx512BW.Shuffle(
        words.AsByte(), Vector512.Create(0x0001020304050607, 0x08090A0B0C0D0E0F, 0x0001020304050607, 0x08090A0B0C0D0E0F, 0x0001020304050607, 0x08090A0B0C0D0E0F, 0x0001020304050607, 0x08090A0B0C0D0E0F).AsByte()).AsUInt64();

    /// <summary>Divides by a modulus of at least <see cref="LeastModulus"/>.</summary>
    private readonly struct Divisor(ulong modulus)
    {
        private readonly Vector512<ulong> _modulus = Vector512.Create(modulus);
        private readonly Vector512<double> _inverse = Vector512.Create(1.0 / modulus);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Remainder(Vector512<ulong> number)
        {
            var quotient = Vector512.ConvertToUInt64(Vector512.Floor(Vector512.ConvertToDouble(number) * _inverse));
            return Below(NotNegative(number - (quotient * _modulus)));
        }

        /// <summary>A number below twice the modulus, brought below it.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Below(Vector512<ulong> number) => Vector512.ConditionalSelect(
            Vector512.GreaterThanOrEqual(number.AsInt64(), _modulus.AsInt64()).AsUInt64(), number - _modulus, number);

        /// <summary>A number that may be below zero, by less than the modulus, brought above.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> NotNegative(Vector512<ulong> number) => Vector512.ConditionalSelect(
            Vector512.LessThan(number.AsInt64(), Vector512<long>.Zero).AsUInt64(), number + _modulus, number);
    }
}
