using SecureExchange.Masking.Detection.Checks;

namespace SecureExchange.Masking.Detection.Rules;

/// <summary>Korea, Singapore, Thailand, Philippines.</summary>
internal static class EastAsia
{
    public static IReadOnlyList<EntityRule> All { get; } =
    [
        new("KR_RRN", "kr", "rrn korean resident registration|주민등록번호 주민번호", new(@"\d{6}-[1-4]\d{6}", 70, IsBirthday), new(@"\d{6}[1-4]\d{6}", 12, IsBirthday)),
        new("KR_FRN", "kr", "frn korean foreigner alien registration|외국인등록번호", new(@"\d{6}-[5-8]\d{6}", 70, IsBirthday), new(@"\d{6}[5-8]\d{6}", 12, IsBirthday)),
        new("KR_BRN", "kr", "brn korean business registration|사업자등록번호", new(@"\d{3}-\d{2}-\d{5}", 60, IsBusiness), new(@"\d{10}", 12, IsBusiness)),
        new("KR_PASSPORT", "kr", "korean passport|여권번호 여권", new(@"[MSROD]\d{3}[A-Z]\d{4}", 25), new(@"[MSROD]\d{8}", 10)),
        new("KR_DRIVER_LICENSE", "kr", "korean driver license|운전면허", new(@"(1[1-9]|2[0-68])[- ]\d{2}[- ]\d{6}[- ]\d{2}", 50), new(@"(1[1-9]|2[0-68])\d{10}", 6)),
        new("SG_NRIC_FIN", "sg", "nric fin identification singapore", new(@"[STFGM]\d{7}[A-Z]", 75, IsNric), new(@"[STFGM]\d{7}[A-Z]", 25)),
        new("SG_UEN", "sg", "uen entity unique business registration acra", new(@"\d{8,9}[A-Z]", 40, IsUen), new(@"[RST]\d{2}[A-Z]{2}\d{4}[A-Z]", 65, IsOtherUen)),
        new("TH_TNIN", "th", "tnin thai national id|ประชาชน บัตร", new(@"[1-8]\d{12}", 25, IsThai), new(@"[1-8]-\d{4}-\d{5}-\d{2}-\d", 65, IsThai)),
        new("PH_MOBILE_NUMBER", "ph", "mobile telepono cellphone numero cel phone globe smart contact",
            new(@"63[ .-]?\(?9\d{2}\)?[ .-]?\d{3}[ .-]?\d{4}", 76) { Behind = '+' }, new(@"09\d{2}[ .-]\d{3}[ .-]\d{4}", 62), new(@"09\d{9}", 40)),
        new("PH_TIN", "ph", "tin taxpayer bir tax rdo", new(@"\d{3}-\d{3}-\d{3}(-\d{3,5})?", 35, IsPhilippineTin), new(@"\d{9}|\d{12}", 8, IsPhilippineTin)),
        new("PH_PASSPORT", "ph", "passport pasaporte dfa", new PatternRule(@"[A-Z]\d{7}[A-Z]|[A-Z]{2}\d{7}", 8)),
        new("PH_UMID", "ph", "umid crn unified", new PatternRule(@"\d{4}-\d{7}-\d", 30)),
        new("PH_PHILHEALTH", "ph", "philhealth pin", new PatternRule(@"\d{2}-\d{9}-\d", 30)),
        new("PH_LICENSE_PLATE", "ph", "plate plaka lto vehicle", new PatternRule(@"[A-Z]{3}[ -]?\d{3,4}", 4)),
    ];

    private static bool IsBirthday(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[7]);
        var century = digits[6] is 1 or 2 or 5 or 6 ? 1900 : 2000;
        return Digits.IsDate(Digits.Number(digits[4..6]), Digits.Number(digits[2..4]), century + Digits.Number(digits[..2]));
    }

    private static bool IsBusiness(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[10]);
        var sum = Digits.Sum(digits, [1, 3, 7, 1, 3, 7, 1, 3, 5]) + (digits[8] * 5 / 10);
        return !Digits.AllEqual(digits) && (10 - (sum % 10)) % 10 == digits[9];
    }

    private static bool IsNric(ReadOnlySpan<byte> match)
    {
        var prefix = match[0] & ~0x20;
        var sum = Digits.Sum(Digits.Of(match, stackalloc byte[7]), [2, 7, 6, 5, 4, 3, 2]) + (prefix is 'T' or 'G' ? 4 : prefix == 'M' ? 3 : 0);
        // The M series counts from the other end.
        var check = prefix switch
        {
            'S' or 'T' => "JZIHGFEDCBA"u8[sum % 11],
            'M' => "KLJNPQRTUWX"u8[10 - (sum % 11)],
            _ => "XWUTRQPNMLK"u8[sum % 11],
        };
        return check == (match[^1] & ~0x20);
    }

    private static bool IsUen(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[9]);
        var check = digits.Length == 8
            ? "XMKECAWLJDB"u8[Digits.Sum(digits, [10, 4, 9, 3, 8, 2, 7, 1]) % 11]
            : "ZKCMDNERGWH"u8[Digits.Sum(digits, [10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11];
        return check == (match[^1] & ~0x20);
    }

    private static bool IsOtherUen(ReadOnlySpan<byte> match)
    {
        var alphabet = "ABCDEFGHJKLMNPQRSTUVWX0123456789"u8;
        ReadOnlySpan<byte> weights = [4, 3, 5, 3, 10, 2, 2, 5, 7];
        var text = Digits.AndLetters(match, stackalloc byte[10]);
        var sum = -5;
        for (var i = 0; i < 9; i++) sum += alphabet.IndexOf(text[i]) * weights[i];
        return alphabet[((sum % 11) + 11) % 11] == text[9];
    }

    private static bool IsThai(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[13]);
        // The second and third digits are a province, 10 to 96.
        return Digits.Number(digits[1..3]) is >= 10 and <= 96 && (11 - (Digits.Sum(digits, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 == digits[12];
    }

    private static bool IsPhilippineTin(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[14]);
        return !Digits.AllEqual(digits[..9]) && Digits.Sum(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11 == digits[8];
    }
}
