using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Transforms;

/// <summary>What a profile says of a field that is encrypted format-preserving.</summary>
internal sealed record FpeOptions(FpeAlphabet Alphabet, bool Numbers, CheckDigits? Check, int KeepFirst, int KeepLast, string? Subject)
{
    public static FpeOptions Read(TransformOptions options)
    {
        var section = options.Section;
        var alphabet = FpeAlphabet.Read(section);
        var kind = section.Choice("check", Kind.None, ("luhn", Kind.Luhn), ("iban", Kind.Iban), ("npi", Kind.Npi));
        var (first, last) = ((int)section.Number("keep-first", 0, 32, 0), (int)section.Number("keep-last", 0, 32, 0));
        if (kind is Kind.Luhn or Kind.Npi && !alphabet.IsDigits) throw section.Wrong("check", "this check digit is one of digits: alphabet: digits");
        if (kind is Kind.Luhn or Kind.Npi && last > 0)
            throw section.Wrong("keep-last", "the check digit is the last one, and it has to change with the others");
        if (kind == Kind.Iban && first + last > 0) throw section.Wrong("check", "of an IBAN the country is kept, and all else encrypted: no keep-first, no keep-last");
        // Where digits alone are encrypted, an IBAN's letters stay: they name its country and bank.
        if (kind == Kind.Iban) alphabet = alphabet.KeepingCapitals();
        var bySubject = section.Choice("tweak", false, ("field", false), ("subject", true));
        return new FpeOptions(
            alphabet, options is { Format: RecordFormat.Ndjson or RecordFormat.Json or RecordFormat.Xlsx, Type: "number" },
            kind switch { Kind.Luhn => CheckDigits.Luhn, Kind.Iban => CheckDigits.Iban, Kind.Npi => CheckDigits.Npi, _ => null },
            first, last, bySubject ? options.Subject() : null);
    }

    private enum Kind
    {
        None,
        Luhn,
        Iban,
        Npi,
    }
}
