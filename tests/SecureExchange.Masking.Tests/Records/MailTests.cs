using System.Text;

namespace SecureExchange.Masking.Tests.Records;

public class MailTests
{
    private const string Fields = """
        From: { transform: tokenise }
        To: { transform: tokenise }
        Subject: { transform: scan }
        Date: { transform: keep }
        text: { transform: scan }
        html: { transform: scan }
        """;

    [Fact]
    public void Headers_and_text_are_masked_and_come_back_to_the_byte()
    {
        using var exchange = Exchange.Of("eml", Fields);
        var mail = Crlf("""
            From: Ana Lima <ana.lima@corp.com>
            To: bo@corp.com,
             cy@corp.com
            Subject: about ana.lima@corp.com
            Date: Mon, 1 Jun 2026 12:00:00 +0000

            Please write to ana.lima@corp.com today.

            """);
        var sent = exchange.Dispatch(mail);
        Assert.DoesNotContain("corp.com", sent.Text, StringComparison.Ordinal);
        Assert.Contains("Date: Mon, 1 Jun 2026 12:00:00 +0000\r\n\r\nPlease write to [[EMAIL", sent.Text, StringComparison.Ordinal);
        Assert.Matches(@"^From: tok_\S+\r\nTo: tok_\S+\r\nSubject: about \[\[EMAIL", sent.Text);
        Assert.Equal(["1 eml.recoded"], sent.Report.Format.Select(f => $"{f.Count} {f.Kind}")); // The fold in To.
        Assert.Equal(mail.Replace(",\r\n cy", ", cy", StringComparison.Ordinal), exchange.Return(sent.Masked, sent.Manifest).Text);
    }

    [Theory]
    [InlineData("8bit", "utf-8", "Grüße an ana@corp.com\r\n")]
    [InlineData("7bit", "us-ascii", "greetings to ana@corp.com\r\n")]
    [InlineData("base64", "utf-8", "R3LDvMOfZSBhbiBhbmFAY29ycC5jb20sIHVuZCBub2NoIHNvIHZpZWwgVGV4dCwgZGFzcyBlcyBm\r\nw7xyIHp3ZWkgWmVpbGVuIHJlaWNodAo=\r\n")]
    [InlineData("base64", "windows-1252", "R3L832UgYW4gYW5hQGNvcnAuY29t")]
    [InlineData("quoted-printable", "iso-8859-1", "Gr=FC=DFe an ana@corp.com, und noch so viel Text, dass es f=FCr zwei Zeilen=\r\n reicht\r\n=20\r\n")]
    [InlineData("base64", "utf-16le", "YQBuAGEAQABjAG8AcgBwAC4AYwBvAG0A")]
    [InlineData("8bit", "shift_jis", "ana@corp.com")]
    public void A_part_comes_back_in_its_encoding_and_character_set(string transfer, string charset, string body)
    {
        using var exchange = Exchange.Of("eml", Fields);
        var mail = Encoding.UTF8.GetBytes($"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"{charset}\"\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n{body}");
        var sent = exchange.RoundTrip(mail);
        Assert.Empty(sent.Report.Format);
        Assert.NotEqual(mail, sent.Masked);
        Assert.Equal(1, sent.Report.Fields.Single(f => f.Name == "text").Entities.Sum(e => e.Count));
    }

    [Theory]
    [InlineData("=?utf-8?Q?Gr=C3=BC=C3=9Fe_an?= =?ISO-8859-1?B?IGFuYUBjb3JwLmNvbQ==?=", "Grüße an ana@corp.com")]
    [InlineData("=?utf-8*de?q?ana=40corp.com?=\r\n is back", "ana@corp.com is back")]
    public void Encoded_words_hide_nothing(string subject, string text)
    {
        using var exchange = Exchange.Of("eml", Fields);
        var sent = exchange.Dispatch($"Subject: {subject}\r\n\r\n");
        Assert.Equal(1, sent.Report.Fields.Single(f => f.Name == "Subject").Entities.Sum(e => e.Count));
        var back = exchange.Return(sent.Masked, sent.Manifest).Text;
        Assert.Equal(text, Decoded(back["Subject: ".Length..back.IndexOf("\r\n\r\n", StringComparison.Ordinal)]));
    }

    [Fact]
    public void Parts_in_parts_and_messages_in_messages_are_masked_and_all_else_stays()
    {
        using var exchange = Exchange.Of("eml", Fields, "unlisted: drop");
        var mail = Crlf("""
            Received: from relay (10.1.2.3) by ana-pc
            Subject: x
            Content-Type: multipart/mixed; boundary="b1"

            This is for old programs, says ana@corp.com.
            --b1
            Content-Type: multipart/alternative; boundary=b2

            --b2
            Content-Type: text/plain; charset=utf-8

            mail ana@corp.com
            --b2
            Content-Type: text/html; charset=utf-8

            <p title="ana@corp.com">mail</p>
            --b2--

            --b1
            Content-Type: message/rfc822

            From: ana@corp.com
            Subject: bo@corp.com

            cy@corp.com
            --b1
            Content-Type: application/pdf; name="Ana Lima.pdf"
            Content-Disposition: attachment; filename="Ana Lima.pdf"
            Content-Transfer-Encoding: base64

            QW5hIExpbWE=
            --b1--
            dy@corp.com

            """);
        var sent = exchange.Dispatch(mail);
        foreach (var secret in (string[])["corp.com", "Ana Lima", "QW5h", "10.1.2.3"]) Assert.DoesNotContain(secret, sent.Text, StringComparison.Ordinal);
        Assert.Equal(
            ["2 eml.file-name-removed", "1 eml.header-removed", "1 eml.part-removed", "2 eml.text-around-parts-removed"],
            sent.Report.Format.Select(f => $"{f.Count} {f.Kind}"));
        Assert.Contains("<p title=\"[[EMAIL", sent.Text, StringComparison.Ordinal);
        var back = exchange.Return(sent.Masked, sent.Manifest).Text;
        Assert.Contains("\r\n\r\nmail ana@corp.com\r\n--b2\r\n", back, StringComparison.Ordinal);
        Assert.Contains("From: ana@corp.com\r\nSubject: bo@corp.com\r\n\r\ncy@corp.com\r\n--b1\r\n", back, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/pdf\r\nContent-Disposition: attachment\r\n", back, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Subject: x\r\nX-Secret: ana\r\n\r\n", RecordError.UnlistedField)]
    [InlineData("Subject: x\r\nContent-Type: application/pdf\r\n\r\nx", RecordError.EntryRefused)]
    [InlineData("Subject: x\r\nContent-Type: text/plain; name=ana.txt\r\n\r\nx", RecordError.UnlistedField)]
    [InlineData("Subject: x\r\nContent-Disposition: attachment\r\n\r\nx", RecordError.EntryRefused)]
    [InlineData("Subject: x\r\nContent-Type: text/plain; charset=klingon\r\n\r\nx", RecordError.NotInEncoding)]
    [InlineData("Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\nx", RecordError.NotInEncoding)]
    [InlineData("Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=zz", RecordError.NotInEncoding)]
    [InlineData("Subject: x\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nx", RecordError.NotInEncoding)]
    [InlineData("Subject: =?klingon?Q?x?=\r\n\r\n", RecordError.NotInEncoding)]
    [InlineData("Subject: x\r\nContent-Type: multipart/mixed\r\n\r\nx", RecordError.NotAMessage)]
    [InlineData("Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n", RecordError.NotAMessage)]
    [InlineData("Subject: x\r\nContent-Type: text/plain Ana Lima\r\n\r\nx", RecordError.NotAMessage)]
    [InlineData("Subject: x\r\nsecond line\r\n\r\n", RecordError.NotAMessage)]
    [InlineData("\r\nx", RecordError.NotAMessage)]
    [InlineData("", RecordError.NotAMessage)]
    [InlineData("From: a\r\nFrom: b\r\n\r\n", RecordError.DuplicateKey)]
    public void What_cannot_be_read_is_not_passed_on(string mail, RecordError error)
    {
        using var exchange = Exchange.Of("eml", Fields);
        Assert.Equal(error, exchange.Refused(mail).Error);
    }

    [Theory]
    [InlineData("X-Mailer: y", "x-mailer")]
    [InlineData("Ana@Lima: y", null)]
    public void A_header_that_is_not_listed_is_named_where_its_name_is_a_plain_one(string header, string? name)
    {
        using var exchange = Exchange.Of("eml", Fields);
        var fault = exchange.Refused($"Subject: x\r\n{header}\r\n\r\n");
        Assert.Equal((RecordError.UnlistedField, name), (fault.Error, fault.Field));
        Assert.DoesNotContain("lima", fault.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("text/plain; charset=utf-8; x-patient=\"Ana; Lima\"", "text/plain; charset=utf-8", "eml.parameter-removed")]
    [InlineData("text/plain (Ana (\\) Lima)); charset=utf-8", "text/plain ; charset=utf-8", "eml.comment-removed")]
    [InlineData("text/plain; charset=utf-8 (Ana; name=x)", "text/plain; charset=utf-8 ", "eml.comment-removed")]
    public void A_header_that_says_how_a_part_is_read_says_nothing_else(string type, string passed, string finding)
    {
        using var exchange = Exchange.Of("eml", Fields, "unlisted: drop");
        var sent = exchange.Dispatch($"Subject: x\r\nContent-Type: {type}\r\n\r\nto ana@corp.com\r\n");
        Assert.StartsWith($"Subject: x\r\nContent-Type: {passed}\r\n\r\nto [[EMAIL", sent.Text, StringComparison.Ordinal);
        Assert.Equal([$"1 {finding}"], sent.Report.Format.Select(f => $"{f.Count} {f.Kind}"));
        using var refusing = Exchange.Of("eml", Fields);
        if (finding == "eml.parameter-removed") Assert.Equal(RecordError.UnlistedField, refusing.Refused($"Subject: x\r\nContent-Type: {type}\r\n\r\nx").Error);
    }

    [Fact]
    public void Parts_are_counted_and_nesting_has_an_end()
    {
        using var exchange = Exchange.Of("eml", Fields, "unlisted: drop");
        var deep = string.Concat(Enumerable.Repeat("Subject: x\r\nContent-Type: message/rfc822\r\n\r\n", 12));
        Assert.Equal(RecordError.TooDeep, exchange.Refused(deep).Error);
        var many = string.Concat(Enumerable.Repeat("--b\r\n\r\nx\r\n", 1200));
        Assert.Equal(RecordError.ContainerTooLarge, exchange.Refused($"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{many}--b--\r\n").Error);
    }

    [Fact]
    public void A_message_in_an_archive_is_masked_too()
    {
        using var exchange = Exchange.Of("eml", Fields, "container: zip\nentries: ['*.eml']");
        using var file = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(file, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in (string[])["1.eml", "2.eml"])
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write("Subject: ana@corp.com\r\n\r\nx\r\n"u8);
            }
        }

        Assert.Equal(2, exchange.Dispatch(file.ToArray()).Report.Records);
    }

    [Fact]
    public void Bytes_that_are_no_message_never_end_in_anything_but_a_refusal()
    {
        // Reading and writing is what is tried here: each masker tries its detectors by itself, and all of them would take the most time.
        using var exchange = Exchange.Of("eml", Fields.Replace("scan }", "scan, entities: [EMAIL_ADDRESS] }", StringComparison.Ordinal), "unlisted: drop");
        var mail = Encoding.UTF8.GetBytes("Subject: =?utf-8?B?YQ==?= x\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=41 ana@corp.com=\r\n x\r\n--b--\r\n");
        var dice = new Dice(5);
        for (var n = 0; n < 3000; n++)
        {
            var altered = mail.ToArray();
            for (var k = dice.Next(4); k >= 0; k--) altered[dice.Next(altered.Length)] = (byte)dice.Next(256);
            try
            {
                exchange.Dispatch(altered.AsSpan(0, dice.Next(altered.Length + 1)).ToArray());
            }
            catch (RecordException)
            {
                // The only thing that it may throw.
            }
        }
    }

    [Theory]
    [InlineData("name: Ana Lima\nage: 44\n")]
    [InlineData("Content-Type: text/plain\n\nAna Lima\n")]
    [InlineData("# Ana Lima\n")]
    [InlineData("to: ana@corp.com\nFromage: brie\n\nhello\n")]
    public void A_file_of_keys_and_values_is_no_message(string file)
    {
        foreach (var unlisted in (string[])["drop", "refuse"])
        {
            using var exchange = Exchange.Of("eml", Fields, $"unlisted: {unlisted}");
            var fault = exchange.Refused(file);
            Assert.Equal(RecordError.NotAMessage, fault.Error);
            Assert.DoesNotContain("Ana", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_of_another_kind_is_called_by_its_name()
    {
        using var exchange = Exchange.Of("eml", Fields, "unlisted: drop");
        var fault = exchange.Refused([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0]);
        Assert.Equal(RecordError.NotAMessage, fault.Error);
        Assert.Contains("older Office (XLS, DOC, MSG)", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from: ana@corp.com\n\nhello\n")]
    [InlineData("X-Sent-By: x\r\nSUBJECT: hello\r\n\r\nhello\r\n")]
    [InlineData("Received: from here\r\nDate: Mon, 1 Jun 2026 12:00:00 +0000\r\n\r\nhello\r\n")]
    public void A_message_has_a_sender_a_subject_or_a_date_at_least_and_may_come_back_without(string mail)
    {
        using var exchange = Exchange.Of("eml", "text: { transform: scan }", "unlisted: drop");
        var sent = exchange.Dispatch(mail);
        Assert.Equal(1, sent.Report.Records);
        Assert.DoesNotContain(":", sent.Text, StringComparison.Ordinal);
        Assert.False(exchange.Return(sent.Masked, sent.Manifest).HasFindings);
    }

    private static string Crlf(string text) => text.ReplaceLineEndings("\r\n");

    private static string Decoded(string raw)
    {
        using var utf8 = new SecureExchange.Masking.Files.HeldBytes();
        Assert.True(SecureExchange.Masking.Records.Mail.HeaderText.TryDecode(Encoding.UTF8.GetBytes(raw), utf8));
        return Encoding.UTF8.GetString(utf8.Written);
    }
}
