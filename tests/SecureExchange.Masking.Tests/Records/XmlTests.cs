using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace SecureExchange.Masking.Tests.Records;

public class XmlTests
{
    private const string Fields = "'@id': { transform: keep }\nname: { transform: tokenise }\nnote: { transform: redact }\nmail[*]: { transform: tokenise }";
    private const string Records = "records: list/person";

    [Theory]
    [InlineData("<list/>")]
    [InlineData("<?xml version=\"1.0\" encoding='UTF-8'?>\r\n<list>\r\n  <person id=\"1\"><name>Ana Lima</name></person>\r\n</list>\r\n")]
    [InlineData("\uFEFF<list><person id='1' ><name>A&amp;B &#233; &lt;x&gt;</name><note/></person ></list>")]
    [InlineData("<list><person><name><![CDATA[<Ana & Bo>]]></name><mail>a@x.org</mail><mail>b@x.org</mail></person><person/></list>")]
    [InlineData("<p:list xmlns:p='urn:p'><p:person id=\"1\" xml:lang='pt'><p:name xmlns='urn:q'>Ana\r\nLima</p:name></p:person></p:list>")]
    [InlineData("<list><person><name>Ana &#x41;\t</name></person>\n<person><name>  </name></person></list>")]
    public void A_document_comes_back_to_the_byte(string file)
    {
        using var exchange = Exchange.Of("xml", Fields.Replace("redact", "tokenise", StringComparison.Ordinal), Records);
        var sent = exchange.RoundTrip(file);
        Assert.DoesNotContain("Ana", sent.Text, StringComparison.Ordinal);
        XDocument.Parse(sent.Text.TrimStart('\uFEFF'));
    }

    [Fact]
    public void Attributes_keep_their_quotes_and_cant_end_early()
    {
        using var exchange = Exchange.Of("xml", "name: { transform: keep }\n'name/@of': { transform: replace, with: 'a\"b<c' }\n'@id': { transform: tokenise }", Records);
        var masked = exchange.Mask("<list><person id='7 &apos;8'><name of=\"x\">Bo</name></person></list>");
        Assert.Equal("a\"b<c", (string?)XDocument.Parse(masked).Root!.Element("person")!.Element("name")!.Attribute("of"));
        Assert.Contains("<name of=\"a&quot;b&lt;c\">Bo</name>", masked, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_between_the_records_is_masked_by_paths_from_the_root()
    {
        using var exchange = Exchange.Of("xml",
            "/list/head/by: { transform: tokenise }\n/list/group[*]/owner: { transform: tokenise }\n/list/group[*]/@no: { transform: keep }\n/list/tail: { transform: redact }\nname: { transform: tokenise }\n'@id': { transform: keep }",
            "records: list/group/person\nrow-key: '@id'");
        const string File = "<list><head><by>Ana</by></head>"
            + "<group no=\"1\"><owner>Bo</owner><person id=\"1\"><name>Cy</name></person><person id=\"2\"><name>Di</name></person></group>"
            + "<group no=\"2\"><owner>Ed</owner><person id=\"3\"><name>Flo</name></person></group></list>";
        var sent = exchange.RoundTrip(File);
        foreach (var name in (string[])["Ana", "Bo", "Cy", "Di", "Ed", "Flo"]) Assert.DoesNotContain($">{name}<", sent.Text, StringComparison.Ordinal);
        Assert.Equal(5, sent.Report.Records); // Three records, and what stands in front of the first of each group.
        Assert.Equal(RecordError.MissingRowKey, exchange.Refused("<list><group no=\"1\"><person><name>Cy</name></person></group></list>").Error);
    }

    [Fact]
    public void Comments_and_instructions_are_taken_out_and_counted_or_refused()
    {
        const string File = "<!--a--><?go on?><list><!--Ana--><person id=\"1\"><name>Bo<!--Cy--></name><note>x</note><!--Di--></person></list><!--z-->";
        using var exchange = Exchange.Of("xml", "'@id': { transform: keep }\nname: { transform: keep }\nnote: { transform: redact }", Records);
        var sent = exchange.Dispatch(File);
        Assert.Equal("<list><person id=\"1\"><name>Bo</name><note>[redacted]</note></person></list>", sent.Text);
        Assert.Equal(["xml.comment-removed 5", "xml.instruction-removed 1"], sent.Report.Format.Select(f => $"{f.Kind} {f.Count}"));
        using var refusing = Exchange.Of("xml", Fields, Records + "\ncomments: refuse");
        Assert.Equal(RecordError.UnlistedField, refusing.Refused(File).Error);
        using var keeping = Exchange.Of("xml", "'@id': { transform: keep }\nname: { transform: tokenise }\nnote: { transform: keep }", Records + "\ncomments: keep");
        keeping.RoundTrip(File);
    }

    [Theory]
    [InlineData("<list a=\"1\"><person id=\"1\" b='2'><x>q<name>Ana</name></x><name>Bo</name>text<y/></person></list>", "<list><person id=\"1\"><name>[redacted]</name></person></list>")]
    [InlineData("<list>\n <z>1</z>\n <person/>\n</list>", "<list>\n \n <person/>\n</list>")]
    public void What_isnt_listed_is_dropped_where_the_profile_says_so(string file, string expected)
    {
        using var exchange = Exchange.Of("xml", "name: { transform: redact }\n'@id': { transform: keep }", Records + "\nunlisted: drop");
        Assert.Equal(expected, exchange.Mask(file));
        Assert.Equal(expected, exchange.Mask(file, piece: 1));
    }

    public static TheoryData<string, RecordError, long> Faults => new()
    {
        { "", RecordError.NotXml, 1 },
        { "<list>", RecordError.NotXml, 1 },
        { "<list></lost>", RecordError.NotXml, 1 },
        { "<list/><list/>", RecordError.NotXml, 1 },
        { "<list/>x", RecordError.NotXml, 1 },
        { "x<list/>", RecordError.NotXml, 1 },
        { "<list><person></list></person>", RecordError.NotXml, 1 },
        { "<list><person/><person><name>a</name></list>", RecordError.NotXml, 2 },
        { "<!DOCTYPE list [<!ENTITY a 'b'>]><list/>", RecordError.DtdRefused, 1 },
        { "<!DOCTYPE list SYSTEM 'http://localhost/x.dtd'><list/>", RecordError.DtdRefused, 1 },
        { "<list><person><name>&a;</name></person></list>", RecordError.NotXml, 1 },
        { "<list><person><name>&#0;</name></person></list>", RecordError.NotXml, 1 },
        { "<list><person><name>a & b</name></person></list>", RecordError.NotXml, 1 },
        { "<list><person><name>a ]]> b</name></person></list>", RecordError.NotXml, 1 },
        { "<list><person id=\"1\" id=\"2\"/></list>", RecordError.NotXml, 1 },
        { "<list><person id=1/></list>", RecordError.NotXml, 1 },
        { "<list><person id=\"<\"/></list>", RecordError.NotXml, 1 },
        { "<list><person id='1'name='2'/></list>", RecordError.NotXml, 1 },
        { "<list><q:person/></list>", RecordError.NotXml, 1 },
        { "<list><!-- a -- b --></list>", RecordError.NotXml, 1 },
        { "<list><?xml version='1.0'?></list>", RecordError.NotXml, 1 },
        { "<?xml version='1.1'?><list/>", RecordError.NotXml, 1 },
        { "<?xml version='1.0' encoding='ISO-8859-1'?><list/>", RecordError.NotXml, 1 },
        { "<list><person><name>\u0001</name></person></list>", RecordError.NotXml, 1 },
        { "<list><person/><person><name>Ana</name><name>Bo</name></person></list>", RecordError.DuplicateKey, 2 },
        { "<list><person><name><b>Ana</b></name></person></list>", RecordError.NotAValue, 1 },
        { "<list><person>Ana</person></list>", RecordError.UnlistedField, 1 },
        { "<list><person><city>Ana</city></person></list>", RecordError.UnlistedField, 1 },
        { "<list><person sex='f'/></list>", RecordError.UnlistedField, 1 },
        { "<list><other/></list>", RecordError.UnlistedField, 1 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_faulty_document_is_refused_with_the_record(string file, RecordError error, long row)
    {
        using var exchange = Exchange.Of("xml", Fields, Records + "\nunlisted: refuse");
        foreach (var piece in (int[])[int.MaxValue, 1, 7])
        {
            var e = exchange.Refused(Encoding.UTF8.GetBytes(file), piece);
            Assert.Equal((error, row), (e.Error, e.Row));
            Assert.DoesNotContain("Ana", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_prefix_of_the_profile_stands_for_a_namespace()
    {
        using var exchange = Exchange.Of("xml", "'q:name': { transform: redact }", Records + "\nnamespaces: { q: 'urn:q' }\nunlisted: drop");
        Assert.Equal("<list><person><z:name xmlns:z=\"urn:q\">[redacted]</z:name></person></list>",
            exchange.Mask("<list><person><name>Ana</name><z:name xmlns:z=\"urn:q\">Bo</z:name></person></list>"));
    }

    [Fact]
    public void Documents_that_were_broken_anywhere_are_refused_or_read_as_the_platform_reads_them()
    {
        using var exchange = Exchange.Of("xml", "name: { transform: keep }\n'name/@a': { transform: keep }\n'@id': { transform: keep }\n/list/x: { transform: keep }", Records + "\ncomments: keep");
        var good = Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?><list xmlns:p='urn:p'><x>&lt;</x><!-- c --><person id=\"1\"><name a='&#65;'>Ana</name></person><person><name><![CDATA[ ]] ]]></name></person></list>");
        var dice = new Dice(3);
        var read = 0;
        for (var round = 0; round < 6000; round++)
        {
            var bytes = (byte[])good.Clone();
            for (var edits = dice.Next(1, 3); edits > 0; edits--) bytes[dice.Next(bytes.Length)] = (byte)"<>/&;'\"=!-?[] apx:"[dice.Next(18)];
            try
            {
                Assert.Equal(bytes, exchange.Dispatch(bytes, dice.Next(1, 40)).Masked);
            }
            catch (RecordException)
            {
                continue;
            }

            read++;
            using var reader = XmlReader.Create(new MemoryStream(bytes), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            while (reader.Read())
            {
            }
        }

        Assert.True(read > 200);
    }

    [Fact]
    public void A_long_document_streams_and_reads_as_the_platform_reads_it()
    {
        using var exchange = Exchange.Of("xml", "name: { transform: tokenise }\n'@id': { transform: keep }", Records);
        var dice = new Dice(8);
        var document = new XElement("list", Enumerable.Range(0, 3000).Select(i => new XElement("person",
            new XAttribute("id", i), new XElement("name", new string([.. Enumerable.Range(0, dice.Next(14)).Select(_ => "aé<&>\"'\n ]"[dice.Next(10)])])))));
        var file = Encoding.UTF8.GetBytes(document.ToString());
        var sent = exchange.Dispatch(file);
        Assert.Equal(3000, sent.Report.Records);
        Assert.Equal(3000, XDocument.Parse(sent.Text).Root!.Elements().Count());
        Assert.Equal(file, exchange.Return(sent.Masked, sent.Manifest).Bytes);
    }

    /// <summary>A reference or a comment in the middle hides nothing from detectors.</summary>
    [Theory]
    [InlineData("ana&#64;example.org")]
    [InlineData("<![CDATA[ana]]>@example.org")]
    [InlineData("an<!-- x -->a@example.org")]
    [InlineData("<![CDATA[c:\\temp\\]]> ana@example.org \\")]
    public void Personal_data_in_a_text_is_found_however_it_is_spelled(string text)
    {
        using var exchange = new Exchange("profile: p\nversion: 1\nformat: xml\nrecords: a/r\nfields:\n  v: { transform: scan }\n");
        var sent = exchange.Dispatch($"<a><r><v>{text}</v></r></a>");
        Assert.Contains("⟦EMAIL_ADDRESS", sent.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", sent.Text, StringComparison.Ordinal);
        Assert.EndsWith("ana@example.org", System.Xml.Linq.XElement.Parse(exchange.Return(sent.Masked, sent.Manifest).Text).Value.TrimEnd('\\', ' '), StringComparison.Ordinal);
    }
}
