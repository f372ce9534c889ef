using SecureExchange.Masking.Detection.Checks;

namespace SecureExchange.Masking.Detection.Rules;

/// <summary>United States.</summary>
internal static class UnitedStates
{
    private const string Licence =
        @"[A-Z]\d{1,14}|[A-Z]\d{18}|[A-Z]\d{6}R|[A-Z]{2}\d{2,7}|\d{2}[A-Z]{3}\d{5,6}|\d{9}[A-Z]|[A-Z]{2}\d{6}[A-Z]|\d{8}[A-Z]{2}|\d{3}[A-Z]{2}\d{4}|[A-Z]\d[A-Z]\d[A-Z]|\d{7,8}[A-Z]|[A-Z]\d{3}-\d{4}-\d{4}|[A-Z]\d{4}-\d{5}-\d{5}|[A-Z]\d{3}-\d{3}-\d{2}-\d{3}-\d|[A-Z]{3}\*{2}[A-Z]{2}\d{3}[A-Z\d]\d?";

    public static IReadOnlyList<EntityRule> All { get; } =
    [
        new("US_SSN", "us", "ssn ssns ssid social security socialsecurity ss itin", new(@"\d{3}-\d{2}-\d{4}", 60, IsSsn), new(@"\d{3}[ .]\d{2}[ .]\d{4}", 45, IsSsn), new(@"\d{9}|\d{3}-\d{6}|\d{5}-\d{4}", 10, IsSsn)),
        new("US_ITIN", "us", "itin taxpayer individual tax tin ssn", new(@"9\d{2}[- ]\d{2}[- ]\d{4}", 55, IsItin), new(@"9\d{8}|9\d{2}-\d{6}|9\d{4}-\d{4}", 15, IsItin)),
        new("US_MBI", "us", "mbi medicare beneficiary", new PatternRule(@"[1-9][AC-HJKMNP-RT-Y][\dAC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][\dAC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}", 55)),
        new("US_NPI", "us", "npi provider prescriber physician rendering referring billing", new PatternRule(@"[12]\d{9}", 25, IsNpi), new PatternRule(@"[12]\d{3}[- ]\d{3}[- ]\d{3}", 25, IsNpi)),
        new("MEDICAL_LICENSE", "us", "medical license certificate dea certification npi prescriber", new(@"[ABCDEFGHJKLMPRSTUX][A-Z]\d{7}", 50, IsDea), new(@"[ABCDEFGHJKLMPRSTUX]9\d{7}", 25, IsDea)),
        new("US_PASSPORT", "us", "passport travel document documento", new(@"[A-Z]\d{8}", 10), new(@"\d{9}", 5)),
        new("ABA_ROUTING_NUMBER", "us", "aba routing rtn transit bankrouting abarouting", new(@"[0123678]\d{8}", 15, IsAba), new(@"[0123678]\d{3}-\d{4}-\d", 45, IsAba)),
        new("US_BANK_NUMBER", "us", "account acct checking savings debit deposit bank", new PatternRule(@"\d{8,17}", 5)),
        new("US_DRIVER_LICENSE", "us", "driver drivers license licence permit dl lic dmv driving", new(Licence, 12), new(@"\d{6,14}|\d{16}", 1)),
        new("US_CLIA", "us", "clia laboratory lab", new PatternRule(@"\d{2}D\d{7}", 30)),
        new("US_EIN", "us", "ein fein employer federal", new PatternRule(@"\d{2}-\d{7}", 20, IsEin)),
    ];

    private static bool IsSsn(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[9]);
        var (area, group, serial) = (Digits.Number(digits[..3]), Digits.Number(digits[3..5]), Digits.Number(digits[5..]));
        // 900 and more are ITINs; the numbers left out at the end stood in advertisements.
        return area is not (0 or 666 or >= 900) && group != 0 && serial != 0 && !Digits.AllEqual(digits) && SameSeparators(match)
            && Digits.Number(digits) is not (123456789 or 078051120 or 219099999 or 457555462);
    }

    private static bool SameSeparators(ReadOnlySpan<byte> match) => match.Length != 11 || match[3] == match[6] || match[3] <= ' ';

    private static bool IsItin(ReadOnlySpan<byte> match) =>
        Digits.Number(Digits.Of(match, stackalloc byte[9])[3..5]) is >= 50 and <= 65 or >= 70 and <= 88 or >= 90 and <= 92 or >= 94;

    private static bool IsNpi(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[10]);
        // 80840 is the issuer in front of every NPI; its share of the sum is 24.
        return !Digits.AllEqual(digits[..9]) && (Luhn.Sum(digits) + 24) % 10 == 0;
    }

    private static bool IsDea(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match[2..], stackalloc byte[7]);
        return (digits[0] + digits[2] + digits[4] + (2 * (digits[1] + digits[3] + digits[5]))) % 10 == digits[6];
    }

    private static bool IsAba(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[9]);
        var district = Digits.Number(digits[..2]);
        return district is <= 12 or >= 21 and <= 32 or >= 61 and <= 72 or 80 && !Digits.AllEqual(digits)
            && Digits.Sum(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 == 0;
    }

    private static bool IsEin(ReadOnlySpan<byte> match) =>
        Digits.Number(Digits.Of(match[..2], stackalloc byte[2])) is not (0 or 7 or 8 or 9 or 17 or 18 or 19 or 28 or 29 or 49 or 69 or 70 or 78 or 79 or 89 or 96 or 97);
}
