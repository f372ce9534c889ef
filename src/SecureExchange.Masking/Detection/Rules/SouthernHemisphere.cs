using SecureExchange.Masking.Detection.Checks;

namespace SecureExchange.Masking.Detection.Rules;

/// <summary>Australia, South Africa, Nigeria, Brazil; and Canada and Russia, which are in no other file.</summary>
internal static class SouthernHemisphere
{
    public static IReadOnlyList<EntityRule> All { get; } =
    [
        new("AU_ABN", "au", "abn australian business", new(@"\d{2} \d{3} \d{3} \d{3}", 60, IsAbn), new(@"\d{11}", 35, IsAbn)),
        new("AU_ACN", "au", "acn australian company", new(@"\d{3} \d{3} \d{3}", 30, IsAcn), new(@"\d{9}", 12, IsAcn)),
        new("AU_TFN", "au", "tfn tax file", new(@"\d{3} \d{3} \d{3}", 31, IsTfn), new(@"\d{9}", 13, IsTfn)),
        new("AU_MEDICARE", "au", "medicare", new(@"[2-6]\d{3} \d{5} \d", 50, IsMedicare), new(@"[2-6]\d{9}", 18, IsMedicare)),
        new("ZA_ID_NUMBER", "za", "id identity rsa south african refugee", new PatternRule(@"\d{10}[012]\d{2}", 40, IsSouthAfrican)),
        new("ZA_LICENSE_PLATE", "za", "plate licence license registration natis enatis",
            new PatternRule(@"[A-Z]{2,4}\d{2,4}[A-Z]{0,4}(GP|ZN|WP|EC|NC|FS|LP|MP|NW)|[A-Z]{2} ?\d{2} ?[A-Z]{2} ?(GP|ZN|WP|EC|NC|FS|LP|MP|NW)|[A-Z]{2,3} ?\d{2,3} ?(GP|ZN|WP|EC|NC|FS|LP|MP|NW)|\d{2,3} ?[A-Z]{2,3} ?EC", 25)),
        new("ZA_PASSPORT", "za", "passport", new PatternRule(@"[ADMT]\d{8}", 6)),
        new("NG_NIN", "ng", "nin national identification nimc nigeria nigerian", new PatternRule(@"\d{11}", 15, IsNin)),
        new("NG_VEHICLE_REGISTRATION", "ng", "plate vehicle registration number car frsc", new PatternRule(@"[A-Z]{3}[- ]?\d{3}[- ]?[A-Z]{2}", 20)),
        new("BR_CPF", "br", "cpf contribuinte", new(@"\d{3}\.\d{3}\.\d{3}-\d{2}", 80, IsCpf), new(@"\d{11}", 25, IsCpf)),
        new("CA_SIN", "ca", "sin nas social insurance assurance sociale", new(@"\d{3} \d{3} \d{3}|\d{3}-\d{3}-\d{3}", 45, IsSin), new(@"\d{9}", 15, IsSin)),
        new("RU_INN", "ru", "inn|ИНН", new PatternRule(@"\d{10}|\d{12}", 10, IsInn)),
        new("RU_SNILS", "ru", "snils|СНИЛС", new PatternRule(@"\d{3}-\d{3}-\d{3}[ -]\d{2}", 60, IsSnils)),
    ];

    private static bool IsAbn(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[11]);
        if (digits[0] == 0) return false;
        digits[0]--;
        return Digits.Sum(digits, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) % 89 == 0;
    }

    private static bool IsAcn(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[9]);
        return (10 - (Digits.Sum(digits, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10 == digits[8];
    }

    private static bool IsTfn(ReadOnlySpan<byte> match) => Digits.Sum(Digits.Of(match, stackalloc byte[9]), [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0;

    private static bool IsMedicare(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[10]);
        return Digits.Sum(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 == digits[8];
    }

    private static bool IsSouthAfrican(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[13]);
        var (year, month, day) = (Digits.Number(digits[..2]), Digits.Number(digits[2..4]), Digits.Number(digits[4..6]));
        return (Digits.IsDate(day, month, 1900 + year) || Digits.IsDate(day, month, 2000 + year)) && Luhn.IsValid(digits);
    }

    private static bool IsNin(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[11]);
        return !Digits.AllEqual(digits) && Verhoeff.IsValid(digits);
    }

    private static bool IsCpf(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[11]);
        return !Digits.AllEqual(digits)
            && Digits.Sum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10 == digits[9]
            && Digits.Sum(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10 == digits[10];
    }

    private static bool IsSin(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[9]);
        return digits[0] is not (0 or 8) && !Digits.AllEqual(digits) && Luhn.IsValid(digits);
    }

    private static bool IsInn(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[12]);
        return digits.Length == 10
            ? Digits.Sum(digits, [2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == digits[9] && !Digits.AllEqual(digits)
            : Digits.Sum(digits, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == digits[10]
                && Digits.Sum(digits, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == digits[11] && !Digits.AllEqual(digits);
    }

    private static bool IsSnils(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[11]);
        return Digits.Sum(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100 == Digits.Number(digits[9..]);
    }
}
