using System.Text;

namespace SecureExchange.Masking.Tests.Records;

public class TextTests
{
    private const string Transcript = "# Call 17\r\n\r\nAgent: hello\nAna: hi, it's Ana\n\n  \nAgent: bye\n";

    [Theory]
    [InlineData("document", 1)]
    [InlineData("paragraph", 3)]
    [InlineData("line", 4)]
    public void Each_part_is_a_cell_that_comes_back(string parts, int records)
    {
        using var exchange = Exchange.Of("text", "text: { transform: tokenise }", $"records: {parts}");
        var sent = exchange.RoundTrip(Transcript);
        Assert.Equal(records, sent.Report.Records);
        Assert.DoesNotContain("Ana", sent.Text, StringComparison.Ordinal);
        exchange.RoundTrip("\uFEFF");
        exchange.RoundTrip("\n\n");
        exchange.RoundTrip("Ana");
    }

    [Fact]
    public void White_space_between_parts_stays_and_text_is_text()
    {
        using var exchange = Exchange.Of("text", "text: { transform: redact }", "records: line");
        Assert.Equal("[redacted]\r\n\r\n[redacted]\n[redacted]\n\n  \n[redacted]\n", exchange.Mask(Transcript));
        Assert.Equal(RecordError.NulByte, exchange.Refused("a\0").Error);
        Assert.Equal((RecordError.NotUtf8, 2L), (exchange.Refused([.. "a\n"u8, 0xFF]).Error, exchange.Refused([.. "a\n"u8, 0xFF]).Row));
        Assert.Throws<Masking.Profiles.ProfileException>(() => Exchange.Of("text", "note: { transform: redact }", "records: line"));
    }

    [Fact]
    public void A_long_transcript_streams()
    {
        using var exchange = Exchange.Of("text", "text: { transform: redact }", "records: paragraph");
        var file = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"Ana {i}: something\nmore of it\n\n"));
        Assert.Equal(20_000, exchange.Dispatch(Encoding.UTF8.GetBytes(file), 5000).Report.Records);
        Assert.Equal(RecordError.RecordTooLarge, exchange.Refused(new string('a', 2_000_000)).Error);
    }
}
