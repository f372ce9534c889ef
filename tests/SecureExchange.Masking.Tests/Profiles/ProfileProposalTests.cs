using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.Samples;

namespace SecureExchange.Masking.Tests.Profiles;

public class ProfileProposalTests
{
    /// <summary>Nobody has read it, and yet it must be a profile that masks the very file, and lets no planted value through but where
    /// detectors have to find it in free text.</summary>
    [Theory]
    [InlineData("claims")]
    [InlineData("tickets")]
    [InlineData("invoices")]
    public void A_proposed_profile_masks_its_sample_and_leaks_nothing_that_was_planted(string kind)
    {
        var planted = new List<Planted>();
        var file = Sample.Find(kind)!.ToArray(400, 5, planted.Add);
        var proposed = ProfileProposal.Write("proposed", file);
        Assert.Contains("transform: scan", proposed, StringComparison.Ordinal);
        using var asProposed = new Exchange(proposed);
        Assert.Equal(400, asProposed.Dispatch(file).Report.Records);
        using var exchange = new Exchange(proposed.Replace("transform: scan", "transform: redact", StringComparison.Ordinal));
        var masked = exchange.Dispatch(file).Masked;
        foreach (var value in planted)
            Assert.False(masked.AsSpan().IndexOf(Encoding.UTF8.GetBytes(value.Value)) >= 0, $"{value.Field} of row {value.Row} is in the masked copy");
    }

    [Fact]
    public void Each_line_has_its_reason()
    {
        var rows = string.Concat(Enumerable.Range(0, 40).Select(i => $"{i + 100};ana{i}@example.org;4111111111111111;2001-02-{(i % 28) + 1:D2};{(i % 2 == 0 ? "open" : "closed")};Ana {i};x{i}y\n"));
        var text = ProfileProposal.Write("p", Encoding.UTF8.GetBytes($"case_id;contact;pan;opened;status;fullName;odd\n{rows}"));
        Assert.Equal(
            """
            # Proposed from a sample. Read each line: a reason isn't a decision.
            profile: p
            version: 1
            format: csv
            row-key: case_id
            subject-key: case_id
            fields:
              case_id: { type: id, transform: tokenise }  # 40 different values in 40 records, and named like an identifier
              contact: { type: email, transform: tokenise }  # values are e-mail addresses
              pan: { type: card, transform: mask, keep-last: 4 }  # values are card numbers, their check digits right
              opened: { type: date, transform: shift-date, max-days: 180 }  # values are dates
              status: { type: code, transform: keep }  # only 2 different values in 40 records
              fullName: { type: person, transform: tokenise }  # named like a person's name
              odd: { transform: redact }  # not recognised: 40 different values in 40 records; look at what the work needs of it

            """,
            text);
        MaskingProfile.Parse(Encoding.UTF8.GetBytes(text));
    }

    [Fact]
    public void Detectors_name_what_a_column_holds_and_what_stands_in_texts()
    {
        var rows = string.Concat(Enumerable.Range(0, 30).Select(i => $"12{i:00} Birch Street,1HGCM82633A0043{i % 90 + 10:00},\"Please call ana{i}@example.org or (415) 555-01{i:00} about it, thanks\"\n"));
        var text = ProfileProposal.Write("p", Encoding.UTF8.GetBytes($"where,site,said\n{rows}"));
        Assert.Contains("where: { type: street, transform: redact }  # detectors take the values for ADDRESS", text, StringComparison.Ordinal);
        Assert.Contains("said: { type: free-text, transform: scan }  # values are sentences: EMAIL_ADDRESS, PHONE_NUMBER found in 30 of 30 values", text, StringComparison.Ordinal);
        MaskingProfile.Parse(Encoding.UTF8.GetBytes(text));
    }

    [Theory]
    [InlineData("born", "12.03.1985|03.11.1972", "date-format: dd.MM.yyyy }  # values are dates\n")]
    [InlineData("born", "1.3.1985|13.11.1972", "date-format: d.M.yyyy }  # values are dates\n")]
    [InlineData("seen", "12/31/2024|01/02/2024", "date-format: MM/dd/yyyy }  # values are dates\n")]
    [InlineData("seen", "31/12/2024|01/02/2024", "date-format: dd/MM/yyyy }  # values are dates\n")]
    [InlineData("seen", "02/12/2024|01/02/2024", "date-format: dd/MM/yyyy }  # values are dates; which number is the day can't be told from the sample, so look at date-format\n")]
    [InlineData("seen", "3 Jan 2024|14 Oct 2023", "date-format: d MMM yyyy }  # values are dates\n")]
    [InlineData("seen", "2024-01-02T10:11:12Z|2023-10-14 08:00", "part: year }  # values are dates\n")]
    [InlineData("birth_date", "19850312|19721103", "date-format: yyyyMMdd }  # values are dates\n")]
    [InlineData("code", "19850312|19721103", "transform: redact }  # not recognised")]
    [InlineData("host", "10.0.0.1|192.168.2.7", "what: ip }  # values are IP addresses\n")]
    [InlineData("host", "2001:db8::1|fe80::2", "what: ip }  # values are IP addresses\n")]
    public void Dates_are_known_in_the_ways_that_they_are_written_and_are_no_addresses(string name, string values, string expected)
    {
        var sample = Encoding.UTF8.GetBytes($"x,{name}\n{string.Concat(Enumerable.Repeat(values, 3).SelectMany(v => v.Split('|')).Select(v => $"a,{v}\n"))}");
        var text = ProfileProposal.Write("p", sample);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        using var exchange = new Exchange(text);
        Assert.Equal(6, exchange.Dispatch(sample).Report.Records);
    }

    [Fact]
    public void Names_in_German_and_French_are_known_too()
    {
        var text = ProfileProposal.Write("p", Encoding.UTF8.GetBytes(
            "Vorname;Geburtsdatum;Straße;PLZ;Ort;Telefon;Bemerkung;prénom;salaire\nHans;1.2.1980;Hauptstraße 5;10115;Berlin;030 901820;x;Jean;1200\nAnna;13.2.1990;Gasse 1;20095;Hamburg;040 1234567;y;Luc;900\n"));
        foreach (var part in (string[])["Vorname: { type: person", "Geburtsdatum: { type: date", "'Straße': { type: street", "PLZ: { type: postcode", "Ort: { type: city", "Telefon: { type: phone", "Bemerkung: { type: free-text", "'prénom': { type: person", "salaire: { type: amount"])
            Assert.Contains(part, text, StringComparison.Ordinal);
        MaskingProfile.Parse(Encoding.UTF8.GetBytes(text));
    }

    [Theory]
    [InlineData("[\n  { \"case_id\": 1, \"who\": { \"email\": \"a@example.org\" }, \"born\": \"1.2.1980\" },\n  { \"case_id\": 2, \"who\": { \"email\": \"b@example.org\" }, \"born\": \"13.2.1980\" }\n]\n", "records: '[*]'", "row-key: case_id", "who.email: { type: email")]
    [InlineData("{\"sent\": \"2026-01-01\", \"batch\": { \"contact\": \"x@example.org\", \"claims\": [ {\"claim_id\": \"c1\", \"on\": \"2026-01-01\"}, {\"claim_id\": \"c2\", \"on\": \"2026-01-02\"} ], \"codes\": [ 1 ] } }", "records: 'batch.claims[*]'", "subject-key: claim_id", "'$.batch.contact': { type: email", "'$.sent': { type: date, transform: date-part")]
    [InlineData("{\n  \"email\": \"a@example.org\",\n  \"lines\": [ 1, 2 ]\n}", "format: json\nfields", "email: { type: email", "'lines[*]': ")]
    [InlineData("{ \"email\": \"a@example.org\" }", "format: json\nfields", "email: { type: email")]
    public void Of_a_document_the_records_are_found_and_what_is_around_them_is_listed(string sample, params string[] expected)
    {
        var text = ProfileProposal.Write("p", Encoding.UTF8.GetBytes(sample));
        foreach (var part in expected) Assert.Contains(part, text, StringComparison.Ordinal);
        using var exchange = new Exchange(text);
        Assert.DoesNotContain("example.org", exchange.Mask(sample), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PK\u0003\u0004whatever", RecordError.HeaderNotRecognised, "save the sheet as CSV")]
    [InlineData("[ { \"a\": 1 }, { \"a\": ", RecordError.NotJson, "its brackets closed")]
    [InlineData("{ \"a\": 1 }\n{ \"a\": x }\n", RecordError.NotJson, "record 2: not a JSON object on one line")]
    public void A_sample_that_cannot_be_read_is_told_what_to_do(string sample, RecordError error, string what)
    {
        var fault = Assert.Throws<RecordException>(() => ProfileProposal.Write("p", Encoding.UTF8.GetBytes(sample)));
        Assert.Equal(error, fault.Error);
        Assert.Contains(what, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_neither_CSV_nor_JSON_is_refused() =>
        Assert.Throws<RecordException>(() => ProfileProposal.Write("p", "{ no json\n"u8));

    [Theory]
    [InlineData("From: Ana Lima <ana@corp.com>\r\nSubject: x\r\n\r\n")]
    [InlineData("MSH|^~\\&|ADT|Lima\nPID|1|Lima\n")]
    [InlineData("ISA*00*Lima*~\nGS*HC*A~\n")]
    [InlineData("<all><name>Lima</name></all>\n")]
    public void A_first_line_that_is_somebody_s_data_is_not_taken_for_names(string sample)
    {
        var fault = Assert.Throws<RecordException>(() => ProfileProposal.Write("p", Encoding.UTF8.GetBytes(sample)));
        Assert.Equal(RecordError.HeaderNotRecognised, fault.Error);
        Assert.DoesNotContain("Lima", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hash_of_a_card_beside_a_part_of_it_is_refused()
    {
        var e = Assert.Throws<ProfileException>(() => Exchange.Csv(
            "pan_hash: { type: card, transform: hash }\npan_last4: { type: card, transform: mask, keep-last: 4 }"));
        Assert.Contains("together they give it away", e.Message, StringComparison.Ordinal);
    }
}
