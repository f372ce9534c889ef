using SecureExchange.Masking.Detection.Checks;

namespace SecureExchange.Masking.Detection.Rules;

/// <summary>United Kingdom.</summary>
internal static class UnitedKingdom
{
    private const string Inward = @"\d[ABD-HJLNP-UW-Z]{2}";

    public static IReadOnlyList<EntityRule> All { get; } =
    [
        new("UK_NHS", "gb", "nhs national health patient", new(@"\d{3}[ -]\d{3}[ -]\d{4}", 62, IsNhs), new(@"\d{10}", 20, IsNhs)),
        new("UK_NINO", "gb", "nino insurance ni national", new PatternRule(@"[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", 60, IsNino)),
        new("UK_PASSPORT", "gb", "passport travel document hmpo", new PatternRule(@"[A-Z]{2}\d{7}", 12)),
        new("UK_POSTCODE", "gb", "postcode postal zip address street road avenue lane",
            new($@"(GIR ?0AA|[A-PR-UWYZ](\d{{1,2}}|[A-HK-Y]\d|[A-HK-Y]\d[\dABEHMNPRV-Y]|\dA?[ABCDEFGHJKPSTUW]) {Inward})", 50) { CaseMatters = true },
            new($@"(GIR ?0AA|[A-PR-UWYZ](\d{{1,2}}|[A-HK-Y]\d|[A-HK-Y]\d[\dABEHMNPRV-Y]|\d[ABCDEFGHJKPSTUW]) ?{Inward})", 20)),
        new("UK_VEHICLE_REGISTRATION", "gb", "vehicle registration reg plate number car van vrm dvla",
            new(@"[A-HJ-PR-Y]{2}(0[1-9]|[12]\d|5[1-9]|[67]\d) ?[A-HJ-PR-Z]{3}", 30, IsPlate),
            new(@"[A-HJ-NPR-TV-Y]\d{1,3} ?[A-HJ-PR-Y]{3}", 15, IsPlate),
            new(@"[A-HJ-PR-Y]{3} ?\d{1,3}[A-HJ-NPR-TV-Y]", 15, IsPlate)),
        new("UK_DRIVING_LICENCE", "gb", "driving licence driver license dvla", new PatternRule(@"[A-Z][A-Z9]{4}\d([05][1-9]|[16][012])(0[1-9]|[12]\d|3[01])\d[A-Z][A-Z9][A-Z\d][A-Z]{2}", 60, IsDrivingLicence)),
        new("UK_BANK_ACCOUNT", "gb", "sort code account acct bank",
            new(@"\d{2}-\d{2}-\d{2}[ ,/:]{1,3}(account|acct|a/c|acc)?\.? ?(number|no)?[.: ]{0,3}\d{8}", 70), new(@"\d{2} \d{2} \d{2}[ ,/]{1,3}\d{8}", 25), new(@"\d{2}-\d{2}-\d{2}", 15)),
        new("UK_UTR", "gb", "utr taxpayer self assessment", new PatternRule(@"\d{5} ?\d{5}K?", 12, IsUtr)),
    ];

    private static bool IsNhs(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[10]);
        return !Digits.AllEqual(digits) && Digits.Sum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0;
    }

    private static bool IsNino(ReadOnlySpan<byte> match)
    {
        var prefix = Digits.AndLetters(match, stackalloc byte[2]);
        return !(prefix.SequenceEqual("BG"u8) || prefix.SequenceEqual("GB"u8) || prefix.SequenceEqual("NK"u8)
            || prefix.SequenceEqual("KN"u8) || prefix.SequenceEqual("TN"u8) || prefix.SequenceEqual("NT"u8) || prefix.SequenceEqual("ZZ"u8));
    }

    /// <summary>One case throughout: "is 5 are" is no plate.</summary>
    private static bool IsPlate(ReadOnlySpan<byte> match) =>
        !match.ContainsAnyInRange((byte)'a', (byte)'z') || !match.ContainsAnyInRange((byte)'A', (byte)'Z');

    private static bool IsDrivingLicence(ReadOnlySpan<byte> match)
    {
        // Nines fill up a short name; behind the first no letter may follow.
        var name = match[..5];
        var nine = name.IndexOf((byte)'9');
        return nine < 0 || name[nine..].IndexOfAnyExcept((byte)'9') < 0;
    }

    private static bool IsUtr(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[10]);
        var rest = Digits.Sum(digits[1..], [6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
        ReadOnlySpan<byte> check = [2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1];
        return digits[0] == check[rest];
    }
}
