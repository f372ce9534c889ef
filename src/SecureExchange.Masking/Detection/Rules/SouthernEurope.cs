using SecureExchange.Masking.Detection.Checks;

namespace SecureExchange.Masking.Detection.Rules;

/// <summary>Spain, Italy, Turkey.</summary>
internal static class SouthernEurope
{
    private const string FiscalCode = @"[A-Z]{6}[\dL-NP-V]{2}[A-EHLMPR-T][\dL-NP-V]{2}[A-Z][\dL-NP-V]{3}[A-Z]";

    public static IReadOnlyList<EntityRule> All { get; } =
    [
        new("ES_NIF", "es", "nif dni documento identidad identificacion", new PatternRule(@"\d{7,8}-?[A-Z]", 55, IsNif)),
        new("ES_NIE", "es", "nie extranjero numero identificacion", new PatternRule(@"[XYZ]-?\d{7}-?[A-Z]", 60, IsNie)),
        new("ES_PASSPORT", "es", "pasaporte passport", new PatternRule(@"[A-Z]{3}\d{6}", 12)),
        new("IT_FISCAL_CODE", "it", "codice fiscale cf", new(FiscalCode, 85, IsFiscalCode), new(FiscalCode, 25)),
        new("IT_VAT_CODE", "it", "iva partita piva", new PatternRule(@"\d([ _]?\d){10}", 15, IsVat)),
        new("IT_DRIVER_LICENSE", "it", "patente guida licenza", new(@"U1[B-DF-HJ-NPR-UWXYZ\d]{7}[A-Z]", 30), new(@"[A-Z]{2}\d{7}[A-Z]", 20)),
        new("IT_PASSPORT", "it", "passaporto elettronico italiano viaggio", new PatternRule(@"[A-Z]{2}\d{7}", 9)),
        new("IT_IDENTITY_CARD", "it", "carta identita elettronica cie documento", new(@"[A-Z]{2}\d{5}[A-Z]{2}", 20), new(@"\d{7}[A-Z]{2}", 10), new(@"[A-Z]{2} ?\d{7}", 8)),
        new("TR_NATIONAL_ID", "tr", "kimlik tc tckn vatandaslik numarasi", new PatternRule(@"[1-9]\d{10}", 35, IsKimlik)),
        new("TR_LICENSE_PLATE", "tr", "plaka plakasi arac plate vehicle", new(@"(0[1-9]|[1-7]\d|8[01]) [A-Z]{1,3} \d{2,4}", 25), new(@"(0[1-9]|[1-7]\d|8[01])[A-Z]{1,3}\d{2,4}", 8)),
        new("TR_PHONE_NUMBER", "tr", "telefon cep numara numaram mobil phone tel gsm iletisim",
            new(@"90[ .-]?\(?[2-5]\d{2}\)?[ .-]?\d{3}[ .-]?\d{2}[ .-]?\d{2}", 78, IsTurkishPhone) { Behind = '+' }, new(@"0[ .-]?\(?[2-5]\d{2}\)?[ .-]?\d{3}[ .-]?\d{2}[ .-]?\d{2}", 57, IsTurkishPhone), new(@"[2-5]\d{2}[ .-]\d{3}[ .-]\d{2}[ .-]\d{2}", 45, IsTurkishPhone), new(@"[2-5]\d{9}", 10, IsTurkishPhone)),
    ];

    private static bool IsNif(ReadOnlySpan<byte> match)
    {
        var number = Digits.Number(Digits.Of(match, stackalloc byte[8]));
        return "TRWAGMYFPDXBNJZSQVHLCKE"u8[number % 23] == (match[^1] & ~0x20);
    }

    private static bool IsNie(ReadOnlySpan<byte> match)
    {
        var number = Digits.Number(Digits.Of(match, stackalloc byte[7])) + (((match[0] & ~0x20) - 'X') * 10_000_000);
        return "TRWAGMYFPDXBNJZSQVHLCKE"u8[number % 23] == (match[^1] & ~0x20);
    }

    private static bool IsFiscalCode(ReadOnlySpan<byte> match)
    {
        ReadOnlySpan<byte> odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
        var text = Digits.AndLetters(match, stackalloc byte[16]);
        var sum = 0;
        for (var i = 0; i < 15; i++)
        {
            var value = text[i] <= '9' ? text[i] - '0' : text[i] - 'A';
            sum += i % 2 == 0 ? odd[value] : value;
        }

        return sum % 26 == text[15] - 'A';
    }

    private static bool IsVat(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[11]);
        return !Digits.AllEqual(digits) && Luhn.IsValid(digits);
    }

    private static bool IsKimlik(ReadOnlySpan<byte> match)
    {
        var d = Digits.Of(match, stackalloc byte[11]);
        var (odd, even) = (d[0] + d[2] + d[4] + d[6] + d[8], d[1] + d[3] + d[5] + d[7]);
        return ((7 * odd) - even + 100) % 10 == d[9] && (odd + even + d[9]) % 10 == d[10];
    }

    /// <summary>Mobile numbers begin with 5; of the others the area code must be one.</summary>
    private static bool IsTurkishPhone(ReadOnlySpan<byte> match)
    {
        var area = Digits.Number(Digits.Of(match, stackalloc byte[12])[^10..^7]);
        return area >= 500 || (area % 2 == 0 && area is 212 or 216 or >= 222 and <= 288 or >= 312 and <= 392 or 412 or 414 or 416 or >= 422 and <= 488);
    }
}
