using SecureExchange.Masking.Detection.Checks;

namespace SecureExchange.Masking.Detection.Rules;

/// <summary>Germany.</summary>
internal static class Germany
{
    private const string DocumentCharacter = @"[CFGHJKLMNPRTVWXYZ\d]";

    public static IReadOnlyList<EntityRule> All { get; } =
    [
        new("DE_TAX_ID", "de", "steuer steuerid id identifikationsnummer steueridentifikationsnummer idnr tin tax", new(@"[1-9]\d{10}", 22, IsTaxId), new(@"[1-9]\d( \d{3}){3}", 45, IsTaxId)),
        new("DE_TAX_NUMBER", "de", "steuernummer steuer nr stnr st finanzamt umsatzsteuer einkommensteuer steuerbescheid",
            new(@"(0[1-9]|1[0-6])\d{11}", 10), new(@"\d{3}/\d{3}/\d{5}", 40), new(@"\d{2,3}/\d{3,4}/\d{4,5}", 25)),
        new("DE_VAT_ID", "de", "ust umsatzsteuer ustid ustidnr vat mehrwertsteuer", new(@"DE[ .-]?\d{3}[ .-]?\d{3}[ .-]?\d{3}", 70, IsVatId), new(@"DE[ .-]?\d{3}[ .-]?\d{3}[ .-]?\d{3}", 30)),
        new("DE_SOCIAL_SECURITY", "de", "rvnr sozialversicherungsnummer rentenversicherungsnummer rentenversicherung sozialversicherung versicherungsnummer sv svnr",
            new(@"\d{2}(0[1-9]|[12]\d|3[01]|5[1-9]|[67]\d|8[01])(0[1-9]|1[0-2])\d{2}[A-Z]\d{3}", 75, IsPension),
            new(@"\d{2} \d{6} [A-Z] \d{3}", 75, IsPension)),
        new("DE_HEALTH_INSURANCE", "de", "kvnr krankenkasse krankenversicherung krankenversichertennummer versichertennummer egk gesundheitskarte versicherten", new PatternRule(@"[A-Z]\d{9}", 45, IsHealth)),
        new("DE_ID_CARD", "de", "personalausweis ausweis ausweisnummer perso personalausweisnummer identity", new($@"[A-Z]{DocumentCharacter}{{7}}\d", 35, IsDocument), new(@"T\d{8}", 15)),
        new("DE_PASSPORT", "de", "reisepass pass passnummer reisepassnummer passport", new PatternRule($@"[CFGHJKLMNPRTVWXYZ]{DocumentCharacter}{{7}}\d", 34, IsDocument)),
        new("DE_FUEHRERSCHEIN", "de", "fuhrerschein fuehrerschein fuhrerscheinnummer fuehrerscheinnummer fahrerlaubnis", new PatternRule(@"[A-Z]{2}\d{8}[A-Z\d]", 18)),
        new("DE_LANR", "de", "lanr arztnummer arzt", new PatternRule(@"\d{9}", 10, IsLanr)),
        new("DE_BSNR", "de", "bsnr betriebsstattennummer betriebsstaettennummer betriebsstatte praxis praxisnummer", new(@"(0[123]|17|20|35|38|46|5[12]|7[12348]|83|88|93|98)\d{7}", 8, NotZero), new(@"\d{9}", 4, NotZero)),
        new("DE_KFZ", "de", "kennzeichen kfz nummernschild fahrzeug auto pkw lkw zulassung", new(@"[A-Z]{1,3}-[A-Z]{1,2}[ -]\d{1,4}[EH]?", 30) { Alone = true }, new(@"[A-Z]{1,3} [A-Z]{1,2} \d{1,4}[EH]?", 15, IsPlate) { Alone = true }),
        new("DE_HANDELSREGISTER", "de", "handelsregister amtsgericht registergericht hrb hra eingetragen", new PatternRule(@"HR[AB] ?\d{1,6}( B)?", 55)),
        new("DE_PLZ", "de", "plz postleitzahl ort wohnort adresse anschrift strasse stadt", new PatternRule(@"\d{5}", 5, IsPostcode)),
    ];

    private static bool IsTaxId(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[11]);
        Span<int> counts = stackalloc int[10];
        counts.Clear();
        foreach (var digit in digits[..10]) counts[digit]++;
        return counts.IndexOfAnyInRange(4, 10) < 0 && Iso7064.IsMod1110(digits);
    }

    private static bool IsVatId(ReadOnlySpan<byte> match) => Iso7064.IsMod1110(Digits.Of(match, stackalloc byte[9]));

    private static bool IsPension(ReadOnlySpan<byte> match)
    {
        var text = Digits.AndLetters(match, stackalloc byte[12]);
        Span<byte> digits = stackalloc byte[13];
        var letter = text[8] - 'A' + 1;
        for (var i = 0; i < 8; i++) digits[i] = (byte)(text[i] - '0');
        (digits[8], digits[9]) = ((byte)(letter / 10), (byte)(letter % 10));
        for (var i = 9; i < 12; i++) digits[i + 1] = (byte)(text[i] - '0');
        return DigitSums(digits[..12], [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10 == digits[12];
    }

    private static bool IsHealth(ReadOnlySpan<byte> match)
    {
        var letter = (match[0] | 0x20) - 'a' + 1;
        Span<byte> digits = [(byte)(letter / 10), (byte)(letter % 10), .. match[1..9]];
        for (var i = 2; i < 10; i++) digits[i] -= (byte)'0';
        return DigitSums(digits, [1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 == match[9] - '0';
    }

    private static int DigitSums(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            var product = digits[i] * weights[i];
            sum += (product / 10) + (product % 10);
        }

        return sum;
    }

    /// <summary>ICAO 9303 check digit over letters and digits, weights 7 3 1.</summary>
    private static bool IsDocument(ReadOnlySpan<byte> match)
    {
        var text = Digits.AndLetters(match, stackalloc byte[9]);
        var sum = 0;
        for (var i = 0; i < 8; i++) sum += (text[i] <= '9' ? text[i] - '0' : text[i] - 'A' + 10) * ((i % 3) switch { 0 => 7, 1 => 3, _ => 1 });
        return text[..8].ContainsAnyInRange((byte)'0', (byte)'9') && sum % 10 == text[8] - '0';
    }

    private static bool IsLanr(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[9]);
        return !Digits.AllEqual(digits) && (10 - (Digits.Sum(digits, [4, 9, 4, 9, 4, 9]) % 10)) % 10 == digits[6];
    }

    private static bool NotZero(ReadOnlySpan<byte> match) => match.IndexOfAnyExcept((byte)'0') >= 0;

    /// <summary>"am in 12" isn't one: with blanks, all letters must be of one case.</summary>
    private static bool IsPlate(ReadOnlySpan<byte> match) =>
        !match.ContainsAnyInRange((byte)'a', (byte)'z') || !match.ContainsAnyInRange((byte)'A', (byte)'Z');

    private static bool IsPostcode(ReadOnlySpan<byte> match) => Digits.Number(Digits.Of(match, stackalloc byte[5])) is >= 1001 and <= 99998;
}
