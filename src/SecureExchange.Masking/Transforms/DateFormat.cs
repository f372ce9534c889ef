using System.Buffers;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Transforms;

/// <summary>How a field writes its dates. The profile says so; it is never guessed from a value, since 01/02 is two days.</summary>
internal sealed class DateFormat
{
    private static readonly SearchValues<byte> s_time = SearchValues.Create("0123456789:.,+-Z"u8);

    private readonly string _pattern;
    private readonly bool _timeMayFollow;
    private readonly int _year;
    private readonly int _month;
    private readonly int _day;

    private DateFormat(string pattern, bool timeMayFollow)
    {
        _pattern = pattern;
        _timeMayFollow = timeMayFollow;
        _year = pattern.IndexOf("yyyy", StringComparison.Ordinal);
        _month = pattern.IndexOf("MM", StringComparison.Ordinal);
        _day = pattern.IndexOf("dd", StringComparison.Ordinal);
    }

    public string Name => _timeMayFollow ? _pattern + " (a time may follow)" : _pattern;

    public static DateFormat Read(ProfileSection options)
    {
        var pattern = options.OptionalText("date-format") ?? "iso";
        if (pattern == "iso") return new DateFormat("yyyy-MM-dd", timeMayFollow: true);
        var rest = Once(Once(Once(pattern, "yyyy"), "MM"), "dd");
        if (rest is null || rest.Length > 2 || rest.Any(c => c is not ('-' or '.' or '/' or ' ')))
            throw options.Wrong("date-format", "iso, or yyyy, MM and dd once each with - . / or blanks between them: dd.MM.yyyy");
        return new DateFormat(pattern, timeMayFollow: false);
    }

    /// <summary>Reads the date at the start of a value.</summary>
    public bool TryRead(ReadOnlySpan<byte> value, out DateOnly date)
    {
        date = default;
        if (value.Length < _pattern.Length) return false;
        if (value.Length > _pattern.Length && !(_timeMayFollow && IsTime(value[_pattern.Length..]))) return false;
        for (var i = 0; i < _pattern.Length; i++)
        {
            if (_pattern[i] is 'y' or 'M' or 'd' ? value[i] is < (byte)'0' or > (byte)'9' : value[i] != _pattern[i]) return false;
        }

        var (year, month, day) = (Two(value, _year) * 100 + Two(value, _year + 2), Two(value, _month), Two(value, _day));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        date = new DateOnly(year, month, day);
        return true;
    }

    /// <summary>Writes a date over the one at the start of a value, and leaves the rest.</summary>
    public void Write(DateOnly date, Span<byte> value)
    {
        Put(value, _year, date.Year / 100);
        Put(value, _year + 2, date.Year % 100);
        Put(value, _month, date.Month);
        Put(value, _day, date.Day);
    }

    private static bool IsTime(ReadOnlySpan<byte> rest) =>
        rest.Length is >= 6 and <= 40 && rest[0] is (byte)'T' or (byte)' ' && rest[3] == ':' && !rest[1..].ContainsAnyExcept(s_time);

    private static int Two(ReadOnlySpan<byte> value, int at) => ((value[at] - '0') * 10) + value[at + 1] - '0';

    private static void Put(Span<byte> value, int at, int number)
    {
        value[at] = (byte)('0' + (number / 10));
        value[at + 1] = (byte)('0' + (number % 10));
    }

    private static string? Once(string? pattern, string part)
    {
        var at = pattern?.IndexOf(part, StringComparison.Ordinal) ?? -1;
        return at < 0 ? null : pattern!.Remove(at, part.Length);
    }
}
