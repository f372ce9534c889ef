using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SecureExchange.Cryptography;

/// <summary>FF1 over many values of one length at once: what makes it fast is that their blocks go through the cipher side by
/// side, that their remainders are taken eight at a time, and that the processor has the one to do while it waits for the other.</summary>
/// <remarks>The remainders of 64-bit numbers are taken through doubles. The quotient is then wrong by less than 0.7 where the modulus is at
/// least 10,000 (three roundings of 2^-53 each, of at most 2^64 / 10,000), so one correction either way makes it exact; below
/// that it can be wrong by more, and is divided out one by one. The tests compare every length with <see cref="Ff1"/>'s scalar form.</remarks>
internal sealed class Ff1Lanes
{
    /// <summary>The most values at once.</summary>
    public const int Count = 64;

    /// <summary>As many values as are at once, or a multiple of it.</summary>
    public const int Step = AesBlocks.Lanes;

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

    /// <summary>Encrypts pairs of halves in place (SP 800-38G, algorithm 7, step 6).</summary>
    /// <param name="a">The first halves: a multiple of <see cref="Step"/>, at most <see cref="Count"/>.</param>
    /// <param name="b">As many second ones.</param>
    [SkipLocalsInit]
    public void Encrypt(Span<ulong> a, Span<ulong> b)
    {
        Span<Vector128<byte>> blocks = stackalloc Vector128<byte>[Count];
        for (var round = 0; round < 10; round++)
        {
            var modulus = (round & 1) == 0 ? _shape.ModulusU : _shape.ModulusV;
            Cipher(round, b, blocks);
            if (_vectors) Add(a, blocks, new Divisor(modulus));
            else Add(a, blocks, modulus);
            var changed = a;
            a = b;
            b = changed;
        }
    }

    /// <summary>Decrypts pairs of halves in place (SP 800-38G, algorithm 8, step 6).</summary>
    /// <inheritdoc cref="Encrypt"/>
    [SkipLocalsInit]
    public void Decrypt(Span<ulong> a, Span<ulong> b)
    {
        Span<Vector128<byte>> blocks = stackalloc Vector128<byte>[Count];
        for (var round = 9; round >= 0; round--)
        {
            var modulus = (round & 1) == 0 ? _shape.ModulusU : _shape.ModulusV;
            Cipher(round, a, blocks);
            if (_vectors) Subtract(b, blocks, new Divisor(modulus));
            else Subtract(b, blocks, modulus);
            var changed = b;
            b = a;
            a = changed;
        }
    }

    /// <summary>Steps 6.i to 6.iii: the round's blocks, through the cipher. By vectors, the halves of eight blocks are unpacked to every other one.</summary>
    private void Cipher(int round, ReadOnlySpan<ulong> half, Span<Vector128<byte>> blocks)
    {
        if (_vectors) Fill(round, half, MemoryMarshal.Cast<Vector128<byte>, ulong>(blocks));
        else for (var i = 0; i < half.Length; i++) blocks[i] = _shape.RoundBlock(round, half[i]);
        for (var i = 0; i < half.Length; i += Step) _aes.EncryptEight(blocks.Slice(i, Step));
    }

    private void Fill(int round, ReadOnlySpan<ulong> half, Span<ulong> words)
    {
        var (high, low) = _shape.RoundWords(round);
        var state = Vector512.Create(Vector256.Create(_shape.State, _shape.State)).AsUInt64();
        var front = Vector512.Create(BinaryPrimitives.ReverseEndianness(high));
        for (var i = 0; i < half.Length; i += Step)
        {
            var back = Reverse(Vector512.Create(half.Slice(i, Step)) | Vector512.Create(low));
            (Avx512F.UnpackLow(front, back) ^ state).CopyTo(words.Slice(2 * i, Step));
            (Avx512F.UnpackHigh(front, back) ^ state).CopyTo(words.Slice((2 * i) + Step, Step));
        }
    }

    /// <summary>Steps 6.iv to 6.vi.</summary>
    private void Add(Span<ulong> half, ReadOnlySpan<Vector128<byte>> blocks, ulong modulus)
    {
        for (var i = 0; i < half.Length; i++)
        {
            var c = half[i] + _shape.Modulo(blocks[i], modulus);
            half[i] = c >= modulus ? c - modulus : c;
        }
    }

    private static void Add(Span<ulong> half, ReadOnlySpan<Vector128<byte>> blocks, Divisor divisor)
    {
        var words = MemoryMarshal.Cast<Vector128<byte>, ulong>(blocks);
        for (var i = 0; i < half.Length; i += Step)
            divisor.Below(Vector512.Create<ulong>(half.Slice(i, Step)) + divisor.Remainder(LowWords(words, i))).CopyTo(half.Slice(i, Step));
    }

    private void Subtract(Span<ulong> half, ReadOnlySpan<Vector128<byte>> blocks, ulong modulus)
    {
        for (var i = 0; i < half.Length; i++)
        {
            var y = _shape.Modulo(blocks[i], modulus);
            half[i] = half[i] >= y ? half[i] - y : half[i] + modulus - y;
        }
    }

    private static void Subtract(Span<ulong> half, ReadOnlySpan<Vector128<byte>> blocks, Divisor divisor)
    {
        var words = MemoryMarshal.Cast<Vector128<byte>, ulong>(blocks);
        for (var i = 0; i < half.Length; i += Step)
            divisor.NotNegative(Vector512.Create<ulong>(half.Slice(i, Step)) - divisor.Remainder(LowWords(words, i))).CopyTo(half.Slice(i, Step));
    }

    /// <summary>The first halves of eight blocks, packed the way they were unpacked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> LowWords(ReadOnlySpan<ulong> words, int i) => Reverse(Avx512F.UnpackLow(
        Vector512.Create(words.Slice(2 * i, Step)), Vector512.Create(words.Slice((2 * i) + Step, Step))));

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
