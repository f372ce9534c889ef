using SecureExchange.Masking.Detection.Checks;

namespace SecureExchange.Masking.Detection.Rules;

/// <summary>Addresses, devices, dates, places and people: the same in every country.</summary>
internal static class Everywhere
{
    private const string Month =
        "(jan(uary|uar|uari)?|janvier|enero|gennaio|feb(ruary|ruar|ruari)?|fevrier|febrero|febbraio|mar(ch|zo|s)?|maart|marz|maerz|apr(il|ile)?|avril|abril|may|mai|mayo|maggio|mei|june?|juni|juin|junio|giugno|july?|juli|juillet|julio|luglio|aug(ust|ustus)?|aout|agosto|sep(t|tember|tembre)?|septiembre|settembre|oct(ober|obre|ubre)?|okt(ober)?|ottobre|nov(ember|embre|iembre)?|dec(ember|embre)?|dez(ember)?|dicembre|diciembre)";

    private static readonly PatternRule[] s_dates =
    [
        new(@"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)? ?(Z|[+-]\d{2}:?\d{2})?)?", 60, IsYearFirst),
        new(@"\d{1,2}(/\d{1,2}/|-\d{1,2}-|\.\d{1,2}\.)\d{4}", 60, IsDayOrMonthFirst),
        new(@"\d{4}(/\d{1,2}/|\.\d{1,2}\.)\d{1,2}", 55, IsYearFirst),
        new(@"\d{1,2}(/\d{1,2}/|-\d{1,2}-)\d{2}", 40, IsDayOrMonthFirst),
        new(@"\d{1,2}\.\d{1,2}\.\d{2}", 30, IsDayOrMonthFirst), // A version as often.
        new($@"\d{{1,2}}(st|nd|rd|th|\.)?( of)?[- ]{Month}\.?,?[- ](\d{{4}}|'?\d{{2}})", 60),
        new($@"{Month}\.? \d{{1,2}}(st|nd|rd|th)?,? \d{{4}}", 60),
        new($@"{Month}[- ]\d{{4}}|{Month}-\d{{2}}", 45),
        new($@"{Month} \d{{1,2}}(st|nd|rd|th)?|\d{{1,2}}(st|nd|rd|th)? (of )?{Month}", 30),
        new(@"\d{1,2}/\d{4}", 20, IsMonthOfYear),
        new(@"\d{1,2}/\d{1,2}", 10, IsDayAndMonth),
    ];

    /// <summary>What is behind everything else: a country's own number may be written like a telephone number of another.</summary>
    public static IReadOnlyList<EntityRule> Last { get; } =
    [
        new("PHONE_NUMBER", "", "phone telephone tel cell cellphone mobile call fax telefon handy mobil telefono whatsapp sms ring"),
        new("SPOKEN_NUMBER", "", "account number card reference code"),
        new("DATE_TIME", "", "date birthday appointment visit admitted discharged", s_dates),
        new("URL", "", "url website link site"),
    ];

    public static IReadOnlyList<EntityRule> All { get; } =
    [
        new("EMAIL_ADDRESS", "", "email mail e address contact"),
        new("PERSON", "", "name patient customer client employee contact mr mrs ms dr"),
        new("ADDRESS", "", "address street lives live located residence home ship deliver adresse anschrift domicile"),
        new("DATE_OF_BIRTH", "", "born birth dob birthdate birthday geboren geburtsdatum geb ne nee naissance nacimiento nacido nacida nascita nato nata geboortedatum", s_dates) { OnlyWithContext = true },
        new("IP_ADDRESS", "", "ip host server address"),
        new("MAC_ADDRESS", "", "mac hardware physical ethernet address",
            new(@"[\dA-F]{2}(:[\dA-F]{2}){5}", 70, IsMac), new(@"[\dA-F]{2}(-[\dA-F]{2}){5}", 65, IsMac), new(@"[\dA-F]{4}(\.[\dA-F]{4}){2}", 55, IsMac)),
        new("IMEI", "", "imei handset device", new(@"\d{2}-\d{6}-\d{6}-\d", 60, IsImei), new(@"\d{15}", 18, IsImei)),
        new("VIN", "", "vin chassis vehicle fahrgestellnummer fin", new(@"[A-HJ-NPR-Z\d]{17}", 50, IsVin), new(@"[A-HJ-NPR-Z\d]{13}\d{4}", 8, HasLetterAndDigit)),
        new("COORDINATES", "", "gps lat lon lng latitude longitude coordinates location position geo",
            new(@"\d{1,2}\.\d{3,12}[,;] ?[+-]?\d{1,3}\.\d{3,12}", 45, IsCoordinates) { TakesSign = true },
            new(@"\d{1,2}(\.\d{1,8})? ?[NS][,;]? ?\d{1,3}(\.\d{1,8})? ?[EW]", 40) { TakesSign = true }),
        new("MEDICAL_RECORD_NUMBER", "", "mrn mrns chart medical", new PatternRule(@"[A-Z]{0,3}-?\d{5,12}", 40)) { OnlyWithContext = true },
    ];

    private static bool IsYearFirst(ReadOnlySpan<byte> match)
    {
        var year = Digits.Number(Digits.Of(match[..4], stackalloc byte[4]));
        ReadNumber(match[5..], out var month, out var used);
        ReadNumber(match[(6 + used)..], out var day, out var rest);
        if (year is < 1000 or > 2999 || !Digits.IsDate(day, month, year)) return false;
        var time = match[(6 + used + rest)..];
        return time.Length < 6 || (Digits.Number(Digits.Of(time[1..3], stackalloc byte[2])) <= 24 && Digits.Number(Digits.Of(time[4..6], stackalloc byte[2])) < 60);
    }

    private static bool IsDayOrMonthFirst(ReadOnlySpan<byte> match)
    {
        ReadNumber(match, out var first, out var used);
        ReadNumber(match[(used + 1)..], out var second, out var more);
        var year = Digits.Number(Digits.Of(match[(used + more + 2)..], stackalloc byte[4]));
        return year is < 100 or >= 1000 and <= 2999 && (Digits.IsDate(first, second, year) || Digits.IsDate(second, first, year));
    }

    private static bool IsMonthOfYear(ReadOnlySpan<byte> match)
    {
        ReadNumber(match, out var month, out var used);
        return month is >= 1 and <= 12 && Digits.Number(Digits.Of(match[(used + 1)..], stackalloc byte[4])) is >= 1900 and <= 2999;
    }

    private static bool IsDayAndMonth(ReadOnlySpan<byte> match)
    {
        ReadNumber(match, out var first, out var used);
        ReadNumber(match[(used + 1)..], out var second, out _);
        return Digits.IsDate(first, second, 2000) || Digits.IsDate(second, first, 2000);
    }

    private static void ReadNumber(ReadOnlySpan<byte> text, out int number, out int used)
    {
        (number, used) = (0, 0);
        for (; used < text.Length && text[used] is >= (byte)'0' and <= (byte)'9'; used++) number = (number * 10) + text[used] - '0';
    }

    /// <summary>The broadcast address and nought are nobody's.</summary>
    private static bool IsMac(ReadOnlySpan<byte> match)
    {
        var text = Digits.AndLetters(match, stackalloc byte[12]);
        return text.IndexOfAnyExcept((byte)'F') >= 0 && text.IndexOfAnyExcept((byte)'0') >= 0;
    }

    private static bool IsImei(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[15]);
        // Reporting bodies' prefixes: 01, 10, 30, 33, 35, 44, 45, 49 to 54, 86, 91, 98, 99.
        return Digits.Number(digits[..2]) is 1 or 10 or 30 or 33 or 35 or 44 or 45 or >= 49 and <= 54 or 86 or 91 or 98 or 99 && Luhn.IsValid(digits);
    }

    /// <summary>ISO 3779, with the check digit of North America and China in the ninth place.</summary>
    private static bool IsVin(ReadOnlySpan<byte> match)
    {
        var values = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ"u8;
        ReadOnlySpan<byte> weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
        var text = Digits.AndLetters(match, stackalloc byte[17]);
        if (!HasLetterAndDigit(match)) return false;
        var sum = 0;
        for (var i = 0; i < 17; i++) sum += values.IndexOf(text[i]) % 10 * weights[i];
        return text[8] == "0123456789X"u8[sum % 11];
    }

    private static bool HasLetterAndDigit(ReadOnlySpan<byte> match) =>
        match.ContainsAnyInRange((byte)'0', (byte)'9') && match.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0;

    private static bool IsCoordinates(ReadOnlySpan<byte> match)
    {
        ReadNumber(match, out var latitude, out _);
        var second = match[(match.IndexOfAny((byte)',', (byte)';') + 1)..].TrimStart(" +-\t\r\n"u8);
        ReadNumber(second, out var longitude, out _);
        return latitude <= 90 && longitude <= 180;
    }
}
