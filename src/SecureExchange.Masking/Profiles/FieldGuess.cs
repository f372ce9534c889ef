using System.Globalization;
using System.Net;
using System.Text;
using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Profiles;

/// <summary>What a field of a sample seems to hold: by its values where their form or check digits tell, else by its name, else by how
/// many different ones there are.</summary>
internal sealed record FieldGuess(string Name, string Rule, string Reason)
{
    /// <summary>How many of the values have to look alike.</summary>
    private const double Most = 0.9;

    private static readonly (string[] Words, string Rule, string Reason)[] s_names =
    [
        (["ssn", "social", "passport", "aadhaar", "national", "nino", "pan"], "type: national-id, transform: tokenise", "named like a number that the state gives"),
        (["email", "mail", "courriel", "correo"], "type: email, transform: tokenise", "named like an e-mail address"),
        (["phone", "mobile", "tel", "fax", "telefon", "handy", "téléphone", "telephone", "teléfono"], "type: phone, transform: mask, keep-last: 2", "named like a telephone number"),
        (["street", "address", "straße", "strasse", "adresse", "anschrift", "rue", "calle"], "type: street, transform: redact", "named like an address"),
        (["city", "town", "ort", "stadt", "wohnort", "ville", "ciudad"], "type: city, transform: redact", "named like a place where people live"),
        (["zip", "postcode", "postal", "plz", "postleitzahl", "pincode"], "type: postcode, transform: truncate, what: postcode, keep: 2", "named like a postcode; how many people share the part depends on the country"),
        (["password", "passwort", "secret", "pin", "cvv", "cvc", "token"], "type: secret, transform: drop", "named like a secret: nobody needs it for work"),
        (["name", "surname", "vorname", "nachname", "nom", "prénom", "prenom", "nombre", "apellido", "holder", "contact", "patient", "employee", "manager"], "type: person, transform: tokenise", "named like a person's name"),
        (["salary", "wage", "amount", "price", "total", "balance", "pay", "bonus", "gehalt", "betrag", "salaire", "montant"], "type: amount, transform: bucket, size: 100", "named like an amount of money"),
    ];

    private static readonly string[] s_dateFormats =
    [
        "dd.MM.yyyy", "d.M.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "d/M/yyyy", "M/d/yyyy", "dd-MM-yyyy", "MM-dd-yyyy", "yyyy/MM/dd", "yyyy.MM.dd", "yyyyMMdd",
        "dd MMM yyyy", "d MMM yyyy", "dd-MMM-yyyy", "MMM d yyyy", "dd.MM.yyyy HH:mm", "dd/MM/yyyy HH:mm", "MM/dd/yyyy HH:mm",
    ];

    private static readonly string[] s_texts = ["note", "notes", "comment", "remark", "body", "message", "description", "transcript", "text", "notiz", "bemerkung", "kommentar", "commentaire", "texte"];

    /// <summary>Whether it tells records apart.</summary>
    public bool CanBeKey { get; private init; }

    /// <summary>Whether it says whose record it is.</summary>
    public bool CanBeSubject { get; private init; }

    /// <summary>How the values write a date, as <c>date-format</c> has it; null where they are none.</summary>
    public string? DateFormat { get; private init; }

    public static FieldGuess Of(string name, List<string> values, EntityGuess entities)
    {
        var filled = values.Where(value => value.Length > 0).ToList();
        var distinct = filled.Distinct().Count();
        var words = Words(name);
        if (filled.Count == 0) return new FieldGuess(name, "transform: redact", "empty in the sample: look at what it is for");
        if (Are(filled, IsEmail)) return new FieldGuess(name, "type: email, transform: tokenise", "values are e-mail addresses");
        if (Are(filled, value => IsValid(CheckDigits.Iban, value))) return new FieldGuess(name, "type: iban, transform: fpe, alphabet: digits, check: iban", "values are IBANs, their check digits right");
        if (Are(filled, value => Digits(value) is >= 13 and <= 19 && IsValid(CheckDigits.Luhn, value)))
            return new FieldGuess(name, "type: card, transform: mask, keep-last: 4", "values are card numbers, their check digits right");
        if (Are(filled, value => value.Length == 11 && value[3] == '-' && value[6] == '-' && Digits(value) == 9))
            return new FieldGuess(name, "type: national-id, transform: fpe, alphabet: digits", "values have the form of US social security numbers");
        if (OfDates(name, filled, words) is { } dates) return dates;
        // Three numbers are an address to some readers, and a date to others.
        if (Are(filled, value => (value.Count(c => c == '.') == 3 || value.Count(c => c == ':') >= 2) && IPAddress.TryParse(value, out _)))
            return new FieldGuess(name, "type: ip, transform: truncate, what: ip", "values are IP addresses");
        var isNumber = words.Any(word => word is "id" or "no" or "nr" or "number" or "key" or "ref" or "code");
        if (!isNumber && s_texts.Any(words.Contains)) return Text(name, "named like free text", filled, entities);
        // Of several, or of none of the records.
        var inArray = name.Contains("[*]", StringComparison.Ordinal) || name.StartsWith("$.", StringComparison.Ordinal);
        foreach (var (known, rule, reason) in s_names)
        {
            if (!isNumber && known.Any(words.Contains)) return new FieldGuess(name, rule, reason);
        }

        if (entities.OfValues(name, filled) is { } entity) return new FieldGuess(name, entity.Rule, $"detectors take the values for {entity.Entity}");
        if (filled.Average(value => value.Length) > 30 && Are(filled, value => value.Contains(' ', StringComparison.Ordinal)))
            return Text(name, "values are sentences", filled, entities);
        var share = (double)distinct / filled.Count;
        if (isNumber && share > Most && filled.Count == values.Count)
        {
            return new FieldGuess(name, "type: id, transform: tokenise", $"{distinct} different values in {values.Count} records, and named like an identifier")
            {
                CanBeKey = distinct == values.Count && !inArray,
                CanBeSubject = !inArray && words.Any(word => word is "member" or "customer" or "patient" or "employee" or "person" or "client" or "account"),
            };
        }

        if (distinct <= 20 && share <= 0.2) return new FieldGuess(name, "type: code, transform: keep", $"only {distinct} different values in {values.Count} records");
        return new FieldGuess(name, "transform: redact", $"not recognised: {distinct} different values in {values.Count} records; look at what the work needs of it");
    }

    private static FieldGuess? OfDates(string name, List<string> values, HashSet<string> words)
    {
        if (Are(values, value => value.Length >= 10 && IsDate(value[..10], "yyyy-MM-dd"))) return new FieldGuess(name, "", "values are dates") { DateFormat = "iso" };
        // A number of eight digits can be anything.
        var isNamed = words.Overlaps(["date", "datum", "geburtsdatum", "fecha", "born", "birth", "dob", "day", "on"]);
        List<string> fitting = [.. s_dateFormats.Where(format => (isNamed || format != "yyyyMMdd") && Are(values, value => IsDate(value, format)))];
        if (fitting.Count == 0) return null;
        // What fits a day of two digits fits one of one or two as well; another order of the parts is what can't be told.
        return new FieldGuess(name, "", fitting.Exists(format => format[0] == 'd') && fitting.Exists(format => format[0] == 'M')
            ? "values are dates; which number is the day can't be told from the sample, so look at date-format"
            : "values are dates")
        {
            DateFormat = fitting[0],
        };
    }

    private static bool IsDate(string value, string format) => DateOnly.TryParseExact(value, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>Detectors miss some of what they look for, so that the reason says what they saw: somebody has to decide whether that will do.</summary>
    private static FieldGuess Text(string name, string why, List<string> values, EntityGuess entities) =>
        new(name, "type: free-text, transform: scan", $"{why}: {entities.WithinTexts(values)}; what detectors miss stays, so redact it if the work can do without");

    private static bool Are(List<string> values, Func<string, bool> test) => values.Count(test) >= Most * values.Count;

    private static bool IsEmail(string value) =>
        value.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && value.IndexOf('.', at) > at + 1 && !value.Contains(' ', StringComparison.Ordinal);

    private static bool IsValid(CheckDigits check, string value) => check.IsValid(Encoding.UTF8.GetBytes(value));

    private static int Digits(string value) => value.Any(char.IsAsciiLetter) ? 0 : value.Count(char.IsAsciiDigit);

    /// <summary>The words of a name, however they are put together: <c>dateOfBirth</c>, <c>date_of_birth</c>, <c>Date of birth</c>.</summary>
    private static HashSet<string> Words(string name)
    {
        var spaced = new StringBuilder();
        foreach (var (i, c) in name.Index())
        {
            if (char.IsUpper(c) && i > 0 && char.IsLower(name[i - 1])) spaced.Append(' ');
            spaced.Append(char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ');
        }

        return [.. spaced.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }
}
