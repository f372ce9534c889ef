using System.IO.Compression;
using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Tests.Files;

namespace SecureExchange.Masking.Tests.Records;

public class AttachmentTests
{
    private const string Profile = """
        profile: test
        version: 1
        format: eml
        unlisted: drop
        fields:
          From: { transform: tokenise }
          Subject: { transform: scan }
          text: { transform: scan }
        attachments:
          claims:
            files: ['claims*.csv']
            format: csv
            fields:
              id: { transform: keep }
              iban: { transform: tokenise }
          notes:
            media: [text/csv]
            format: csv
            encoding: windows-1252
            delimiter: semicolon
            fields:
              iban: { transform: tokenise }
          events:
            media: [application/json]
            format: json
            records: 'all[*]'
            fields:
              who: { transform: tokenise }
          book:
            files: ['*.xlsx']
            format: xlsx
            fields:
              id: { transform: keep }
              name: { transform: tokenise }
          packed:
            files: ['*.zip']
            format: ndjson
            container: zip
            entries: ['day/*.ndjson']
            fields:
              who: { transform: tokenise }
          forwarded:
            files: ['*.eml']
            format: eml
        """;

    private const string Claims = "id,iban\r\n1,DE89370400440532013000\r\n2,GB29NWBK60161331926819\r\n";

    [Theory]
    [InlineData("base64", 76)]
    [InlineData("base64", 60)]
    [InlineData("quoted-printable", 0)]
    [InlineData("7bit", 0)]
    [InlineData("binary", 0)]
    public void An_attached_table_is_masked_and_comes_back_to_the_byte(string transfer, int width)
    {
        using var exchange = new Exchange(Profile);
        var body = transfer == "base64" ? Base64(Encoding.UTF8.GetBytes(Claims), width) : Claims;
        var sent = exchange.RoundTrip(Mail($"Content-Disposition: attachment; filename=\"claims1.csv\"\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n{body}"));
        var table = Attached(sent.Text, transfer);
        Assert.Matches("^id,iban\r\n1,tok_\\S+\r\n2,tok_\\S+\r\n$", table);
        Assert.Equal(3, sent.Report.Records);
        Assert.Equal(2, sent.Report.Fields.Single(field => field.Name == "claims/iban").Count);
        Assert.All(sent.Text.Split("\r\n"), line => Assert.True(transfer != "base64" || !line.Contains("aWQs", StringComparison.Ordinal) || line.Length == width));
    }

    [Fact]
    public void Each_kind_of_file_goes_through_its_own_layers()
    {
        using var exchange = new Exchange(Profile);
        var mail = Mail(
            Part("text/csv; charset=iso-8859-1", null, Encoding.Latin1.GetBytes("iban\r\nGrün\r\n")),
            Part("application/json", null, "{\"all\":[{\"who\":\"Ana Lima\"}]}"u8.ToArray()),
            Part("application/octet-stream", "ana.zip", Zip("day/ana.ndjson", "{\"who\":\"Bo Berg\"}\n")),
            Part("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "ana.xlsx", Book.Make(
                "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\" t=\"s\"><v>3</v></c></row>",
                ["id", "name", "7", "Cy Dahl"])));
        var sent = exchange.Dispatch(mail);
        foreach (var secret in (string[])["Ana Lima", "Bo Berg", "Cy Dahl", "ana.", "Grün"]) Assert.False(Contains(sent, secret), secret);
        Assert.Equal(5, sent.Report.Records);
        Assert.Equal(
            ["1 From", "1 notes/iban", "1 events/who", "1 book/name", "1 packed/who"],
            sent.Report.Fields.Where(field => field.Count > 0 && field.Transform == "tokenise").Select(field => $"{field.Count} {field.Name}"));
        Assert.Contains("filename=\"3.zip\"", sent.Text, StringComparison.Ordinal);
        Assert.Contains("2 eml.file-name-replaced", sent.Report.Format.Select(f => $"{f.Count} {f.Kind}"));
        var back = exchange.Return(sent.Masked, sent.Manifest);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        Assert.Contains(Base64("{\"all\":[{\"who\":\"Ana Lima\"}]}"u8.ToArray(), 76).TrimEnd(), back.Text, StringComparison.Ordinal);
        Assert.Equal("{\"who\":\"Bo Berg\"}\n", Unzip(Part(back.Text, 3))["day/1.ndjson"]);
        Assert.Contains("Cy Dahl", string.Concat(Book.Cells(Part(back.Text, 4))), StringComparison.Ordinal);
    }

    /// <summary>One codec reads all files of a kind: none may see what the one before left behind.</summary>
    [Theory]
    [InlineData("csv", "", "name", "name\r\nAna Lima\r\n", 1)]
    [InlineData("csv", "container: gzip, ", "name", "name\nAna Lima\n", 1)]
    [InlineData("ndjson", "", "name", "{\"name\":\"Ana Lima\"}\n", 1)]
    [InlineData("json", "records: 'a[*]', ", "name", "\uFEFF{\"a\":[{\"name\":\"Ana Lima\"}]}", 1)]
    [InlineData("xml", "records: a/b, ", "name", "<?xml version=\"1.0\"?>\n<a><b><name>Ana Lima</name></b></a>\n", 1)]
    [InlineData("xml", "encoding: utf-16, records: a/b, ", "name", "\uFEFF<a><b><name>Ana Lima</name></b></a>", 1)]
    [InlineData("text", "records: paragraph, ", "text", "\uFEFFAna Lima\n\nBo Berg\n", 2)]
    [InlineData("hl7", "", "MSH-4", "MSH|^~\\&|A|Ana Lima\r", 1)]
    [InlineData("x12", "records: NTE, ", "NTE-02", "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260101*0800*^*00501*000000001*0*P*:~NTE*ADD*Ana Lima~", 1)]
    [InlineData("fixed-width", "layout: { name: { length: 80 } }, ", "name", "\uFEFFAna Lima                                                                        \r\n", 1)]
    public void Several_files_of_one_kind_are_read_one_after_the_other(string format, string layout, string field, string content, int records)
    {
        var others = format switch { "hl7" => "MSH: { transform: keep }, ", "x12" => "ISA: { transform: keep }, NTE: { transform: keep }, ", _ => "" };
        using var exchange = new Exchange(
            $"profile: p\nversion: 1\nformat: eml\nfields: {{ From: {{ transform: keep }}, Subject: {{ transform: keep }} }}\nattachments: {{ a: {{ media: [x/y], format: {format}, {layout}fields: {{ {others}{field}: {{ transform: tokenise }} }} }} }}");
        var file = layout.Contains("utf-16", StringComparison.Ordinal) ? Encoding.Unicode.GetBytes(content) : Encoding.UTF8.GetBytes(content);
        var isPacked = layout.Contains("gzip", StringComparison.Ordinal);
        var part = Part("x/y", null, isPacked ? Gzip(file) : file);
        var mail = Mail(part, $"Content-Type: message/rfc822\r\n\r\n{Mail(part)}", part);
        var sent = exchange.Dispatch(mail);
        Assert.Equal(2 + (3 * records), sent.Report.Records);
        Assert.Equal(3 * records, sent.Report.Fields.Single(one => one.Name == $"a/{field}").Count);
        var back = exchange.Return(sent.Masked, sent.Manifest);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        if (!isPacked) Assert.Equal(mail, back.Text); // What is packed anew is the same content in other bytes.
    }

    [Fact]
    public void A_message_in_a_message_is_a_record_of_its_own_with_its_attachments()
    {
        using var exchange = new Exchange(Profile);
        var inner = Mail(Part("text/csv", "claims1.csv", Encoding.UTF8.GetBytes(Claims)));
        var sent = exchange.RoundTrip(Mail($"Content-Type: message/rfc822\r\n\r\n{inner}", Part("application/octet-stream", "2.eml", Encoding.UTF8.GetBytes(inner))));
        Assert.Equal(7, sent.Report.Records);
        Assert.Equal(3, sent.Report.Fields.Single(field => field.Name == "From").Count);
        Assert.Equal(4, sent.Report.Fields.Single(field => field.Name == "claims/iban").Count);
    }

    [Fact]
    public void A_token_that_was_moved_within_an_attachment_or_out_of_it_is_found()
    {
        using var exchange = new Exchange(Profile);
        var sent = exchange.Dispatch(Mail($"Content-Disposition: attachment; filename=claims1.csv\r\n\r\n{Claims}"));
        var tokens = System.Text.RegularExpressions.Regex.Matches(sent.Text, "tok_\\w+").Select(match => match.Value).ToArray();
        Assert.Equal(3, tokens.Length);
        foreach (var (one, other) in ((int, int)[])[(1, 2), (0, 1)])
        {
            var swapped = sent.Text.Replace(tokens[one], "\0", StringComparison.Ordinal).Replace(tokens[other], tokens[one], StringComparison.Ordinal).Replace("\0", tokens[other], StringComparison.Ordinal);
            Assert.True(exchange.Return(swapped, sent.Manifest).HasFindings);
        }

        var shorter = sent.Text.Replace($"2,{tokens[2]}\r\n", "", StringComparison.Ordinal);
        Assert.Equal(["3 MissingRow - (sent 3)"], exchange.Return(shorter, sent.Manifest).Lines);
    }

    [Theory]
    [InlineData("Content-Disposition: attachment; filename=\"claims-ana.csv\"", "filename=\"claims1.csv\"")]
    [InlineData("Content-Disposition: attachment; filename*=utf-8''claims%2Dana.csv; size=3", "; filename=\"claims1.csv\"; size=3")]
    [InlineData("Content-Disposition: attachment; filename*0=claims; filename*1=-ana.csv", "; filename=\"claims1.csv\"\r\n")]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-8?Q?claims=2Dana=2Ecsv?=\"", "filename=\"claims1.csv\"")]
    [InlineData("Content-Disposition: attachment; filename=CLAIMS-ANA.CSV", "filename=\"claims1.csv\"")]
    [InlineData("Content-Disposition: attachment; filename=claims1.csv; filename=claims-ana.csv", "filename=claims1.csv\r\n")]
    [InlineData("Content-Disposition: attachment; filename=\"claims1.csv\"; x=\"a\\\"; b\"; filename=\"claims-ana.csv\"", "filename=\"claims1.csv\"\r\n")]
    [InlineData("Content-Disposition: attachment (from Ana); filename=claims1.csv (of (Ana))", "attachment ; filename=claims1.csv \r\n")]
    [InlineData("Content-Disposition: attachment; filename=claims1.csv\r\nContent-Type: text/plain; name=ana.txt", "name=\"claims1.csv\"")]
    public void A_name_that_the_profile_does_not_spell_out_is_not_passed_on(string headers, string expected)
    {
        using var exchange = new Exchange(Profile);
        var sent = exchange.Dispatch(Mail($"{headers}\r\n\r\n{Claims}"));
        Assert.DoesNotContain("ana", sent.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(expected, sent.Text, StringComparison.Ordinal);
        Assert.False(exchange.Return(sent.Masked, sent.Manifest).HasFindings);
    }

    [Theory]
    [InlineData("Content-Disposition: attachment; filename=claims.csv\r\n\r\nid,other\r\n1,2\r\n", RecordError.UnlistedField)]
    [InlineData("Content-Disposition: attachment; filename=claims.csv\r\nContent-Transfer-Encoding: base64\r\n\r\n!!", RecordError.NotInEncoding)]
    [InlineData("Content-Disposition: attachment; filename=claims.csv\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nx", RecordError.NotInEncoding)]
    [InlineData("Content-Type: text/csv; charset=utf-8\r\n\r\niban\r\nx\r\n", RecordError.NotInEncoding)]
    [InlineData("Content-Type: application/json\r\n\r\nnot json", RecordError.NotJson)]
    [InlineData("Content-Disposition: attachment; filename=x.zip\r\n\r\nPK", RecordError.ContainerDamaged)]
    [InlineData("Content-Disposition: attachment; filename=x.eml\r\n\r\n\tno message", RecordError.NotAMessage)]
    public void What_is_not_as_its_kind_says_is_not_passed_on(string part, RecordError error)
    {
        using var exchange = new Exchange(Profile);
        var fault = exchange.Refused(Mail(part));
        Assert.Equal(error, fault.Error);
        using var refusing = new Exchange(Profile.Replace("unlisted: drop\n", "", StringComparison.Ordinal));
        Assert.Throws<RecordException>(() => refusing.Dispatch(Mail(part)));
    }

    [Fact]
    public void A_file_of_no_kind_refuses_the_message_or_is_left_out()
    {
        const string Mail = "Subject: x\r\nContent-Type: application/pdf\r\n\r\nAna Lima\r\n";
        using var refusing = new Exchange(Profile.Replace("unlisted: drop\n", "", StringComparison.Ordinal));
        Assert.Equal(RecordError.EntryRefused, refusing.Refused(Mail).Error);
        using var dropping = new Exchange(Profile);
        var sent = dropping.Dispatch(Mail);
        Assert.DoesNotContain("Ana", sent.Text, StringComparison.Ordinal);
        Assert.Equal(["1 eml.part-removed"], sent.Report.Format.Select(f => $"{f.Count} {f.Kind}"));
    }

    [Fact]
    public void A_fault_says_in_which_attachment_it_is()
    {
        using var exchange = new Exchange(Profile);
        var fault = exchange.Refused(Mail("Content-Disposition: attachment; filename=claims.csv\r\n\r\nid,iban\r\n1\r\n"));
        Assert.StartsWith("attachment claims: row 2", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, fault.Row);
    }

    [Fact]
    public void Characters_that_came_in_a_part_of_seven_bits_come_back_all_the_same()
    {
        using var exchange = new Exchange(Profile);
        exchange.RoundTrip(Encoding.UTF8.GetBytes(Mail("Content-Disposition: attachment; filename=claims1.csv\r\n\r\nid,iban\r\n1,José\r\n")));
    }

    [Fact]
    public void What_all_attachments_unpack_to_has_one_limit_and_nesting_has_an_end()
    {
        using var exchange = new Exchange(Profile);
        var bomb = Zip("day/1.ndjson", new string('\n', 8 << 20));
        Assert.Equal(RecordError.ContainerTooLarge, exchange.Refused(Mail([.. Enumerable.Range(1, 8).Select(n => Part("application/zip", $"{n}.zip", bomb))])).Error);
        var mail = "Subject: x\r\n\r\nx\r\n";
        for (var n = 0; n < 10; n++) mail = Mail(Part("application/octet-stream", "1.eml", Encoding.UTF8.GetBytes(mail)));
        Assert.Equal(RecordError.TooDeep, exchange.Refused(mail).Error);
        var parts = string.Concat(Enumerable.Repeat("--b\r\n\r\nx\r\n", 300));
        var many = $"Content-Type: message/rfc822\r\n\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n";
        Assert.Equal(RecordError.ContainerTooLarge, exchange.Refused(Mail(many, many, many, many)).Error);
    }

    [Fact]
    public void Dates_in_an_attachment_are_shifted_by_its_own_subject()
    {
        using var exchange = new Exchange(Profile.Replace("      id: { transform: keep }\n      iban: { transform: tokenise }\n  notes", "      id: { transform: keep }\n      iban: { transform: shift-date, subject: id, max-days: 90 }\n  notes", StringComparison.Ordinal));
        var sent = exchange.RoundTrip(Mail("Content-Disposition: attachment; filename=claims1.csv\r\n\r\nid,iban\r\n1,2026-01-31\r\n1,2026-02-01\r\n2,2026-01-31\r\n"));
        Assert.DoesNotContain("1,2026-01-31", sent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_audience_of_an_attachment_s_field_is_one_of_the_profile_s()
    {
        var profile = MaskingProfile.Parse(Encoding.UTF8.GetBytes(Profile.Replace(
            "      iban: { transform: tokenise }\n  notes", "      iban: { transform: tokenise, audiences: { '@onshore': { transform: keep } } }\n  notes", StringComparison.Ordinal)));
        Assert.Contains(new Audience(null, "onshore"), profile.Audiences);
        Assert.Equal("keep", profile.For(new Audience(null, "onshore")).Fields.Single(field => field.Name == "claims/iban").Transform);
        var change = Assert.Single(ProfileDiff.Between(profile, profile.For(new Audience(null, "onshore"))));
        Assert.Equal(("claims/iban", true), (change.Field, change.IsGain));
    }

    [Theory]
    [InlineData("row-key: From", ProfileError.WrongValue)]
    [InlineData("risk: { quasi-identifiers: [claims/id, notes/iban] }", ProfileError.WrongValue)]
    [InlineData("suppress: [ { if: { field: Subject, is: x } } ]", ProfileError.WrongValue)]
    public void Records_of_several_kinds_have_no_rule_that_needs_one_kind(string top, ProfileError error)
    {
        var fault = Assert.Throws<ProfileException>(() => MaskingProfile.Parse(Encoding.UTF8.GetBytes(Profile.Replace("unlisted: drop", top, StringComparison.Ordinal))));
        Assert.Equal(error, fault.Error);
    }

    [Fact]
    public void Damaged_attachments_never_end_in_anything_but_a_refusal()
    {
        using var exchange = new Exchange(Profile);
        var mail = Encoding.UTF8.GetBytes(Mail(
            $"Content-Disposition: attachment; filename*=utf-8''claims%2Dana.csv\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{Claims}",
            Part("application/zip", "1.zip", Zip("day/1.ndjson", "{\"who\":\"a\"}\n")),
            Part("application/octet-stream", "1.eml", Encoding.UTF8.GetBytes("Subject: x\r\n\r\ny\r\n"))));
        var dice = new Dice(8);
        for (var n = 0; n < 600; n++)
        {
            var altered = mail.ToArray();
            for (var k = dice.Next(4); k >= 0; k--) altered[dice.Next(altered.Length)] = (byte)dice.Next(256);
            try
            {
                exchange.Dispatch(altered.AsSpan(0, n % 3 > 0 ? altered.Length : dice.Next(altered.Length + 1)).ToArray());
            }
            catch (RecordException)
            {
                // The only thing that it may throw.
            }
        }
    }

    private static string Mail(params string[] parts) =>
        "From: ana@corp.com\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=\"next\"\r\n\r\n" + string.Concat(parts.Select(part => $"--next\r\n{part.Replace("--next", "--inner", StringComparison.Ordinal).Replace("\"next\"", "\"inner\"", StringComparison.Ordinal)}\r\n")) + "--next--\r\n";

    private static string Part(string media, string? file, byte[] content) =>
        $"Content-Type: {media}\r\n{(file is null ? "" : $"Content-Disposition: attachment; filename=\"{file}\"\r\n")}Content-Transfer-Encoding: base64\r\n\r\n{Base64(content, 76)}";

    private static string Base64(byte[] content, int width) => string.Concat(Convert.ToBase64String(content).Chunk(width).Select(line => new string(line) + "\r\n"));

    private static bool Contains(Dispatched sent, string text) =>
        Enumerable.Range(0, 5).Any(n => Encoding.UTF8.GetString(Part(sent.Text, n)).Contains(text, StringComparison.Ordinal)) || sent.Text.Contains(text, StringComparison.Ordinal);

    /// <summary>The decoded content of a part, counted from 1; 0: the message itself.</summary>
    private static byte[] Part(string mail, int number)
    {
        var part = mail.Split("--next")[number];
        return number == 0 ? Encoding.UTF8.GetBytes(part) : Convert.FromBase64String(part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }

    private static string Attached(string mail, string transfer)
    {
        var part = mail.Split("--next")[1];
        var body = part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..^2];
        return transfer switch
        {
            "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(body)),
            "quoted-printable" => body.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal),
            _ => body,
        };
    }

    private static byte[] Zip(string name, string content)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry(name).Open();
            entry.Write(Encoding.UTF8.GetBytes(content));
        }

        return file.ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
        return file.ToArray();
    }

    private static Dictionary<string, string> Unzip(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        return archive.Entries.ToDictionary(entry => entry.FullName, entry => new StreamReader(entry.Open()).ReadToEnd());
    }
}
