namespace SecureExchange.Masking.Detection.Checks;

/// <summary>The digits of a match, without what stands between them.</summary>
internal static class Digits
{
    /// <summary>Collects the digits, as values; letters and separators are left out.</summary>
    public static Span<byte> Of(ReadOnlySpan<byte> text, Span<byte> room)
    {
        var count = 0;
        foreach (var b in text)
        {
            if (b is >= (byte)'0' and <= (byte)'9' && count < room.Length) room[count++] = (byte)(b - '0');
        }

        return room[..count];
    }

    /// <summary>Collects letters (as capitals) and digits, as they are.</summary>
    public static Span<byte> AndLetters(ReadOnlySpan<byte> text, Span<byte> room)
    {
        var count = 0;
        foreach (var b in text)
        {
            if (count == room.Length) break;
            if (b is >= (byte)'0' and <= (byte)'9' or >= (byte)'A' and <= (byte)'Z') room[count++] = b;
            else if (b is >= (byte)'a' and <= (byte)'z') room[count++] = (byte)(b - 32);
        }

        return room[..count];
    }

    public static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var d in digits) number = (number * 10) + d;
        return number;
    }

    public static bool AllEqual(ReadOnlySpan<byte> digits) => digits.IndexOfAnyExcept(digits[0]) < 0;

    /// <summary>1234…, or backwards: made up.</summary>
    public static bool AreSequence(ReadOnlySpan<byte> digits)
    {
        var (up, down) = (true, true);
        for (var i = 1; i < digits.Length; i++)
        {
            up &= digits[i] == (digits[i - 1] + 1) % 10;
            down &= digits[i] == (digits[i - 1] + 9) % 10;
        }

        return up || down;
    }

    /// <summary>The sum of the digits, each with its weight.</summary>
    public static int Sum(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++) sum += digits[i] * weights[i];
        return sum;
    }

    /// <summary>Whether day, month and year may be; a year of two digits may be of any century.</summary>
    public static bool IsDate(int day, int month, int year) =>
        month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year < 100 ? 2000 + year : Math.Clamp(year, 1, 9999), month);
}
