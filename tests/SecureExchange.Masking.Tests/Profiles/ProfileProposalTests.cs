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
