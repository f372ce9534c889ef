namespace SecureExchange.Masking.Transforms;

/// <summary>Check digits over the letters and digits of a value; whatever else stands between them is skipped.</summary>
internal abstract class CheckDigits
{
    private CheckDigits()
    {
    }

    /// <summary>The last digit, as on cards (ISO/IEC 7812-1).</summary>
    public static CheckDigits Luhn { get; } = new LuhnDigit(0);

    /// <summary>The last digit of a US national provider identifier: Luhn with 80840 in front.</summary>
    public static CheckDigits Npi { get; } = new LuhnDigit(24);

    /// <summary>The third and fourth character of an IBAN (ISO 13616, mod 97).</summary>
    public static CheckDigits Iban { get; } = new IbanDigits();

    /// <summary>Characters at the start that aren't encrypted.</summary>
    public virtual int Leading => 0;

    /// <summary>Characters at the end that aren't encrypted.</summary>
    public virtual int Trailing => 0;

    /// <summary>The same over digits that stand together; null where it takes more than their sum.</summary>
    public virtual LuhnSum? AsLuhn => null;

    public abstract bool IsValid(ReadOnlySpan<byte> value);

    /// <summary>Puts right check digits where the others were.</summary>
    public abstract void Mend(Span<byte> value);

    private sealed class LuhnDigit(int offset) : CheckDigits
    {
        public override int Trailing => 1;

        public override LuhnSum? AsLuhn => new LuhnSum(offset);

        public override bool IsValid(ReadOnlySpan<byte> value) => Sum(value, out var last) % 10 == 0 && last >= 0;

        public override void Mend(Span<byte> value)
        {
            var sum = Sum(value, out var last);
            var digit = value[last] - '0';
            value[last] = (byte)('0' + ((10 - ((sum - digit) % 10)) % 10));
        }

        private int Sum(ReadOnlySpan<byte> value, out int last)
        {
            last = -1;
            var (sum, twice) = (offset, false);
            for (var i = value.Length - 1; i >= 0; i--)
            {
                if (value[i] is < (byte)'0' or > (byte)'9') continue;
                if (last < 0) last = i;
                var digit = value[i] - '0';
                if (twice) digit = digit > 4 ? (2 * digit) - 9 : 2 * digit;
                sum += digit;
                twice = !twice;
            }

            return sum;
        }
    }

    private sealed class IbanDigits : CheckDigits
    {
        public override int Leading => 4;

        public override bool IsValid(ReadOnlySpan<byte> value) => Rest(value, zeroed: false, out var length) == 1 && length > 4;

        public override void Mend(Span<byte> value)
        {
            var check = 98 - Rest(value, zeroed: true, out _);
            var at = 0;
            for (var i = 0; i < value.Length; i++)
            {
                if (!char.IsAsciiLetterOrDigit((char)value[i])) continue;
                if (at == 2) value[i] = (byte)('0' + (check / 10));
                if (at == 3) value[i] = (byte)('0' + (check % 10));
                at++;
            }
        }

        /// <summary>The number that the letters and digits make, the first four behind the others, mod 97.</summary>
        private static int Rest(ReadOnlySpan<byte> value, bool zeroed, out int length)
        {
            Span<byte> head = stackalloc byte[4];
            var rest = 0;
            length = 0;
            foreach (var b in value)
            {
                if (!char.IsAsciiLetterOrDigit((char)b)) continue;
                if (length < 4) head[length] = zeroed && length >= 2 ? (byte)'0' : b;
                else rest = Step(rest, b);
                length++;
            }

            // The country is two letters, and what stands behind it two digits.
            if (!zeroed && !(char.IsAsciiLetterUpper((char)head[0]) && char.IsAsciiLetterUpper((char)head[1])
                && char.IsAsciiDigit((char)head[2]) && char.IsAsciiDigit((char)head[3]))) return 0;
            foreach (var b in head) rest = Step(rest, b);
            return rest;
        }

        private static int Step(int rest, byte b) => b <= '9'
            ? ((rest * 10) + b - '0') % 97
            : ((rest * 100) + (b & ~0x20) - 'A' + 10) % 97;
    }
}
