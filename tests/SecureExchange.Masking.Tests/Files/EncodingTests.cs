using System.Text;

namespace SecureExchange.Masking.Tests.Files;

public class EncodingTests
{
    private const string Text = "id;name;note\r\n1;Jürgen Müßig;façade, 10 €\r\n2;O’Neil;“ok”\r\n";
    private const string Japanese = "id;name;note\n1;山田 太郎;ﾃｽﾄ 表示 ソース\n2;能登~;\\\n";

    public static TheoryData<string, byte[]> Files => new()
    {
        { "windows-1252", CodePage(1252).GetBytes(Text) },
        { "latin-1", Encoding.Latin1.GetBytes("id;name;note\n1;Jürgen Müßig;façade\u0085\n") },
        { "utf-16le", Encoding.Unicode.GetBytes(Text + "3;😀;\n") },
        { "utf-16be", Encoding.BigEndianUnicode.GetBytes(Text) },
        { "utf-16", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text)] },
        { "utf-16", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Text)] },
        { "shift-jis", CodePage(932).GetBytes(Japanese) },
        { "detect", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text)] },
        { "detect", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Text)] },
        { "detect", Encoding.UTF8.GetBytes(Text) },
        { "detect", CodePage(1252).GetBytes(Text) },
        { "detect", Encoding.ASCII.GetBytes("id;name;note\n1;Ana;\n") },
        { "utf-8", Encoding.UTF8.GetBytes(Text) },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_comes_back_in_its_encoding_to_the_byte(string encoding, byte[] file)
    {
        using var exchange = Exchange.Csv("id: { transform: keep }\nname: { transform: tokenise }\nnote: { transform: keep }", $"encoding: {encoding}");
        var sent = exchange.RoundTrip(file);
        Assert.NotEqual(file, sent.Masked);
    }

    [Theory]
    [InlineData("windows-1252", "69640A0A", 0)]
    [InlineData("windows-1252", "69640A81", 4)]
    [InlineData("windows-1252", "69640A418F41", 5)]
    [InlineData("shift-jis", "69640A81", 4)]       // Half a character.
    [InlineData("shift-jis", "69640A8120", 4)]     // No such second byte.
    [InlineData("shift-jis", "69640A41879A41", 5)] // U+2235 in NEC's row, which comes back as 81E6.
    [InlineData("shift-jis", "69640AA0", 4)]
    [InlineData("utf-16le", "690064000A00D8", 7)]
    [InlineData("utf-16le", "690064000A0000D84100", 7)]
    [InlineData("utf-16be", "00690064000ADC00", 7)]
    [InlineData("utf-16", "690064000A00", -1)]
    public void A_byte_that_isnt_of_the_encoding_is_refused_with_its_place(string encoding, string hex, int place)
    {
        using var exchange = Exchange.Csv("id: { transform: keep }", $"encoding: {encoding}");
        foreach (var piece in (int[])[int.MaxValue, 1])
        {
            if (place == 0) continue;
            var e = exchange.Refused(Convert.FromHexString(hex), piece);
            Assert.Equal(RecordError.NotInEncoding, e.Error);
            if (place > 0) Assert.StartsWith($"byte {place} of the file", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_masking_writes_and_the_encoding_doesnt_have_is_refused()
    {
        using var exchange = Exchange.Csv("id: { transform: replace, with: '€' }", "encoding: latin-1");
        Assert.Equal(RecordError.NotEncodable, exchange.Refused("id\nx\n").Error);
    }

    [Theory]
    [InlineData("windows-1252", 1252)]
    [InlineData("shift-jis", 932)]
    [InlineData("latin-1", 28591)]
    public void Any_text_is_read_as_the_platform_reads_it(string encoding, int codePage)
    {
        using var exchange = Exchange.Csv("id: { transform: keep }\nname: { transform: replace, with: '' }", $"encoding: {encoding}\nquotes: none\ndelimiter: tab");
        var chance = new Dice(codePage);
        var characters = Encoding.GetEncodings().Length >= 0 ? "aé¥ソ表漢字ｱ€œ~ 1".Where(c => CanWrite(codePage, c)).ToArray() : [];
        for (var round = 0; round < 200; round++)
        {
            var text = new string([.. Enumerable.Range(0, chance.Next(60)).Select(_ => characters[chance.Next(characters.Length)])]);
            var file = CodePage(codePage).GetBytes($"id\tname\n{text}\tx\n");
            Assert.Equal(CodePage(codePage).GetBytes($"id\tname\n{text}\t\n"), exchange.Dispatch(file, chance.Next(1, 30)).Masked);
        }
    }

    private static bool CanWrite(int codePage, char c) => CodePage(codePage).GetString(CodePage(codePage).GetBytes([c])) == c.ToString();

    private static Encoding CodePage(int number) => CodePagesEncodingProvider.Instance.GetEncoding(number) ?? Encoding.GetEncoding(number);
}
