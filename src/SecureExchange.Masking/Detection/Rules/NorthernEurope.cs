using SecureExchange.Masking.Detection.Checks;

namespace SecureExchange.Masking.Detection.Rules;

/// <summary>Finland, Sweden, Poland, France, Netherlands, Belgium.</summary>
internal static class NorthernEurope
{
    public static IReadOnlyList<EntityRule> All { get; } =
    [
        new("FI_PERSONAL_IDENTITY_CODE", "fi", "hetu henkilotunnus personbeteckning personal identity", new PatternRule(@"\d{6}[-+A-FU-Y]\d{3}[\dA-FHJ-NPR-Y]", 75, IsHetu)),
        new("SE_PERSONNUMMER", "se", "personnummer pnr samordningsnummer personal", new(@"(\d{2})?\d{6}[-+]\d{4}", 60, IsPersonnummer), new(@"(\d{2})?\d{10}", 25, IsPersonnummer)),
        new("SE_ORGANISATIONSNUMMER", "se", "organisationsnummer orgnummer orgnr bolag foretag", new(@"\d{6}-\d{4}", 45, IsOrganisation), new(@"\d{10}", 15, IsOrganisation)),
        new("PL_PESEL", "pl", "pesel", new PatternRule(@"\d{11}", 30, IsPesel)),
        new("FR_NIR", "fr", "nir insee securite sociale secu", new PatternRule(@"[12] ?\d{2} ?(0[1-9]|1[0-2]|[2-9]\d) ?(\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}", 60, IsNir)),
        new("NL_BSN", "nl", "bsn burgerservicenummer sofinummer", new PatternRule(@"\d{9}|\d{3}\.\d{2}\.\d{3}|\d{4}\.\d{2}\.\d{3}", 12, IsBsn)),
        new("BE_NATIONAL_NUMBER", "be", "rijksregisternummer insz niss registre national", new(@"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", 70, IsBelgian), new(@"\d{11}", 15, IsBelgian)),
    ];

    private static bool IsHetu(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match[..6], stackalloc byte[6]);
        var serial = Digits.Of(match[7..10], stackalloc byte[3]);
        if (!Digits.IsDate(Digits.Number(digits[..2]), Digits.Number(digits[2..4]), Digits.Number(digits[4..])) || Digits.Number(serial) < 2) return false;
        return "0123456789ABCDEFHJKLMNPRSTUVWXY"u8[((Digits.Number(digits) * 1000) + Digits.Number(serial)) % 31] == Digits.AndLetters(match[10..], stackalloc byte[1])[0];
    }

    private static bool IsPersonnummer(ReadOnlySpan<byte> match)
    {
        var all = Digits.Of(match, stackalloc byte[12]);
        var digits = all[^10..];
        var century = all.Length == 12 ? Digits.Number(all[..2]) : 20;
        var day = Digits.Number(digits[4..6]);
        // 61 to 91 are coordination numbers, for people who aren't registered.
        return century is 18 or 19 or 20 && Digits.IsDate(day > 60 ? day - 60 : day, Digits.Number(digits[2..4]), (century * 100) + Digits.Number(digits[..2]))
            && Luhn.IsValid(digits);
    }

    private static bool IsOrganisation(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[10]);
        return digits[0] != 0 && digits[2] >= 2 && Luhn.IsValid(digits);
    }

    private static bool IsPesel(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[11]);
        var month = Digits.Number(digits[2..4]);
        var century = (month / 20) switch { 0 => 1900, 1 => 2000, 2 => 2100, 3 => 2200, _ => 1800 };
        return Digits.IsDate(Digits.Number(digits[4..6]), month % 20, century + Digits.Number(digits[..2]))
            && Digits.Sum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0;
    }

    private static bool IsNir(ReadOnlySpan<byte> match)
    {
        var text = Digits.AndLetters(match, stackalloc byte[15]);
        long number = 0;
        foreach (var c in text[..13]) number = (number * 10) + (c <= '9' ? c - '0' : 0);
        // Corsica's 2A and 2B count as 19 and 18.
        if (text[6] == 'A') number -= 1_000_000;
        if (text[6] == 'B') number -= 2_000_000;
        return 97 - (number % 97) == ((text[13] - '0') * 10) + text[14] - '0';
    }

    private static bool IsBsn(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[9]);
        return digits.Length == 9 && !Digits.AllEqual(digits) && (Digits.Sum(digits, [9, 8, 7, 6, 5, 4, 3, 2]) - digits[8]) % 11 == 0;
    }

    private static bool IsBelgian(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[11]);
        if (Digits.Number(digits[2..4]) > 12 || Digits.Number(digits[4..6]) > 31) return false;
        var (number, check) = (Digits.Number(digits[..9]), Digits.Number(digits[9..]));
        return 97 - (number % 97) == check || 97 - ((2_000_000_000L + number) % 97) == check;
    }
}
