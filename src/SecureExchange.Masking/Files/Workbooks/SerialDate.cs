using System.Globalization;
using System.Text;

namespace SecureExchange.Masking.Files.Workbooks;

/// <summary>Days as spreadsheets count them, as text that date transforms understand.</summary>
internal static class SerialDate
{
    // Up to 1900-02-28 spreadsheets are a day off, since they take 1900 for a leap year.
    private const int FirstSound = 61;
    private static readonly DateOnly s_zero = new(1899, 12, 30);

    /// <summary>The date of a whole number of days; false for what isn't one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> number, bool from1904, Span<byte> text)
    {
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var days) || (number.Length > 1 && number[0] == '0')) return false;
        if (from1904) days += 1462;
        if (days is < FirstSound or > 2_958_465) return false;
        return s_zero.AddDays(days).TryFormat(text, out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    /// <summary>The way back.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> text, bool from1904, out int number)
    {
        number = 0;
        if (text.Length != 10 || !DateOnly.TryParseExact(Encoding.ASCII.GetString(text), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return false;
        number = date.DayNumber - s_zero.DayNumber - (from1904 ? 1462 : 0);
        return number >= (from1904 ? 0 : FirstSound);
    }
}
