using System.Security.Cryptography;
using SecureExchange.Masking.Detection.Checks;

namespace SecureExchange.Masking.Detection.Rules;

/// <summary>Cards, accounts, wallets and tax numbers that aren't one country's.</summary>
internal static class Finance
{
    private const string EuropeanVat =
        @"ATU\d{8}|BE ?[01]\d{9}|BG\d{9,10}|CY\d{8}[A-Z]|CZ\d{8,10}|DK ?\d{8}|EE\d{9}|(EL|GR)\d{9}|ES[A-Z\d]\d{7}[A-Z\d]|FI\d{8}|FR ?[A-Z\d]{2} ?\d{9}|HR\d{11}|HU\d{8}|IE\d[A-Z\d]\d{5}[A-Z]{1,2}|IT ?\d{11}|LT(\d{9}|\d{12})|LU\d{8}|LV\d{11}|MT\d{8}|NL ?\d{9}B\d{2}|PL ?\d{10}|PT ?\d{9}|RO\d{6,10}|SE ?\d{10}01|SI\d{8}|SK\d{10}|(GB|XI) ?\d{3} ?\d{4} ?\d{2}";

    public static IReadOnlyList<EntityRule> All { get; } =
    [
        new("CREDIT_CARD", "", "credit card visa mastercard amex american express discover jcb diners maestro cc debit tarjeta carte kreditkarte pan",
            new(@"\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,4}([ -]\d{1,3})?|\d{4}[ -]\d{6}[ -]\d{4,5}", 90, IsCard),
            new(@"\d{13,19}", 60, IsCard),
            new(@"\d{4}[ -]?\d{3,4}[ -]?\d{3,4}[ -]?\d{3,5}", 40, IsCard)),
        new("IBAN_CODE", "", "iban bank transaction account konto", new PatternRule(@"[A-Z]{2}\d{2}([ -]?[A-Z\d]){11,30}", 95, Iban.IsValid) { CaseMatters = true }),
        new("SWIFT_BIC", "", "swift bic bank iban",
            new(@"[A-Z]{6}[A-Z\d]{2}X{3}", 45, IsBic) { CaseMatters = true, Alone = true }, new(@"[A-Z]{6}[A-Z\d]{2}([A-Z\d]{3})?", 8, IsBic) { CaseMatters = true, Alone = true }),
        new("CRYPTO", "", "wallet btc bitcoin crypto eth ethereum", new(@"[13][1-9A-HJ-NP-Za-km-z]{24,34}", 95, IsBase58) { CaseMatters = true },
            new(@"bc1[02-9ac-hj-np-z]{11,71}", 95, Bech32.IsValid), new(@"0x[\dA-F]{40}", 55)),
        new("EU_VAT_ID", "", "vat tva iva ust btw mwst moms alv", new PatternRule(EuropeanVat, 45)),
    ];

    /// <summary>Issuers' ranges and lengths (ISO/IEC 7812), then the check digit.</summary>
    private static bool IsCard(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[19]);
        var (two, four) = (Digits.Number(digits[..2]), Digits.Number(digits[..4]));
        var known = digits[0] switch
        {
            1 => digits.Length == 15, // UATP; 13 digits from 1 are milliseconds since 1970.
            2 => four is >= 2200 and <= 2204 or >= 2221 and <= 2720 && digits.Length == 16,
            3 => two is 34 or 37 ? digits.Length == 15 : two is 30 or 36 or 38 or 39 ? digits.Length is >= 14 and <= 19 : two == 35 && digits.Length is >= 16 and <= 19,
            4 => digits.Length is 13 or 16 or 19,
            5 => two is >= 51 and <= 55 ? digits.Length == 16 : two is 50 or >= 56 && digits.Length is >= 12 and <= 19,
            6 => digits.Length is >= 12 and <= 19,
            _ => false,
        };
        return known && !Digits.AllEqual(digits) && Luhn.IsValid(digits);
    }

    /// <summary>A bitcoin address: base 58, the last four bytes are the head of a double SHA-256.</summary>
    private static bool IsBase58(ReadOnlySpan<byte> match)
    {
        var alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"u8;
        Span<byte> number = stackalloc byte[25];
        number.Clear();
        foreach (var c in match)
        {
            var carry = alphabet.IndexOf(c);
            for (var i = 24; i >= 0; i--, carry >>= 8)
            {
                carry += number[i] * 58;
                number[i] = (byte)carry;
            }

            if (carry != 0) return false;
        }

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(number[..21], hash);
        SHA256.HashData(hash, hash);
        return hash[..4].SequenceEqual(number[21..]);
    }

    private static bool IsBic(ReadOnlySpan<byte> match)
    {
        const string Countries =
            "AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FO FR GA GB GD GE GG GH GI GL GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NZ OM PA PE PF PG PH PK PL PR PS PT PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VN VU WS XK YE ZA ZM ZW";
        Span<char> country = [(char)match[4], (char)match[5]];
        var at = Countries.AsSpan().IndexOf(country);
        while (at >= 0 && at % 3 != 0)
        {
            var next = Countries.AsSpan(at + 1).IndexOf(country);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return at >= 0;
    }
}
