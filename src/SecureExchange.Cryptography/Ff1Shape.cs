using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace SecureExchange.Cryptography;

/// <summary>What FF1 works out from a value's length, radix and tweak, whatever the value: SP 800-38G algorithm 7, steps 1
/// to 5, and as much of step 6.ii as doesn't change from round to round.</summary>
internal sealed class Ff1Shape
{
    private readonly int _byteCount;           // b
    private readonly int _digestLength;        // d
    private readonly Vector128<byte> _state;   // CBC-MAC over P and the blocks of Q in front of its last ones.
    private readonly byte[] _tail;             // The blocks of Q that hold the round's number and NUM(B).
    private readonly ulong _tailHigh;          // The same, as words, where it is one block and b <= 8.
    private readonly ulong _tailLow;

    public Ff1Shape(AesBlocks aes, int radix, ReadOnlySpan<byte> tweak, int length)
    {
        U = length / 2;
        var v = length - U;
        var largest = BigInteger.Pow(radix, v) - 1;
        // ceil(ceil(v·log2(radix)) / 8), in integers: a logarithm of doubles is off by one for some lengths.
        _byteCount = (int)((largest.GetBitLength() + 7) / 8);
        _digestLength = (4 * ((_byteCount + 3) / 4)) + 4;
        FitsUInt64 = largest.GetBitLength() <= 63;
        if (FitsUInt64)
        {
            ModulusV = (ulong)largest + 1;
            ModulusU = U == v ? ModulusV : ModulusV / (uint)radix;
        }

        Span<byte> p = [1, 2, 1, 0, 0, 0, 10, (byte)U, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(p[2..], radix);
        p[2] = 1;
        BinaryPrimitives.WriteInt32BigEndian(p[8..], length);
        BinaryPrimitives.WriteInt32BigEndian(p[12..], tweak.Length);
        _state = aes.Encrypt(Vector128.Create<byte>(p));

        var q = new byte[(tweak.Length + _byteCount + AesBlocks.BlockSize) / AesBlocks.BlockSize * AesBlocks.BlockSize];
        tweak.CopyTo(q);
        var changing = (_byteCount + AesBlocks.BlockSize) / AesBlocks.BlockSize * AesBlocks.BlockSize;
        for (var at = 0; at < q.Length - changing; at += AesBlocks.BlockSize)
            _state = aes.Encrypt(_state ^ Vector128.Create<byte>(q.AsSpan(at, AesBlocks.BlockSize)));
        _tail = q[^changing..];
        _tailHigh = BinaryPrimitives.ReadUInt64BigEndian(_tail);
        _tailLow = BinaryPrimitives.ReadUInt64BigEndian(_tail.AsSpan(8));
    }

    /// <summary>Numerals of the first half; the second has as many or one more.</summary>
    public int U { get; }

    /// <summary>Whether numbers of the second half, and the sum of two, fit 64 bits.</summary>
    public bool FitsUInt64 { get; }

    /// <summary>The same over sixteen values, made when first wanted.</summary>
    public Ff1Lanes? Lanes { get; set; }

    /// <summary>Whether y is 64 bits long.</summary>
    public bool HasShortDigest => _digestLength == 8;

    public ulong ModulusU { get; }

    public ulong ModulusV { get; }

    /// <summary>Steps 6.i to 6.vi for short halves: y mod radix^m.</summary>
    public ulong RoundModulo(AesBlocks aes, int round, ulong b, ulong modulus) => Modulo(aes.Encrypt(RoundBlock(round, b)), modulus);

    /// <summary>CBC-MAC over what doesn't change: goes onto each round's last block.</summary>
    public Vector128<byte> State => _state;

    /// <summary>What goes through the cipher in a round of short halves (steps 6.i and 6.ii).</summary>
    public Vector128<byte> RoundBlock(int round, ulong b)
    {
        var (high, low) = RoundWords(round);
        return _state ^ Vector128.Create(BinaryPrimitives.ReverseEndianness(high), BinaryPrimitives.ReverseEndianness(low | b)).AsByte();
    }

    /// <summary>The last block of Q as two numbers, the round in it, zeros where NUM(B) goes.</summary>
    public (ulong High, ulong Low) RoundWords(int round) => _byteCount == 8
        ? (_tailHigh | (uint)round, _tailLow)
        : (_tailHigh, _tailLow | ((ulong)round << (8 * _byteCount)));

    /// <summary>What comes out of it, as a number below the modulus (steps 6.iii to 6.v).</summary>
    public ulong Modulo(Vector128<byte> block, ulong modulus)
    {
        var r = block.AsUInt64();
        var y = BinaryPrimitives.ReverseEndianness(r[0]);
        if (_digestLength == 8) return y % modulus;
        var rest = BinaryPrimitives.ReverseEndianness(r[1]) >> 32;
        return modulus <= uint.MaxValue
            ? (((y % modulus) << 32) | rest) % modulus
            : (ulong)((((UInt128)y << 32) | rest) % modulus);
    }

    /// <summary>Steps 6.i to 6.vii for any halves: the lowest numerals of y, as many as <paramref name="y"/> takes.</summary>
    public void RoundNumerals(AesBlocks aes, int radix, int round, ReadOnlySpan<ushort> b, Span<ushort> y)
    {
        Span<byte> q = stackalloc byte[_tail.Length <= 1024 ? _tail.Length : 0];
        if (q.IsEmpty) q = new byte[_tail.Length];
        _tail.CopyTo(q);
        q[^(_byteCount + 1)] = (byte)round;
        WriteNumber(b, radix, q[^_byteCount..]);
        var r = _state;
        for (var at = 0; at < q.Length; at += AesBlocks.BlockSize)
            r = aes.Encrypt(r ^ Vector128.Create<byte>(q.Slice(at, AesBlocks.BlockSize)));

        var size = (_digestLength + AesBlocks.BlockSize - 1) / AesBlocks.BlockSize * AesBlocks.BlockSize;
        Span<byte> s = size <= 1024 ? stackalloc byte[size] : new byte[size];
        r.CopyTo(s);
        for (var block = 1; block * AesBlocks.BlockSize < size; block++)
        {
            var counter = Vector128.Create(0u, 0, 0, BinaryPrimitives.ReverseEndianness((uint)block)).AsByte();
            aes.Encrypt(r ^ counter).CopyTo(s[(block * AesBlocks.BlockSize)..]);
        }

        ReadNumerals(s[.._digestLength], radix, y);
    }

    /// <summary>NUM of numerals as big-endian bytes (step 6.i).</summary>
    private static void WriteNumber(ReadOnlySpan<ushort> numerals, int radix, Span<byte> number)
    {
        number.Clear();
        foreach (var numeral in numerals)
        {
            var carry = (uint)numeral;
            for (var i = number.Length - 1; i >= 0; i--)
            {
                carry += number[i] * (uint)radix;
                number[i] = (byte)carry;
                carry >>= 8;
            }
        }
    }

    /// <summary>The lowest numerals of a big-endian number, by dividing it by the radix again and again; the number is used up.</summary>
    /// <param name="number">A multiple of four bytes.</param>
    /// <param name="radix">2 to 65,536.</param>
    /// <param name="numerals">Receives the numerals, highest first.</param>
    private static void ReadNumerals(Span<byte> number, int radix, Span<ushort> numerals)
    {
        for (var i = numerals.Length - 1; i >= 0; i--)
        {
            var remainder = 0UL;
            for (var at = 0; at < number.Length; at += 4)
            {
                var value = (remainder << 32) | BinaryPrimitives.ReadUInt32BigEndian(number[at..]);
                BinaryPrimitives.WriteUInt32BigEndian(number[at..], (uint)(value / (uint)radix));
                remainder = value % (uint)radix;
            }

            numerals[i] = (ushort)remainder;
        }
    }
}
