using System.Text;
using System.Text.RegularExpressions;
using SecureExchange.Masking.Tests.Files;

namespace SecureExchange.Masking.Tests.Records;

/// <summary>Conditions of attached files: each asks the record of the file that it stands with, and nothing else in the message.</summary>
public sealed class AttachmentConditionTests
{
    private const string Fields = "id: { transform: keep }, state: { transform: keep }, iban: { transform: tokenise, when: [ { if: { field: state, is: public }, transform: keep } ] }";
    private const string Suppress = "suppress: [ { if: { field: state, is: held } } ]";

    /// <summary>A format, how its files are written, a file of it, and what is left of it when values are replaced by <c>#</c>.</summary>
    public static TheoryData<string, string, string, string> Forms => new()
    {
        { "csv", "", "id,state,iban\n1,public,DE1\n2,held,DE2\n3,open,DE3\n4,held,DE4\n5,public,DE5\n", "id,state,iban\n1,public,DE1\n3,open,#\n5,public,DE5\n" },
        { "csv", "", "id,state,iban\n1,held,DE1\n2,held,DE2\n", "id,state,iban\n" },
        { "csv", "container: gzip, ", "id,state,iban\n1,held,DE1\n2,open,DE2\n", "id,state,iban\n2,open,#\n" },
        { "ndjson", "", "{\"id\":1,\"state\":\"held\",\"iban\":\"DE1\"}\n{\"id\":2,\"state\":\"open\",\"iban\":\"DE2\"}\n", "{\"id\":2,\"state\":\"open\",\"iban\":\"#\"}\n" },
        { "json", "records: 'a[*]', ", "{\"a\":[{\"id\":1,\"state\":\"held\",\"iban\":\"DE1\"}, {\"id\":2,\"state\":\"open\",\"iban\":\"DE2\"}]}", "{\"a\":[{\"id\":2,\"state\":\"open\",\"iban\":\"#\"}]}" },
        { "xml", "records: a/b, ", "<a><b><id>1</id><state>held</state><iban>DE1</iban></b><b><id>2</id><state>public</state><iban>DE2</iban></b></a>", "<a><b><id>2</id><state>public</state><iban>DE2</iban></b></a>" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Records_of_attached_files_are_left_out_and_masked_as_their_own_fields_say(string format, string layout, string file, string expected)
    {
        using var exchange = new Exchange(Profile($"a: {{ files: ['*.a'], format: {format}, {layout}{Suppress}, fields: {{ {Fields} }} }}"));
        // Before and behind it are files of the same kind, one within another message: none may be asked by the conditions of one before.
        var part = Part("x.a", layout.Length > 0 && layout[0] == 'c' ? Gzip(file) : Encoding.UTF8.GetBytes(file));
        var sent = exchange.Dispatch(Mail(part, $"Content-Type: message/rfc822\r\n\r\n{Mail(part)}", part));
        var texts = Parts(sent.Text).Select(content => layout.Length > 0 && layout[0] == 'c' ? Gunzip(content) : Encoding.UTF8.GetString(content)).ToList();
        Assert.Equal(3, texts.Count);
        Assert.All(texts, text => Assert.Equal(expected, Regex.Replace(text, "tok_[a-zA-Z0-9_-]+", "#")));
        var held = Regex.Count(file, "held");
        Assert.Equal(3 * held, sent.Report.Suppressed);
        Assert.Equal(2 + (3 * (Regex.Count(file, "DE[0-9]") - held)), sent.Report.Records);
        var back = exchange.Return(sent.Masked, sent.Manifest);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        if (expected.Contains('#', StringComparison.Ordinal))
        {
            Assert.All(Parts(back.Text), content => Assert.DoesNotContain("tok_", layout.Length > 0 && layout[0] == 'c' ? Gunzip(content) : Encoding.UTF8.GetString(content), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Rows_of_an_attached_workbook_are_left_out()
    {
        using var exchange = new Exchange(Profile($"a: {{ files: ['*.xlsx'], format: xlsx, {Suppress}, fields: {{ state: {{ transform: keep }}, iban: {{ transform: tokenise }} }} }}"));
        var book = Book.Make(
            "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\" t=\"s\"><v>3</v></c></row>"
            + "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>4</v></c><c r=\"B3\" t=\"s\"><v>3</v></c></row>",
            ["state", "iban", "held", "DE1", "open"]);
        var sent = exchange.Dispatch(Mail(Part("x.xlsx", book)));
        Assert.Equal((1, 2), (sent.Report.Suppressed, sent.Report.Records));
        Assert.Equal(["A1 text state", "B1 text iban", "A3 text open"], Book.Cells(Parts(sent.Text)[0]).Where(cell => !cell.Contains("tok_", StringComparison.Ordinal)));
        Assert.False(exchange.Return(sent.Masked, sent.Manifest).HasFindings);
    }

    [Fact]
    public void Each_kind_and_the_message_have_conditions_of_their_own()
    {
        using var exchange = new Exchange(Profile(
            "a: { files: ['*.a'], format: csv, suppress: [ { if: { field: n, more-than: 10 } } ], fields: { n: { transform: keep }, x: { transform: keep } } }\n"
            + "  b: { files: ['*.b'], format: csv, suppress: [ { if: { field: x, empty: true } } ], fields: { x: { transform: tokenise, when: [ { if: { field: n, at-most: 10 }, transform: redact } ] }, n: { transform: keep } } }",
            "Subject: { transform: redact, when: [ { if: { field: From, ends-with: '@corp.com' }, transform: keep } ] }"));
        Assert.Equal(["a/n is more than 10", "b/x is empty"], exchange.Profile.LeavesOut);
        Assert.Equal("b/n is at most 10", exchange.Profile.Fields.Single(field => field.Name == "b/x").When[0].Condition);
        var sent = exchange.Dispatch(Mail(Part("1.a", "n,x\n10,\n11,y\n9,z\n"u8.ToArray()), Part("1.b", "n,x\n99,\n8,y\n12,z\n"u8.ToArray())));
        Assert.Equal(2, sent.Report.Suppressed);
        Assert.Contains("Subject: x\r\n", sent.Text, StringComparison.Ordinal);
        Assert.Equal("n,x\n10,\n9,z\n", Encoding.UTF8.GetString(Parts(sent.Text)[0]));
        Assert.Matches("^n,x\n8,\\[redacted\\]\n12,tok_\\S+\n$", Encoding.UTF8.GetString(Parts(sent.Text)[1]));
        var back = exchange.Return(sent.Masked, sent.Manifest);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        Assert.Equal("n,x\n8,[redacted]\n12,z\n", Encoding.UTF8.GetString(Parts(back.Text)[1]));

        // By what decides a case the value turns back: who changes that is found, as in a file by itself.
        var parts = Parts(sent.Text);
        Assert.False(exchange.Return(Mail(Part("1.a", parts[0]), Part("2.b", parts[1])), sent.Manifest).HasFindings);
        var changed = Mail(Part("1.a", parts[0]), Part("2.b", Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(parts[1]).Replace("\n12,", "\n13,", StringComparison.Ordinal))));
        Assert.True(exchange.Return(changed, sent.Manifest).HasFindings);
    }

    [Fact]
    public void A_value_that_a_condition_cannot_compare_refuses_the_message_with_its_row_and_field()
    {
        using var exchange = new Exchange(Profile("a: { files: ['*.a'], format: csv, suppress: [ { if: { field: n, more-than: 10 } } ], fields: { n: { transform: keep } } }"));
        var fault = exchange.Refused(Mail(Part("1.a", "n\n1\nmany\n"u8.ToArray())));
        Assert.Equal((RecordError.NotANumber, 3L, "a/n"), (fault.Error, fault.Row, fault.Field));
    }

    [Fact]
    public void Audiences_that_only_an_attached_file_names_are_known()
    {
        using var exchange = new Exchange(Profile("a: { files: ['*.a'], format: csv, suppress: [ { if: { field: n, is: '2' }, audiences: ['@offshore'] } ], fields: { n: { transform: keep } } }"));
        using var offshore = exchange.For("@offshore");
        var mail = Mail(Part("1.a", "n\n1\n2\n"u8.ToArray()));
        Assert.Equal((0, 1), (exchange.Dispatch(mail).Report.Suppressed, offshore.Dispatch(mail).Report.Suppressed));
        Assert.Equal("n\n1\n", Encoding.UTF8.GetString(Parts(offshore.Dispatch(mail).Text)[0]));
    }

    private static string Profile(string kinds, string subject = "Subject: { transform: keep }") =>
        $"profile: p\nversion: 1\nformat: eml\nfields:\n  From: {{ transform: keep }}\n  {subject}\nattachments:\n  {kinds}\n";

    private static string Mail(params string[] parts) =>
        "From: ana@corp.com\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=\"next\"\r\n\r\n" + string.Concat(parts.Select(part => $"--next\r\n{part.Replace("--next", "--inner", StringComparison.Ordinal).Replace("\"next\"", "\"inner\"", StringComparison.Ordinal)}\r\n")) + "--next--\r\n";

    private static string Part(string file, byte[] content) =>
        $"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{file}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(content)}\r\n";

    /// <summary>What is attached, also in messages within the message.</summary>
    private static List<byte[]> Parts(string mail) =>
        [.. Regex.Matches(mail, "Transfer-Encoding: base64\r\n\r\n([A-Za-z0-9+/=\r\n]*)").Select(part => Convert.FromBase64String(part.Groups[1].Value))];

    private static byte[] Gzip(string content)
    {
        using var file = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(content));
        return file.ToArray();
    }

    private static string Gunzip(byte[] content)
    {
        using var gzip = new System.IO.Compression.GZipStream(new MemoryStream(content), System.IO.Compression.CompressionMode.Decompress);
        return new StreamReader(gzip).ReadToEnd();
    }
}
