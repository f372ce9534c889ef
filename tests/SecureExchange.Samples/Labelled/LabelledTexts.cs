using System.Globalization;
using System.Text;

namespace SecureExchange.Samples.Labelled;

/// <summary>Texts as they pass between companies and those who work for them, with personal data planted in known places. The same
/// for the same seed.</summary>
public static class LabelledTexts
{
    /// <summary>A value is written as <c>{ENTITY}</c>, or <c>{ENTITY:kind}</c> where one has several.</summary>
    private static readonly (string Format, string[] Templates)[] s_all =
    [
        ("letter",
        [
            "Dear {PERSON},\n\nthank you for your letter of {DATE_TIME:us}. We have changed your address to {ADDRESS:us} and your telephone number to {PHONE_NUMBER:us}.\n\nYours sincerely\n{PERSON}\n",
            "Dear {PERSON},\n\nyour National Insurance number {UK_NINO} and your NHS number {UK_NHS} are on file. We write to {ADDRESS:uk} unless you tell us otherwise: {PHONE_NUMBER:uk}.\n",
            "Sehr geehrte Frau {PERSON:de},\n\nIhre Steuer-ID {DE_TAX_ID} haben wir erhalten. Bitte überweisen Sie auf IBAN {IBAN_CODE}. Anschrift: {ADDRESS:de}, Telefon {PHONE_NUMBER:de}.\n",
            "Madame {PERSON:fr},\n\nvotre numéro de sécurité sociale {FR_NIR} est enregistré. Adresse : {ADDRESS:fr}. Téléphone : {PHONE_NUMBER:fr}.\n",
            "To whom it may concern: {PERSON}, born {DATE_OF_BIRTH:us}, passport number {US_PASSPORT}, holds policy 48-1123. Contact {EMAIL_ADDRESS}.\n",
        ]),
        ("ticket",
        [
            "Hello, my card {CREDIT_CARD} was charged twice for order 77120934. Please call {PHONE_NUMBER:us} or write to {EMAIL_ADDRESS}. Regards, {PERSON}",
            "User {PERSON} can't sign in from {IP_ADDRESS}; laptop has MAC {MAC_ADDRESS}. Build 10.0.22631, error 0x80070005. See {URL}",
            "SSN on the form is {US_SSN}, date of birth {DATE_OF_BIRTH:us}. Routing number {ABA_ROUTING_NUMBER}, refund to the account on file.",
            "Kunde {PERSON:de} möchte die Bankverbindung ändern: {IBAN_CODE}, BIC {SWIFT_BIC}. Erreichbar unter {EMAIL_ADDRESS}.",
            "Aadhaar {IN_AADHAAR} and PAN {IN_PAN} were uploaded by {PERSON:in}. Ship to {ADDRESS:in}. Mobile {PHONE_NUMBER:in}.",
            "Please update TIN {PH_TIN} for {PERSON}; mobile {PH_MOBILE_NUMBER}; delivery to {ADDRESS:ph}.",
            "Leaked in the repository: {AWS_ACCESS_KEY} and {GITHUB_TOKEN}, rotate both. Introduced in commit 3f2a9c1.",
        ]),
        ("transcript",
        [
            "agent: can i have your card number please\ncaller: sure it's {CREDIT_CARD:spoken} and my name is {PERSON:lower}\nagent: thank you",
            "caller: you can mail me at {EMAIL_ADDRESS:spoken} or call {PHONE_NUMBER:spoken} after five",
            "agent: and your social?\ncaller: {US_SSN:spoken}\nagent: perfect one moment",
        ]),
        ("record",
        [
            "Patient: {PERSON}\nMRN: {MEDICAL_RECORD_NUMBER}\nDOB: {DATE_OF_BIRTH:us}\nMBI: {US_MBI}\nProvider NPI {US_NPI}, DEA {MEDICAL_LICENSE}\nSeen 3 times, BP 120/80, HbA1c 6.1\n",
            "name={PERSON} email={EMAIL_ADDRESS} ip={IP_ADDRESS} ua=Mozilla/5.0 status=200 bytes=51234\n",
            "Vehicle {VIN}, device IMEI {IMEI}, last seen at {COORDINATES} on {DATE_TIME:iso}\n",
            "PESEL {PL_PESEL}; personnummer {SE_PERSONNUMMER}; codice fiscale {IT_FISCAL_CODE}; NIF {ES_NIF}; CPF {BR_CPF}; SIN {CA_SIN}; TFN {AU_TFN}\n",
            "IBAN: {IBAN_CODE}\nVAT: {EU_VAT_ID}\nRemittance 2024/118, net 30 days, 3 x 19.90\n",
        ]),
        ("reply",
        [
            "> On Monday {PERSON} wrote:\n> please pay to {IBAN_CODE:wrapped}\n> before the end of the month\n\nDone. My number is {PHONE_NUMBER:us}, {PERSON}\n",
            "> my card is {CREDIT_CARD:wrapped} and it\n> doesn't work\n\nPlease never send card numbers by e-mail.\n",
        ]),
        ("disguised",
        [
            "card {CREDIT_CARD:wide} mail {EMAIL_ADDRESS:hidden}",
            "mail {EMAIL_ADDRESS:lookalike} ssn {US_SSN:dashes}",
        ]),
    ];

    /// <summary>Makes so many texts, the templates in turn.</summary>
    public static IEnumerable<LabelledText> Make(long seed, int count)
    {
        var all = s_all.SelectMany(kind => kind.Templates.Select(template => (kind.Format, Template: template))).ToList();
        for (var i = 0; i < count; i++)
        {
            var chance = Chance.OfRow(seed, i + 1);
            var (format, template) = all[i % all.Count];
            yield return Fill(format, template, ref chance);
        }
    }

    private static LabelledText Fill(string format, string template, ref Chance chance)
    {
        var text = new StringBuilder();
        var labels = new List<Label>();
        for (var at = 0; at < template.Length;)
        {
            var open = template.IndexOf('{', at);
            if (open < 0) open = template.Length;
            text.Append(template.AsSpan(at, open - at));
            if (open == template.Length) break;
            var close = template.IndexOf('}', open);
            var (entity, kind) = template[(open + 1)..close].Split(':') is [var name, var more] ? (name, more) : (template[(open + 1)..close], "");
            var value = PersonalValues.Make(entity, kind, ref chance);
            labels.Add(new Label(entity, text.Length, text.Length + value.Length));
            text.Append(value);
            at = close + 1;
        }

        return new LabelledText(format, text.ToString(), labels);
    }

    /// <summary>Lines without personal data that look as if they had some: numbers of orders, times, hashes, versions, prices.</summary>
    public static IEnumerable<string> MakeClean(long seed, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var chance = Chance.OfRow(seed, i + 1);
            var (a, b, c) = (chance.Below(1_000_000_000), chance.Below(100_000_000), chance.Next());
            yield return (i % 12) switch
            {
                0 => string.Create(CultureInfo.InvariantCulture, $"Order {a:D9} was shipped with tracking code 1Z{c % 1_000_000_000_000:D12}, 3 parcels."),
                1 => string.Create(CultureInfo.InvariantCulture, $"[{b:D8}.{a % 1_000_000:D6}] worker-{a % 64} finished batch {b} in {a % 9000} ms, {c % 1_000_000_000_000} bytes"),
                2 => string.Create(CultureInfo.InvariantCulture, $"commit {c:x16}{c * 31:x16}{a:x8} merged into release/{a % 9}.{b % 30}"),
                3 => string.Create(CultureInfo.InvariantCulture, $"Upgraded library from {a % 9}.{b % 40}.{a % 77} to {a % 9}.{b % 40}.{(a % 77) + 1}-beta.{b % 9}"),
                4 => string.Create(CultureInfo.InvariantCulture, $"Total {a % 100000:N0}.{b % 100:D2} EUR, {b % 40} items at {a % 500}.{b % 100:D2}, tax 19 %, part no. {b:D8}-{a % 100:D2}"),
                5 => string.Create(CultureInfo.InvariantCulture, $"request {c:x8}-{a % 65536:x4}-4{b % 4096:x3}-a{a % 4096:x3}-{c % 281_474_976_710_656:x12} took {a % 900} ms"),
                6 => string.Create(CultureInfo.InvariantCulture, $"The quarterly review went well and the team shipped all {a % 90} features on time."),
                7 => string.Create(CultureInfo.InvariantCulture, $"SKU {(char)('A' + (a % 26))}{(char)('A' + (b % 26))}-{a % 100000:D5}-{b % 1000:D3}, pallet {a % 5000}, bin {b % 300}, batch L{b:D8}"),
                8 => string.Create(CultureInfo.InvariantCulture, $"Retry {a % 10} of 10, next in {b % 60} s; epoch {1_600_000_000_000 + (long)(c % 100_000_000_000)}; code E{a % 10000:D4}"),
                9 => string.Create(CultureInfo.InvariantCulture, $"Measured 12.{a % 1000:D3} V, 0.{b % 10000:D4} A, at {a % 90}.{b % 10} degrees; serial {c % 10_000_000_000_000_000:D16}"),
                10 => "Please see chapter 4, section 2.1.3 and table 17 of the manual before you open the case.",
                _ => string.Create(CultureInfo.InvariantCulture, $"Invoice {2020 + (a % 6)}-{b % 100000:D5} is paid; balance {a % 1000}.00, discount {b % 30} %, reference {a:D9}{b:D8}"),
            };
        }
    }
}
