using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Format-preserving encryption of short values of digits, many at once. A value's digits are moved together, read as two numbers, and what
/// comes out of the cipher is put back between the separators, with no step for each digit.</summary>
/// <remarks>Whatever isn't plain goes the ordinary way (<see cref="TryAdd"/> says so), which also knows what is wrong with it. The tests hold
/// both against each other.</remarks>
internal sealed class FpeDigits
{
    /// <summary>Octets of the longest value: what one vector takes.</summary>
    private const int MaxLength = 32;

    private readonly Ff1 _ff1;
    private readonly Vector256<byte> _separators;
    private readonly LuhnSum? _check;
    private readonly int _first;
    private readonly int _last;
    private readonly Lane?[] _lanes = new Lane?[MaxLength + 1];

    private FpeDigits(Ff1 ff1, FpeOptions options, LuhnSum? check)
    {
        (_ff1, _separators, _check) = (ff1, Vector256.Create(options.Alphabet.Separators, options.Alphabet.Separators), check);
        (_first, _last) = (options.KeepFirst, options.KeepLast + (check is null ? 0 : 1));
        for (var length = ff1.MinLength; length < _lanes.Length; length++)
        {
            if (ff1.TakesHalves(length) && _first + length <= MaxLength) _lanes[length] = new Lane(length, _first);
        }
    }

    /// <returns>Null where the processor or the profile asks for the ordinary way.</returns>
    public static FpeDigits? Create(Ff1 ff1, FpeOptions options)
    {
        if (!Avx512Vbmi.VL.IsSupported || !Avx512Vbmi2.VL.IsSupported) return null;
        if (!options.Alphabet.IsDigits || options.Numbers || options.Subject is not null) return null;
        return options.Check is null ? new FpeDigits(ff1, options, null)
            : options.Check.AsLuhn is { } check ? new FpeDigits(ff1, options, check)
            : null;
    }

    /// <summary>Takes the values of a whole column, if they all are plain ones; empty ones are left as they are.</summary>
    public bool TryAddAll(CellColumn copies)
    {
        for (var i = 0; i < copies.Count; i++)
        {
            if (TryAdd(copies, i, i) || copies[i].IsEmpty) continue;
            Clear();
            return false;
        }

        return true;
    }

    /// <summary>Takes a value, if it is a plain one.</summary>
    /// <param name="cells">Its column.</param>
    /// <param name="i">Its cell.</param>
    /// <param name="output">The cell that it was or will be copied to, for <see cref="Finish"/> to write over.</param>
    public bool TryAdd(CellColumn cells, int i, int output)
    {
        var length = cells[i].Length;
        if (length > MaxLength || cells.Kind(i) is not (CellKind.Text or CellKind.Slashed)) return false;
        var value = Vector256.Create<byte>(cells.Stretched(i));
        var isDigit = DigitsOf(value, length);
        var isKnown = isDigit | Vector256.GreaterThan(SeparatorsOf(value), Vector256<byte>.Zero);
        if ((~isKnown.ExtractMostSignificantBits() & (uint)((1UL << length) - 1)) != 0) return false;
        var count = BitOperations.PopCount(isDigit.ExtractMostSignificantBits());
        if (count <= _first + _last || _lanes[count - _first - _last] is not { } lane) return false;
        var digits = Avx512Vbmi2.VL.Compress(Vector256<byte>.Zero, isDigit, value) & Vector256.Create((byte)0x0F);
        if (_check is { } check && check.Of(digits, count) % 10 != 0) return false;
        lane.Add(digits, output);
        return true;
    }

    /// <summary>Forgets what was taken.</summary>
    public void Clear()
    {
        foreach (var lane in _lanes) lane?.Clear();
    }

    /// <summary>Encrypts or decrypts what was taken, and writes it over the copies.</summary>
    public void Finish(CellColumn copies, bool decrypt)
    {
        foreach (var lane in _lanes)
        {
            if (lane is null || lane.Count == 0) continue;
            lane.Crypt(_ff1, decrypt);
            for (var i = 0; i < lane.Count; i++) Write(lane, i, copies);
        }
    }

    public void Zero()
    {
        foreach (var lane in _lanes) lane?.Zero();
    }

    private void Write(Lane lane, int i, CellColumn copies)
    {
        var cell = lane.Cell(i);
        var stretch = copies.Stretched(cell);
        var value = Vector256.Create<byte>(stretch);
        var isDigit = DigitsOf(value, copies[cell].Length);
        var digits = lane.Digits(i, Avx512Vbmi2.VL.Compress(Vector256<byte>.Zero, isDigit, value) & Vector256.Create((byte)0x0F));
        if (_check is { } check)
        {
            var last = BitOperations.PopCount(isDigit.ExtractMostSignificantBits()) - 1;
            var isLast = Vector256.Equals(Vector256<byte>.Indices, Vector256.Create((byte)last));
            digits = Vector256.AndNot(digits, isLast);
            var digit = (10 - (check.Of(digits, last + 1) % 10)) % 10;
            digits |= isLast & Vector256.Create((byte)digit);
        }

        Avx512Vbmi2.VL.Expand(value, isDigit, digits | Vector256.Create((byte)'0')).CopyTo(stretch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> DigitsOf(Vector256<byte> value, int length) =>
        Vector256.LessThanOrEqual(value - Vector256.Create((byte)'0'), Vector256.Create((byte)9))
        & Vector256.LessThan(Vector256<byte>.Indices, Vector256.Create((byte)length));

    /// <summary>Not zero where a separator stands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<byte> SeparatorsOf(Vector256<byte> value) =>
        Avx2.Shuffle(_separators, value & Vector256.Create((byte)0x0F))
        & Avx2.Shuffle(Vector256.Create((byte)1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0), value >>> 4);

    /// <summary>The values with as many digits to encrypt: their halves as numbers.</summary>
    private sealed class Lane(int length, int first)
    {
        private readonly Vector256<byte> _apart = Apart(length, first);
        private readonly Vector256<byte> _together = Together(length, first);
        private ulong[] _firsts = new ulong[256];
        private ulong[] _seconds = new ulong[256];
        private int[] _cells = new int[256];

        public int Count { get; private set; }

        public int Cell(int i) => _cells[i];

        /// <summary>Adds the two numbers that a value's digits are, eight digits at a step (of each, all at once).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector256<byte> digits, int cell)
        {
            if (Count == _cells.Length) Grow();
            var halves = Avx512Vbmi.VL.PermuteVar32x8x2(digits, _apart, Vector256<byte>.Zero);
            var twos = Avx2.MultiplyAddAdjacent(halves, Vector256.Create((short)0x010A).AsSByte());                  // 10, 1
            var fours = Avx2.MultiplyAddAdjacent(twos, Vector256.Create(0x00010064).AsInt16());                       // 100, 1
            var packed = Avx2.PackUnsignedSaturate(fours, fours).AsInt16();
            var eights = Avx2.MultiplyAddAdjacent(packed, Vector256.Create(0x00012710).AsInt16()).AsUInt32();         // 10,000, 1
            _firsts[Count] = (eights[0] * 100_000_000UL) + eights[1];
            _seconds[Count] = (eights[4] * 100_000_000UL) + eights[5];
            _cells[Count++] = cell;
        }

        public void Crypt(Ff1 ff1, bool decrypt)
        {
            if (decrypt) ff1.DecryptHalves(_firsts.AsSpan(0, Count), _seconds.AsSpan(0, Count), length);
            else ff1.EncryptHalves(_firsts.AsSpan(0, Count), _seconds.AsSpan(0, Count), length);
        }

        /// <summary>A value's digits with the encrypted ones in their places.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<byte> Digits(int i, Vector256<byte> kept) =>
            Avx512Vbmi.VL.PermuteVar32x8x2(Vector256.Create(Digits(_firsts[i]), Digits(_seconds[i])), _together, kept);

        public void Clear() => Count = 0;

        public void Zero()
        {
            Array.Clear(_firsts);
            Array.Clear(_seconds);
        }

        /// <summary>Sixteen digits of a number.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<byte> Digits(ulong number)
        {
            var (high, low) = Math.DivRem(number, 100_000_000);
            var (a, b) = Math.DivRem((uint)high, 10_000);
            var (c, d) = Math.DivRem((uint)low, 10_000);
            var fours = Vector128.Create(a, b, c, d);
            var hundreds = (fours * Vector128.Create(5243u)) >>> 19;
            var twos = (hundreds | ((fours - (hundreds * Vector128.Create(100u))) << 16)).AsUInt16();
            var tens = (twos * Vector128.Create((ushort)103)) >>> 10;
            return (tens | ((twos - (tens * Vector128.Create((ushort)10))) << 8)).AsByte();
        }

        /// <summary>Which digit goes where in the two halves, each at the end of sixteen places; 32 and up is a zero.</summary>
        private static Vector256<byte> Apart(int length, int first)
        {
            Span<byte> places = stackalloc byte[32];
            places.Fill(32);
            var u = length / 2;
            for (var i = 0; i < u; i++) places[16 - u + i] = (byte)(first + i);
            for (var i = u; i < length; i++) places[32 - length + i] = (byte)(first + i);
            return Vector256.Create<byte>(places);
        }

        /// <summary>The way back: from the two halves, and from the value's own digits (32 and up) what isn't encrypted.</summary>
        private static Vector256<byte> Together(int length, int first)
        {
            Span<byte> places = stackalloc byte[32];
            var u = length / 2;
            for (var i = 0; i < 32; i++)
            {
                places[i] = (byte)(i < first || i >= first + length ? 32 + i
                    : i - first < u ? 16 - u + (i - first)
                    : 32 - length + (i - first));
            }

            return Vector256.Create<byte>(places);
        }

        private void Grow()
        {
            Array.Resize(ref _cells, 2 * _cells.Length);
            Grow(ref _firsts);
            Grow(ref _seconds);
        }

        private static void Grow(ref ulong[] halves)
        {
            var larger = new ulong[2 * halves.Length];
            halves.CopyTo(larger, 0);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(halves.AsSpan()));
            halves = larger;
        }
    }
}
