using System.Globalization;
using System.Text;

namespace SecureExchange.Samples.Labelled;

/// <summary>Personal values of one kind each, right to their check digits, of nobody.</summary>
internal static class PersonalValues
{
    private static readonly string[] s_names = ["Amelia Abbott", "Brandon Castillo", "Carla Dawson", "Derek Holloway", "Elena Marchetti", "Felix Norwood", "Grace Pemberton", "Hector Sandoval", "Irene Whitcomb", "Jonas Lindgren", "Peter O'Dowd", "Teresa Quinlan", "Victor Rutledge", "Simon Fairchild"];
    private static readonly string[] s_german = ["Jürgen Großmann", "Anneliese Müller-Brandt", "Katrin Schäfer", "Uwe Lindemann", "Sabine Vogt"];
    private static readonly string[] s_french = ["Françoise Lefèvre", "Camille Moreau", "Luc Delacroix", "Élodie Marchand"];
    private static readonly string[] s_indian = ["Priya Kulkarni", "Rakesh Sharma", "Sunita Verma", "Anil Deshpande"];
    private static readonly string[] s_us = ["Alder Lane", "Birch Street", "Cedar Avenue", "Dogwood Court", "Hawthorn Road", "Juniper Drive"];
    private static readonly string[] s_usPlaces = ["Springfield, IL 62704", "Riverton, UT 84065", "Austin, TX 78701", "Lakewood, CO 80226"];
    private static readonly string[] s_ukPlaces = ["London SW1A 2AA", "Leeds LS1 4AP", "Bristol BS1 5TR"];
    private static readonly string[] s_dePlaces = ["Lindenstraße 5, 10115 Berlin", "Bahnhofstr. 12, 80335 München", "Goethestraße 7a, 50667 Köln"];
    private static readonly string[] s_frPlaces = ["12 rue des Lilas, 75011 Paris", "8 avenue Victor Hugo, 69002 Lyon", "3 boulevard Voltaire, 13001 Marseille"];
    private static readonly string[] s_inPlaces = ["14 Gandhi Road, Pune 411001", "22 Lake View Colony, Hyderabad 500034"];
    private static readonly string[] s_phPlaces = ["123 Rizal Street, Makati City 1200", "45 Mabini Avenue, Cebu City 6000"];
    private static readonly string[] s_digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    public static string Make(string entity, string kind, ref Chance chance) => (entity, kind) switch
    {
        ("PERSON", "lower") => chance.Of(s_names).ToLowerInvariant(),
        ("PERSON", "de") => chance.Of(s_german),
        ("PERSON", "fr") => chance.Of(s_french),
        ("PERSON", "in") => chance.Of(s_indian),
        ("PERSON", _) => chance.Of(s_names),
        ("ADDRESS", "us") => $"{chance.Between(1, 9800)} {chance.Of(s_us)}, {chance.Of(s_usPlaces)}",
        ("ADDRESS", "uk") => $"{chance.Between(1, 180)} {chance.Of(s_us)}, {chance.Of(s_ukPlaces)}",
        ("ADDRESS", "de") => chance.Of(s_dePlaces),
        ("ADDRESS", "fr") => chance.Of(s_frPlaces),
        ("ADDRESS", "in") => chance.Of(s_inPlaces),
        ("ADDRESS", _) => chance.Of(s_phPlaces),
        ("EMAIL_ADDRESS", "spoken") => $"{chance.Of(s_names).Split(' ')[0].ToLowerInvariant()} dot {Letters(ref chance, 6)} at example dot com",
        ("EMAIL_ADDRESS", "hidden") => Email(ref chance).Insert(3, "\u200b"),
        ("EMAIL_ADDRESS", "lookalike") => Email(ref chance).Replace('a', 'а'),
        ("EMAIL_ADDRESS", _) => Email(ref chance),
        ("PHONE_NUMBER", "us") => $"({chance.Between(2, 8)}{chance.Of(["0", "2", "3", "5", "6", "7", "8"])}{chance.Below(10)}) {chance.Between(2, 9)}{chance.Of(["0", "2", "3", "4"])}{chance.Below(10)}-{Digits(ref chance, 4)}",
        ("PHONE_NUMBER", "uk") => $"+44 20 7{Digits(ref chance, 3)} {Digits(ref chance, 4)}",
        ("PHONE_NUMBER", "de") => $"030 {chance.Between(2, 9)}{Digits(ref chance, 6)}",
        ("PHONE_NUMBER", "fr") => $"0{chance.Between(1, 5)} {Digits(ref chance, 2)} {Digits(ref chance, 2)} {Digits(ref chance, 2)} {Digits(ref chance, 2)}",
        ("PHONE_NUMBER", "in") => $"+91 {chance.Between(6, 9)}{Digits(ref chance, 4)} {Digits(ref chance, 5)}",
        ("PHONE_NUMBER", _) => Spoken($"{chance.Between(2, 8)}{chance.Between(0, 8)}2{chance.Between(2, 9)}{Digits(ref chance, 6)}"),
        ("CREDIT_CARD", "spoken") => Spoken(Card(ref chance)),
        ("CREDIT_CARD", "wrapped") => Wrapped(Grouped(Card(ref chance), " ")),
        ("CREDIT_CARD", "wide") => string.Concat(Grouped(Card(ref chance), " ").Select(c => c == ' ' ? c : (char)(c - '0' + '０'))),
        ("CREDIT_CARD", _) => Grouped(Card(ref chance), chance.OneIn(2) ? " " : "-"),
        ("IBAN_CODE", "wrapped") => Wrapped(Grouped(Iban(ref chance), " ")),
        ("IBAN_CODE", _) => chance.OneIn(2) ? Grouped(Iban(ref chance), " ") : Iban(ref chance),
        ("DATE_TIME", "iso") => $"{chance.Between(2019, 2026)}-{chance.Between(1, 12):D2}-{chance.Between(1, 28):D2}",
        ("DATE_TIME" or "DATE_OF_BIRTH", _) => $"{chance.Between(1, 12):D2}/{chance.Between(13, 28):D2}/{chance.Between(1940, 2005)}",
        ("IP_ADDRESS", _) => $"{chance.Between(11, 223)}.{chance.Below(256)}.{chance.Below(256)}.{chance.Between(1, 254)}",
        ("MAC_ADDRESS", _) => string.Join(':', Enumerable.Range(0, 6).Select(i => $"{(i * 41) + 18 & 255:X2}")),
        ("URL", _) => $"https://portal.example.com/t/{chance.Below(100000)}",
        ("US_SSN", "spoken") => Spoken(Ssn(ref chance).Replace("-", "", StringComparison.Ordinal)),
        ("US_SSN", "dashes") => Ssn(ref chance).Replace('-', '–'),
        ("US_SSN", _) => Ssn(ref chance),
        ("US_PASSPORT", _) => $"{(char)chance.Between('A', 'Z')}{Digits(ref chance, 8)}",
        ("US_MBI", _) => $"{chance.Between(1, 9)}E{chance.Below(10)}{chance.Below(10)}-T{chance.Below(10)}{chance.Below(10)}-MK{Digits(ref chance, 2)}",
        ("COORDINATES", _) => $"{chance.Between(10, 60)}.{Digits(ref chance, 5)}, -{chance.Between(10, 120)}.{Digits(ref chance, 5)}",
        ("SWIFT_BIC", _) => "DEUTDEFFXXX",
        ("AWS_ACCESS_KEY", _) => "AKIA" + Upper(ref chance, 16),
        ("GITHUB_TOKEN", _) => $"ghp_{Letters(ref chance, 36)}",
        ("MEDICAL_RECORD_NUMBER", _) => Digits(ref chance, 8),
        ("IN_PAN", _) => $"{Upper(ref chance, 3)}P{Upper(ref chance, 1)}{Digits(ref chance, 4)}{Upper(ref chance, 1)}",
        ("PH_MOBILE_NUMBER", _) => $"0917-{Digits(ref chance, 3)}-{Digits(ref chance, 4)}",
        ("EU_VAT_ID", _) => $"ATU{Digits(ref chance, 8)}",
        ("UK_NINO", _) => $"{chance.Of(["AB", "CE", "JK", "PR", "SW"])} {Digits(ref chance, 2)} {Digits(ref chance, 2)} {Digits(ref chance, 2)} {chance.Of(["A", "B", "C", "D"])}",
        _ => CheckedNumbers.Make(entity, ref chance),
    };

    public static string Digits(ref Chance chance, int count)
    {
        var digits = new StringBuilder(count);
        for (var i = 0; i < count; i++) digits.Append((char)('0' + chance.Below(10)));
        return digits.ToString();
    }

    private static string Letters(ref Chance chance, int count)
    {
        var letters = new StringBuilder(count);
        for (var i = 0; i < count; i++) letters.Append((char)chance.Between('a', 'z'));
        return letters.ToString();
    }

    private static string Upper(ref Chance chance, int count) => Letters(ref chance, count).ToUpperInvariant();

    private static string Email(ref Chance chance) => $"{Letters(ref chance, 5)}a.{Letters(ref chance, 6)}@{chance.Of(["example.com", "example.org", "mail.example.net"])}";

    private static string Ssn(ref Chance chance) => $"{chance.Between(101, 665)}-{chance.Between(1, 99):D2}-{chance.Between(1, 9999):D4}";

    private static string Card(ref Chance chance)
    {
        var digits = $"{chance.Of(["4", "51", "55", "2221", "6011"])}{Digits(ref chance, 14)}"[..15];
        return digits + CheckedNumbers.LuhnDigit(digits).ToString(CultureInfo.InvariantCulture);
    }

    private static string Iban(ref Chance chance)
    {
        var account = Digits(ref chance, 18);
        var rest = 0;
        foreach (var c in account + "131400") rest = ((rest * 10) + c - '0') % 97;
        return $"DE{98 - rest:D2}{account}";
    }

    private static string Grouped(string value, string separator) => string.Join(separator, value.Chunk(4).Select(part => new string(part)));

    /// <summary>The third blank becomes the end of a quoted line.</summary>
    private static string Wrapped(string grouped) => $"{grouped[..14]}\n> {grouped[15..]}";

    private static string Spoken(string digits) => string.Join(' ', digits.Select(c => s_digits[c - '0']));
}
