namespace SecureExchange.Cryptography;

/// <summary>Format-preserving encryption FF1 (NIST SP 800-38G rev. 1) under one key, radix and tweak.</summary>
/// <remarks>Deterministic and not authenticated: a changed value decrypts to another one. What depends on the length alone
/// (the cipher over P and the whole blocks of the tweak) is worked out once for each length. Safe for several threads.</remarks>
public sealed class Ff1 : IDisposable
{
    /// <summary>The smallest domain, radix^length, that is encrypted (SP 800-38G rev. 1 §5.1).</summary>
    public const int MinDomain = 1_000_000;

    /// <summary>The longest value, in numerals.</summary>
    public const int MaxLength = 4096;

    private const int CachedLengths = 128;
    private readonly AesBlocks _aes;
    private readonly int _radix;
    private readonly byte[] _tweak;
    private readonly Ff1Shape?[] _shapes = new Ff1Shape?[CachedLengths];

    /// <param name="key">16, 24 or 32 bytes.</param>
    /// <param name="radix">2 to 65,536: how many numerals there are.</param>
    /// <param name="tweak">Any length; it needn't be secret.</param>
    /// <exception cref="ArgumentException">The key's length or the radix is wrong.</exception>
    public Ff1(ReadOnlySpan<byte> key, int radix, ReadOnlySpan<byte> tweak)
    {
        if (radix is < 2 or > 65536) throw new ArgumentException("must be 2 to 65,536", nameof(radix));
        _aes = new AesBlocks(key);
        _radix = radix;
        _tweak = tweak.ToArray();
        for (var domain = 1L; domain < MinDomain; domain *= radix) MinLength++;
    }

    /// <summary>The fewest numerals whose domain is large enough: 6 for digits.</summary>
    public int MinLength { get; }

    /// <summary>Encrypts in place (SP 800-38G, algorithm 7).</summary>
    /// <param name="numerals">Each below the radix; <see cref="MinLength"/> to <see cref="MaxLength"/> of them.</param>
    /// <exception cref="ArgumentException">The length or a numeral is out of range.</exception>
    public void Encrypt(Span<ushort> numerals)
    {
        var shape = ShapeOf(numerals);
        if (shape.FitsUInt64) EncryptShort(shape, numerals);
        else CryptLong(shape, numerals, decrypt: false);
    }

    /// <summary>Decrypts in place (SP 800-38G, algorithm 8).</summary>
    /// <param name="numerals">As for <see cref="Encrypt"/>.</param>
    /// <exception cref="ArgumentException">The length or a numeral is out of range.</exception>
    public void Decrypt(Span<ushort> numerals)
    {
        var shape = ShapeOf(numerals);
        if (shape.FitsUInt64) DecryptShort(shape, numerals);
        else CryptLong(shape, numerals, decrypt: true);
    }

    /// <summary>Encrypts many values of one length in place, up to 64 at a time: some ten times as fast as one by one.</summary>
    /// <param name="numerals">The values' numerals, back to back.</param>
    /// <param name="length">Numerals of each value.</param>
    /// <exception cref="ArgumentException">As for <see cref="Encrypt"/>.</exception>
    public void EncryptMany(Span<ushort> numerals, int length) => CryptMany(numerals, length, decrypt: false);

    /// <summary>Decrypts many values of one length in place.</summary>
    /// <param name="numerals">The values' numerals, back to back.</param>
    /// <param name="length">Numerals of each value.</param>
    /// <exception cref="ArgumentException">As for <see cref="Decrypt"/>.</exception>
    public void DecryptMany(Span<ushort> numerals, int length) => CryptMany(numerals, length, decrypt: true);

    /// <summary>Whether values of a length can be given as the numbers that their two halves are (<see cref="EncryptHalves"/>).</summary>
    /// <param name="length">Numerals.</param>
    public bool TakesHalves(int length) => length >= MinLength && length < CachedLengths && CachedShape(length).FitsUInt64;

    /// <summary>Encrypts many values of one length in place, each given as two numbers: faster still, for who has them as that.</summary>
    /// <param name="first">NUM of each value's first ⌊length / 2⌋ numerals.</param>
    /// <param name="second">NUM of its other numerals.</param>
    /// <param name="length">Numerals of each value, such that <see cref="TakesHalves"/>.</param>
    /// <exception cref="ArgumentException">A number isn't one of as many numerals, or the spans aren't equally long.</exception>
    public void EncryptHalves(Span<ulong> first, Span<ulong> second, int length) => CryptHalves(first, second, length, decrypt: false);

    /// <summary>Decrypts what <see cref="EncryptHalves"/> gave, in place.</summary>
    /// <inheritdoc cref="EncryptHalves"/>
    public void DecryptHalves(Span<ulong> first, Span<ulong> second, int length) => CryptHalves(first, second, length, decrypt: true);

    public override string ToString() => "[secret]";

    public void Dispose() => _aes.Dispose();

    private void CryptMany(Span<ushort> numerals, int length, bool decrypt)
    {
        if (length <= 0 || numerals.Length % length != 0) throw new ArgumentException("must be whole values", nameof(numerals));
        if (numerals.IsEmpty) return;
        if (ShapeOf(numerals[..length]) is not { FitsUInt64: true } shape)
        {
            for (; !numerals.IsEmpty; numerals = numerals[length..])
            {
                if (decrypt) Decrypt(numerals[..length]);
                else Encrypt(numerals[..length]);
            }

            return;
        }

        RequireBelowRadix(numerals);
        Span<ulong> a = stackalloc ulong[Ff1Lanes.Count];
        Span<ulong> b = stackalloc ulong[Ff1Lanes.Count];
        while (!numerals.IsEmpty)
        {
            var count = Math.Min(Ff1Lanes.Count, numerals.Length / length);
            for (var i = 0; i < count; i++)
            {
                a[i] = ToNumber(numerals.Slice(i * length, shape.U));
                b[i] = ToNumber(numerals[((i * length) + shape.U)..((i + 1) * length)]);
            }

            CryptLanes(shape, a[..count], b[..count], decrypt);
            for (var i = 0; i < count; i++)
            {
                FromNumber(a[i], numerals.Slice(i * length, shape.U));
                FromNumber(b[i], numerals[((i * length) + shape.U)..((i + 1) * length)]);
            }

            numerals = numerals[(count * length)..];
        }
    }

    private void CryptHalves(Span<ulong> first, Span<ulong> second, int length, bool decrypt)
    {
        if (!TakesHalves(length)) throw new ArgumentException("no length whose halves are numbers of 63 bits", nameof(length));
        if (first.Length != second.Length) throw new ArgumentException("must be as many as the first halves", nameof(second));
        var shape = _shapes[length]!;
        if (AnyFrom(first, shape.ModulusU) || AnyFrom(second, shape.ModulusV)) throw new ArgumentException("a half is too large for its length", nameof(first));
        for (var at = 0; at < first.Length; at += Ff1Lanes.Count)
        {
            var count = Math.Min(Ff1Lanes.Count, first.Length - at);
            CryptLanes(shape, first.Slice(at, count), second.Slice(at, count), decrypt);
        }
    }

    /// <summary>Up to <see cref="Ff1Lanes.Count"/> values; lanes without one do their work for nothing.</summary>
    private void CryptLanes(Ff1Shape shape, Span<ulong> a, Span<ulong> b, bool decrypt)
    {
        var lanes = shape.Lanes ??= new Ff1Lanes(_aes, shape);
        var whole = a.Length - (a.Length % Ff1Lanes.Step);
        if (decrypt) lanes.Decrypt(a[..whole], b[..whole]);
        else lanes.Encrypt(a[..whole], b[..whole]);
        if (whole == a.Length) return;
        Span<ulong> lastA = stackalloc ulong[Ff1Lanes.Step];
        Span<ulong> lastB = stackalloc ulong[Ff1Lanes.Step];
        lastA.Clear();
        lastB.Clear();
        a[whole..].CopyTo(lastA);
        b[whole..].CopyTo(lastB);
        if (decrypt) lanes.Decrypt(lastA, lastB);
        else lanes.Encrypt(lastA, lastB);
        lastA[..(a.Length - whole)].CopyTo(a[whole..]);
        lastB[..(a.Length - whole)].CopyTo(b[whole..]);
    }

    private static bool AnyFrom(ReadOnlySpan<ulong> halves, ulong modulus)
    {
        var any = false;
        foreach (var half in halves) any |= half >= modulus;
        return any;
    }

    private void RequireBelowRadix(ReadOnlySpan<ushort> numerals)
    {
        if (numerals.ContainsAnyExceptInRange((ushort)0, (ushort)(_radix - 1)))
            throw new ArgumentException("a numeral is not below the radix", nameof(numerals));
    }

    private Ff1Shape ShapeOf(ReadOnlySpan<ushort> numerals)
    {
        if (numerals.Length < MinLength || numerals.Length > MaxLength)
            throw new ArgumentException($"must have {MinLength} to {MaxLength} numerals", nameof(numerals));
        RequireBelowRadix(numerals);

        if (numerals.Length >= CachedLengths) return new Ff1Shape(_aes, _radix, _tweak, numerals.Length);
        return CachedShape(numerals.Length);
    }

    private Ff1Shape CachedShape(int length) => _shapes[length] ??= new Ff1Shape(_aes, _radix, _tweak, length);

    private void EncryptShort(Ff1Shape shape, Span<ushort> numerals)
    {
        var a = ToNumber(numerals[..shape.U]);
        var b = ToNumber(numerals[shape.U..]);
        for (var round = 0; round < 10; round++)
        {
            var modulus = (round & 1) == 0 ? shape.ModulusU : shape.ModulusV;
            var c = a + shape.RoundModulo(_aes, round, b, modulus);
            (a, b) = (b, c >= modulus ? c - modulus : c);
        }

        FromNumber(a, numerals[..shape.U]);
        FromNumber(b, numerals[shape.U..]);
    }

    private void DecryptShort(Ff1Shape shape, Span<ushort> numerals)
    {
        var a = ToNumber(numerals[..shape.U]);
        var b = ToNumber(numerals[shape.U..]);
        for (var round = 9; round >= 0; round--)
        {
            var modulus = (round & 1) == 0 ? shape.ModulusU : shape.ModulusV;
            var y = shape.RoundModulo(_aes, round, a, modulus);
            (a, b) = (b >= y ? b - y : b + modulus - y, a);
        }

        FromNumber(a, numerals[..shape.U]);
        FromNumber(b, numerals[shape.U..]);
    }

    private ulong ToNumber(ReadOnlySpan<ushort> numerals)
    {
        var number = 0UL;
        foreach (var numeral in numerals) number = (number * (uint)_radix) + numeral;
        return number;
    }

    private void FromNumber(ulong number, Span<ushort> numerals)
    {
        if (_radix == 10)
        {
            // Dividing by a constant is a multiplication.
            for (var i = numerals.Length - 1; i >= 0; i--) (number, numerals[i]) = (number / 10, (ushort)(number % 10));
            return;
        }

        for (var i = numerals.Length - 1; i >= 0; i--) (number, numerals[i]) = (number / (uint)_radix, (ushort)(number % (uint)_radix));
    }

    /// <summary>Halves beyond 63 bits: the sums are made numeral by numeral, so that no modulus of many words is needed;
    /// only y is turned into numerals, lowest first, and what lies above the half's length falls away.</summary>
    private void CryptLong(Ff1Shape shape, Span<ushort> numerals, bool decrypt)
    {
        Span<ushort> y = numerals.Length <= 512 ? stackalloc ushort[(numerals.Length + 1) / 2] : new ushort[(numerals.Length + 1) / 2];
        Span<ushort> rotated = numerals.Length <= 512 ? stackalloc ushort[numerals.Length] : new ushort[numerals.Length];
        for (var step = 0; step < 10; step++)
        {
            var round = decrypt ? 9 - step : step;
            // Encrypting, A is in front and changes; decrypting, B is behind and changes. Its length is u in even rounds.
            var changing = (round & 1) == 0 ? shape.U : numerals.Length - shape.U;
            var half = y[..changing];
            if (decrypt)
            {
                shape.RoundNumerals(_aes, _radix, round, numerals[..^changing], half);
                Subtract(numerals[^changing..], half);
                numerals[^changing..].CopyTo(rotated);
                numerals[..^changing].CopyTo(rotated[changing..]);
            }
            else
            {
                shape.RoundNumerals(_aes, _radix, round, numerals[changing..], half);
                Add(numerals[..changing], half);
                numerals[changing..].CopyTo(rotated);
                numerals[..changing].CopyTo(rotated[^changing..]);
            }

            rotated.CopyTo(numerals);
        }
    }

    private void Add(Span<ushort> half, ReadOnlySpan<ushort> y)
    {
        var carry = 0;
        for (var i = half.Length - 1; i >= 0; i--)
        {
            var sum = half[i] + y[i] + carry;
            carry = sum >= _radix ? 1 : 0;
            half[i] = (ushort)(sum - (carry * _radix));
        }
    }

    private void Subtract(Span<ushort> half, ReadOnlySpan<ushort> y)
    {
        var borrow = 0;
        for (var i = half.Length - 1; i >= 0; i--)
        {
            var difference = half[i] - y[i] - borrow;
            borrow = difference < 0 ? 1 : 0;
            half[i] = (ushort)(difference + (borrow * _radix));
        }
    }
}
