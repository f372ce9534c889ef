using System.Buffers;
using System.Text;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Transforms;

/// <summary>How a field writes its dates. The profile says so; it is never guessed from a value, since 01/02 is two days.</summary>
internal sealed class DateFormat
{
    /// <summary>How much longer a date can get that is written anew: 1/2/2000 becomes 12/31/1999.</summary>
    public const int MaxGrowth = 2;

    private const string Help = "iso, or yyyy with MM, M or MMM (Jan) and dd or d, once each, and HH, mm and ss if they follow, with - . / : , T "
        + "or blanks between them: dd.MM.yyyy";

    private static readonly SearchValues<byte> s_time = SearchValues.Create("0123456789:.,+-Z"u8);
    private static readonly byte[][] s_months = [.. "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".Split(' ').Select(Encoding.ASCII.GetBytes)];

    private readonly string _pattern;
    private readonly bool _timeMayFollow;
    private readonly List<Token> _tokens = [];

    private DateFormat(string pattern, bool timeMayFollow)
    {
        _pattern = pattern;
        _timeMayFollow = timeMayFollow;
    }

    private enum Part : byte
    {
        Literal,
        Year,
        Month,
        MonthName,
        Day,
        Hour,
        Minute,
        Second,
    }

    public string Name => _timeMayFollow ? _pattern + " (a time may follow)" : _pattern;

    public static DateFormat Read(ProfileSection options)
    {
        var pattern = options.OptionalText("date-format") ?? "iso";
        var format = pattern == "iso" ? new DateFormat("yyyy-MM-dd", timeMayFollow: true) : new DateFormat(pattern, timeMayFollow: false);
        if (!format.Compile()) throw options.Wrong("date-format", Help);
        return format;
    }

    /// <summary>Reads the date of a value.</summary>
    public bool TryRead(ReadOnlySpan<byte> value, out DateOnly date)
    {
        date = default;
        var (year, month, day, at) = (0, 0, 0, 0);
        if (IsPlain(value))
        {
            if (value[4] != '-' || value[7] != '-' || !AreDigits(value[0], value[1], value[2], value[3]) || !AreDigits(value[5], value[6], value[8], value[9])) return false;
            year = (Two(value) * 100) + Two(value[2..]);
            return TryMake(year, Two(value[5..]), Two(value[8..]), out date);
        }

        foreach (var token in _tokens)
        {
            if (!TryTake(token, value, ref at, out var number)) return false;
            if (token.Part == Part.Year) year = number;
            else if (token.Part is Part.Month or Part.MonthName) month = number;
            else if (token.Part == Part.Day) day = number;
            else if ((token.Part == Part.Hour && number > 23) || (token.Part is Part.Minute or Part.Second && number > 59)) return false;
        }

        if (at < value.Length && !(_timeMayFollow && IsTime(value[at..]))) return false;
        return TryMake(year, month, day, out date);
    }

    /// <summary>Writes a value that <see cref="TryRead"/> has read, with another date in it; its time and zone stay.</summary>
    /// <returns>Bytes written, at most <see cref="MaxGrowth"/> more than the value has.</returns>
    public int Write(DateOnly date, ReadOnlySpan<byte> value, Span<byte> output)
    {
        var (at, length) = (0, 0);
        var (year, month, day) = date;
        if (IsPlain(value))
        {
            Put(output, ref length, year / 100, 2);
            Put(output, ref length, year % 100, 2);
            output[length++] = (byte)'-';
            Put(output, ref length, month, 2);
            output[length++] = (byte)'-';
            Put(output, ref length, day, 2);
            return length;
        }

        foreach (var token in _tokens)
        {
            var start = at;
            TryTake(token, value, ref at, out _);
            var taken = value[start..at];
            switch (token.Part)
            {
                case Part.Year:
                    Put(output, ref length, year / 100, 2);
                    Put(output, ref length, year % 100, 2);
                    break;
                case Part.Month:
                    Put(output, ref length, month, token.Width);
                    break;
                case Part.Day:
                    Put(output, ref length, day, token.Width);
                    break;
                case Part.MonthName:
                    // JAN stays JAN, and jan jan.
                    for (var i = 0; i < 3; i++) output[length++] = (byte)((s_months[month - 1][i] & ~0x20) | (taken[i] & 0x20));
                    break;
                default:
                    taken.CopyTo(output[length..]);
                    length += taken.Length;
                    break;
            }
        }

        value[at..].CopyTo(output[length..]);
        return length + value.Length - at;
    }

    /// <summary>2026-11-27 and no more: most dates there are, and worth not going token by token.</summary>
    public bool IsPlain(ReadOnlySpan<byte> value) => _timeMayFollow && value.Length == 10;

    private static bool AreDigits(byte a, byte b, byte c, byte d) =>
        (uint)(a - '0') <= 9 & (uint)(b - '0') <= 9 & (uint)(c - '0') <= 9 & (uint)(d - '0') <= 9;

    private static int Two(ReadOnlySpan<byte> digits) => ((digits[0] - '0') * 10) + digits[1] - '0';

    private static bool TryMake(int year, int month, int day, out DateOnly date)
    {
        date = default;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        date = new DateOnly(year, month, day);
        return true;
    }

    private static bool IsTime(ReadOnlySpan<byte> rest) =>
        rest.Length is >= 6 and <= 40 && rest[0] is (byte)'T' or (byte)' ' && rest[3] == ':' && !rest[1..].ContainsAnyExcept(s_time);

    private static bool TryTake(Token token, ReadOnlySpan<byte> value, ref int at, out int number)
    {
        number = 0;
        var rest = value[Math.Min(at, value.Length)..];
        switch (token.Part)
        {
            case Part.Literal:
                at++;
                return !rest.IsEmpty && rest[0] == token.Byte;
            case Part.MonthName:
                at += 3;
                if (rest.Length < 3) return false;
                for (var month = 0; month < 12; month++)
                {
                    if (Ascii.EqualsIgnoreCase(rest[..3], s_months[month])) number = month + 1;
                }

                return number > 0;
        }

        var digits = 0;
        var most = token.Width == 1 ? 2 : token.Width;
        for (; digits < most && digits < rest.Length && rest[digits] is >= (byte)'0' and <= (byte)'9'; digits++) number = (number * 10) + rest[digits] - '0';
        at += digits;
        // With one letter a leading zero is another spelling, and the value couldn't come back as it was.
        return token.Width == 1 ? digits > 0 && rest[0] != '0' : digits == token.Width;
    }

    private static void Put(Span<byte> output, ref int length, int number, int width)
    {
        if (width == 2 || number >= 10) output[length++] = (byte)('0' + (number / 10));
        output[length++] = (byte)('0' + (number % 10));
    }

    private bool Compile()
    {
        for (var at = 0; at < _pattern.Length;)
        {
            var run = 1;
            while (at + run < _pattern.Length && _pattern[at + run] == _pattern[at]) run++;
            var token = (_pattern[at], run) switch
            {
                ('y', 4) => new Token(Part.Year, 4),
                ('M', 3) => new Token(Part.MonthName, 3),
                ('M', 1 or 2) => new Token(Part.Month, run),
                ('d', 1 or 2) => new Token(Part.Day, run),
                ('H', 2) => new Token(Part.Hour, 2),
                ('m', 2) => new Token(Part.Minute, 2),
                ('s', 2) => new Token(Part.Second, 2),
                ('-' or '.' or '/' or ' ' or ':' or ',' or 'T', _) => new Token(Part.Literal, 1, (byte)_pattern[at]),
                _ => default,
            };
            if (token.Width == 0) return false;
            _tokens.Add(token);
            at += token.Part == Part.Literal ? 1 : run;
        }

        // One digit or two can only be told where something else follows.
        for (var i = 0; i + 1 < _tokens.Count; i++)
        {
            if (_tokens[i] is { Part: Part.Month or Part.Day, Width: 1 } && _tokens[i + 1].Part != Part.Literal) return false;
        }

        return Count(Part.Year) == 1 && Count(Part.Month) + Count(Part.MonthName) == 1 && Count(Part.Day) == 1
            && Count(Part.Hour) <= 1 && Count(Part.Minute) <= 1 && Count(Part.Second) <= 1;
    }

    private int Count(Part part) => _tokens.Count(token => token.Part == part);

    private readonly record struct Token(Part Part, int Width, byte Byte = 0);
}
