namespace SecureExchange.Masking.Detection.Checks;

/// <summary>ISO/IEC 7812-1 check digit: cards, IMEI, SIN, personnummer, NPI …</summary>
internal static class Luhn
{
    public static bool IsValid(ReadOnlySpan<byte> digits) => Sum(digits) % 10 == 0;

    public static int Sum(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        var twice = false;
        for (var i = digits.Length - 1; i >= 0; i--, twice = !twice)
        {
            int digit = digits[i];
            if (twice) digit = digit > 4 ? (2 * digit) - 9 : 2 * digit;
            sum += digit;
        }

        return sum;
    }
}
