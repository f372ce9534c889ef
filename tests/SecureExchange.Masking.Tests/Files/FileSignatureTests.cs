using System.Text;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Files;

/// <summary>The wrong file is sent sooner or later: who sent it is told what it is, as far as its bytes tell.</summary>
public sealed class FileSignatureTests
{
    private static readonly string[] s_formats = ["csv", "ndjson", "json\nrecords: '[*]'", "xml", "hl7", "x12\nrecords: CLM", "text", "fixed-width\nlayout: { a: { length: 9 } }"];

    public static TheoryData<string, string, string> Files => new()
    {
        { "255044462d312e370a25e2e3cfd30a312030206f626a0a", "", "a PDF document" },
        { "89504e470d0a1a0a0000000d49484452", "", "a picture" },
        { "ffd8ffe000104a464946", "", "a picture" },
        { "474946383961100010", "", "a picture" },
        { "49492a0008000000", "", "a picture" },
        { "d0cf11e0a1b11ae10000", "", "older Office" },
        { "1f8b0800000000000003", "", "container: gzip" },
        { "504b030414000000", "", "container: zip" },
        { "377abcaf271c", "", "7z archive" },
        { "28b52ffd0458", "", "Zstandard" },
        { "", "SQLite format 3\0x", "SQLite" },
        { "", "{\\rtf1\\ansi Ana}", "RTF" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_of_a_known_kind_is_called_by_its_name_in_every_format_of_text(string hex, string text, string expected)
    {
        byte[] file = [.. Convert.FromHexString(hex), .. Encoding.UTF8.GetBytes(text)];
        Assert.All(s_formats, format =>
        {
            using var exchange = Exchange.Of(format, FieldsOf(format));
            foreach (var piece in (int[])[int.MaxValue, 1])
            {
                var fault = exchange.Refused(file, piece);
                Assert.Contains($"the file is no text as the profile has it, but ", fault.Message, StringComparison.Ordinal);
                Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
                Assert.Equal(RecordError.NotUtf8, fault.Error);
            }
        });
    }

    [Fact]
    public void What_the_gateway_takes_in_a_container_is_looked_at_inside()
    {
        using var exchange = Exchange.Of("csv", "a: { transform: keep }", "container: gzip");
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)) gzip.Write("%PDF-1.7\n"u8);
        Assert.Contains("a PDF document", exchange.Refused(packed.ToArray()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Text_in_UTF_16_is_told_so(bool bigEndian)
    {
        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: true);
        const string Text = "a,b\nAna Lima,2\n";
        Assert.All((byte[][])[[.. encoding.GetPreamble(), .. encoding.GetBytes(Text)], encoding.GetBytes(Text)], file =>
        {
            using var exchange = Exchange.Of("csv", "a: { transform: keep }");
            var fault = exchange.Refused(file);
            Assert.Equal(RecordError.NulByte, fault.Error);
            Assert.Contains("seems to be UTF-16", fault.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    [InlineData("text")]
    public void Noise_is_not_taken_for_text_of_some_encoding(string format)
    {
        using var exchange = Exchange.Of(format, FieldsOf(format));
        for (var seed = 1; seed < 40; seed++)
        {
            var noise = new Sequence(seed).Bytes(4000);
            var fault = exchange.Refused(noise);
            Assert.DoesNotContain("UTF-16", fault.Message, StringComparison.Ordinal);
            if (noise.AsSpan().IndexOf((byte)'\n') > 100) Assert.Contains("is it another kind of file?", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Text_in_another_encoding_is_told_to_say_which()
    {
        using var exchange = Exchange.Of("csv", "a: { transform: keep }");
        var fault = exchange.Refused(Encoding.Latin1.GetBytes("a,Größe\nx,y\n"));
        Assert.Contains("say in the profile which encoding the file has", fault.Message, StringComparison.Ordinal);
    }

    private static string FieldsOf(string format) => format.Split('\n')[0] switch
    {
        "text" => "text: { transform: scan }",
        "hl7" => "MSH: { transform: keep }",
        "x12" => "CLM: { transform: keep }",
        _ => "a: { transform: keep }",
    };
}
