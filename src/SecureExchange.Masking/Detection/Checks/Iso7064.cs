namespace SecureExchange.Masking.Detection.Checks;

/// <summary>The check digits of ISO/IEC 7064 that numbers of persons and accounts use.</summary>
internal static class Iso7064
{
    /// <summary>Mod 97-10 over letters and digits, as IBAN has it: the first four characters last.</summary>
    public static bool IsMod97(ReadOnlySpan<byte> alphanumeric)
    {
        var rest = 0;
        for (var i = 0; i < alphanumeric.Length; i++)
        {
            var c = alphanumeric[(i + 4) % alphanumeric.Length];
            rest = c <= '9' ? ((rest * 10) + c - '0') % 97 : ((rest * 100) + c - 'A' + 10) % 97;
        }

        return rest == 1;
    }

    /// <summary>Mod 11,10 (hybrid), the check digit last.</summary>
    public static bool IsMod1110(ReadOnlySpan<byte> digits)
    {
        var product = 10;
        foreach (var digit in digits[..^1])
        {
            var sum = (digit + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        return (11 - product) % 10 == digits[^1];
    }
}
