using System.Buffers;
using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Tests.Files;

namespace SecureExchange.Masking.Tests.Profiles;

/// <summary>Records that are left out: in every format as if they had never been in the file.</summary>
public class SuppressTests
{
    private const string Suppress = "suppress: [ { if: { field: s, is: x } } ]";
    private const string Fields = "k: { transform: keep }\ns: { transform: redact }\na: { transform: tokenise }";

    public static TheoryData<string, string, string, string> Forms => new()
    {
        { "csv", "k,s,a\r\n1,x,Ana\r\n2,y,Bo\r\n3,x,\"C\r\ny\"\r\n4,,Di\r\n5,x,Ed", "k,s,a\r\n2,y,Bo\r\n4,,Di\r\n", "" },
        { "csv", "k,s,a\n1,x,Ana\n2,x,Bo\n", "k,s,a\n", "" },
        { "ndjson", "{\"k\":1,\"s\":\"x\",\"a\":\"Ana\"}\n{\"k\":2,\"s\":\"y\",\"a\":\"Bo\"}\n\n{\"k\":3,\"s\":\"\\u0078\",\"a\":\"Cy\"}", "{\"k\":2,\"s\":\"y\",\"a\":\"Bo\"}\n\n", "" },
        { "json", "{\"r\": [ {\"k\":1,\"s\":\"x\",\"a\":\"Ana\"} , {\"k\":2,\"a\":\"Bo\"},\n{\"k\":3,\"s\":\"x\",\"a\":\"Cy\"}, {\"k\":4,\"a\":\"Di\"}]}", "{\"r\": [ {\"k\":2,\"a\":\"Bo\"}, {\"k\":4,\"a\":\"Di\"}]}", "records: 'r[*]'" },
        { "json", "[{\"k\":1,\"a\":\"Ana\"},{\"k\":2,\"s\":\"x\",\"a\":\"Bo\"}\n]", "[{\"k\":1,\"a\":\"Ana\"}\n]", "records: '[*]'" },
        { "json", "[{\"k\":1,\"s\":\"x\",\"a\":\"Ana\"},{\"k\":2,\"s\":\"x\",\"a\":\"Bo\"}]", "[]", "records: '[*]'" },
        { "xml", "<b><r><k>1</k><s>x</s><a>Ana</a></r>\n<r><k>2</k><a>Bo</a></r><r><k>3</k><s><![CDATA[x]]></s><a>C</a></r></b>", "<b>\n<r><k>2</k><a>Bo</a></r></b>", "records: b/r" },
        { "fixed-width", "1xAna       \n2 Bo        \n3xCy        \n", "2 Bo        \n", "layout:\n  k: { length: 1 }\n  s: { length: 1 }\n  a: { length: 10 }" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void What_is_left_out_leaves_nothing_behind_and_needn_t_come_back(string format, string file, string left, string top)
    {
        var fields = format == "fixed-width" ? Fields.Replace("tokenise", "keep", StringComparison.Ordinal) : Fields;
        using var exchange = Exchange.Of(format, fields.Replace("redact", "keep", StringComparison.Ordinal), $"{Suppress}\n{top}");
        using var all = Exchange.Of(format, fields.Replace("redact", "keep", StringComparison.Ordinal), top);
        foreach (var piece in (int[])[int.MaxValue, 1, 7])
        {
            var sent = exchange.Dispatch(Encoding.UTF8.GetBytes(file), piece);
            var expected = all.Dispatch(left);
            Assert.Equal(expected.Text, sent.Text);
            Assert.Equal(expected.Report.Records, sent.Report.Records);
            Assert.Equal(all.Dispatch(file).Report.Records, sent.Report.Records + sent.Report.Suppressed);
            var back = exchange.Return(sent.Masked, sent.Manifest);
            Assert.False(back.HasFindings, string.Join('\n', back.Lines));
            Assert.Equal(left, back.Text);
        }
    }

    [Fact]
    public void One_that_comes_back_all_the_same_is_a_finding()
    {
        using var exchange = Exchange.Csv(Fields, $"{Suppress}\nrow-key: k");
        using var all = Exchange.Csv(Fields, "row-key: k");
        var sent = exchange.Dispatch("k,s,a\n1,x,Ana\n2,y,Bo\n3,y,Cy\n");
        var whole = all.Dispatch("k,s,a\n1,x,Ana\n2,y,Bo\n3,y,Cy\n");
        Assert.True(exchange.Return(whole.Text, sent.Manifest).HasFindings);
        // Row numbers are those of what was sent.
        var short_ = string.Join('\n', sent.Text.Split('\n').Where(row => row.Length == 0 || row[0] != '3'));
        Assert.Equal(["2 MissingRow - (sent 2)"], exchange.Return(short_, sent.Manifest).Lines);
    }

    [Fact]
    public void Subjects_risk_and_row_numbers_are_right_behind_what_is_left_out()
    {
        using var exchange = Exchange.Csv(
            "k: { transform: keep }\ns: { transform: drop }\nwho: { transform: tokenise }\nday: { transform: shift-date, subject: who, max-days: 30 }\nn: { transform: round, to: 10, when: [ { if: { field: k, is: '9' }, transform: redact } ] }",
            "suppress: [ { if: { field: s, is: x } } ]\nrisk: { quasi-identifiers: [n], search-kept-fields: true }\ngates: { min-k: 2 }");
        var rows = string.Concat(Enumerable.Range(1, 20).Select(i => $"{i},{(i % 3 == 0 ? "x" : "y")},P{i},2026-01-{i:00},{i / 10 * 10}\n"));
        var sent = exchange.Dispatch("k,s,who,day,n\n" + rows);
        Assert.Equal((14, 6), (sent.Report.Records, sent.Report.Suppressed));
        Assert.Equal(14, sent.Report.Risk!.Records);
        Assert.Equal(14, sent.Report.Fields[2].Count);
        var back = exchange.Return(sent.Text, sent.Manifest);
        Assert.Equal("k,who,day,n\n" + string.Concat(rows.Split('\n').Where(row => row.Contains(",y,", StringComparison.Ordinal)).Select(row => row.Replace(",y,", ",", StringComparison.Ordinal) + "\n")), back.Text);
        var fault = exchange.Refused("k,s,who,day,n\n1,x,P,2026-01-01,1\n2,y,P,2026-01-01,1\n3,y,P,never,1\n");
        Assert.Equal(3, fault.Row);
        Assert.Contains("row 3", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_value_in_a_record_that_isn_t_sent_refuses_nothing()
    {
        using var exchange = Exchange.Csv("s: { transform: keep }\na: { transform: fpe, alphabet: digits }", Suppress);
        Assert.Equal("s,a\n", exchange.Mask("s,a\nx,none\n"));
        Assert.Equal(RecordError.ForeignCharacter, exchange.Refused("s,a\ny,none\n").Error);
    }

    [Fact]
    public void Only_the_audience_that_is_named_goes_without()
    {
        using var exchange = Exchange.Csv("s: { transform: keep }", "suppress: [ { if: { field: s, is: x }, audiences: ['@offshore', vendor.admin] } ]");
        Assert.Equal("s\nx\n", exchange.Mask("s\nx\n"));
        Assert.Equal("s\nx\n", exchange.For("vendor.agent@onshore").Mask("s\nx\n"));
        Assert.Equal("s\n", exchange.For("vendor.agent@offshore").Mask("s\nx\n"));
        Assert.Equal("s\n", exchange.For("vendor.admin@onshore").Mask("s\nx\n"));
        Assert.Contains(exchange.Profile.Audiences, audience => audience.ToString() == "vendor.admin@offshore");
        Assert.Equal(["s is x"], exchange.Profile.For(new Audience(null, "offshore")).LeavesOut);
    }

    [Fact]
    public void Messages_and_workbook_rows_go_whole()
    {
        using var hl7 = Exchange.Of("hl7", "MSH: { transform: keep }\nMSH-10: { transform: keep }\nPID-8: { transform: keep }\nPID-5: { transform: tokenise }", "row-key: MSH-10\nsuppress: [ { if: { field: PID-8, is: F } } ]");
        const string Messages = "MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\rPID|||||Lima||||\rMSH|^~\\&|A|B|C|D|20260101||ADT^A01|2|P|2.5\rPID|||||Diaz|||F|\r";
        var sent = hl7.Dispatch(Messages);
        Assert.Equal((1, 1), (sent.Report.Records, sent.Report.Suppressed));
        Assert.Equal(Messages[..Messages.LastIndexOf("MSH", StringComparison.Ordinal)], hl7.Return(sent.Text, sent.Manifest).Text);
        using var xlsx = Exchange.Of("xlsx", "s: { transform: keep }\na: { transform: tokenise }", "suppress: [ { if: { field: s, is: x } } ]");
        var file = Book.Make(
            "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\" t=\"s\"><v>3</v></c></row>"
            + "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>4</v></c><c r=\"B3\" t=\"s\"><v>5</v></c></row>",
            ["s", "a", "x", "Lima", "y", "Diaz"]);
        var book = xlsx.Dispatch(file);
        Assert.Equal((1, 1), (book.Report.Records, book.Report.Suppressed));
        Assert.Equal(["A1 text s", "B1 text a", "A3 text y", "B3 text Diaz"], Book.Cells(xlsx.Return(book.Masked, book.Manifest).Bytes));
    }

    [Fact]
    public void A_record_by_itself_is_taken_and_not_written()
    {
        using var exchange = Exchange.Ndjson(Fields, Suppress);
        using var masker = exchange.NewMasker();
        var (masked, manifest) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        Assert.True(masker.TryMaskRecord("{\"k\":1,\"s\":\"x\"}"u8, masked, manifest, out _));
        Assert.Equal(0, masked.WrittenCount);
        Assert.True(masker.TryMaskRecord("{\"k\":2,\"s\":\"y\"}"u8, masked, manifest, out _));
        Assert.Equal("{\"k\":2,\"s\":\"[redacted]\"}\n", Encoding.UTF8.GetString(masked.WrittenSpan));
        Assert.Equal((1, 1), (masker.Report.Records, masker.Report.Suppressed));
    }

    [Theory]
    [InlineData("x12", "records: CLM", "ISA")]
    [InlineData("json", "", "k")]
    public void Where_records_can_t_be_left_out_the_profile_is_refused(string format, string top, string field) =>
        Assert.Equal(ProfileError.WrongValue, Assert.Throws<ProfileException>(() => Exchange.Of(format, $"{field}: {{ transform: keep }}", $"suppress: [ {{ if: {{ field: {field}, is: x }} }} ]\n{top}")).Error);
}
