namespace SecureExchange.Masking.Tests;

public class UnmaskTests
{
    private const string Fields = "id: { transform: keep }\nname: { transform: tokenise }\nday: { transform: shift-date, subject: name, max-days: 30 }\nnote: { transform: redact }";
    private const string File = "id,name,day,note\r\n=1+1,\"Lima, Ana\",1999-12-31,\r\n2,Bo,2000-01-01,\r\n";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void A_file_turns_back_to_the_byte_however_it_is_cut(int piece)
    {
        using var exchange = Exchange.Csv(Fields);
        Assert.Equal(File, exchange.Unmask(exchange.Mask(File), piece));
    }

    [Fact]
    public void A_token_of_another_key_and_an_altered_one_are_named_with_their_row()
    {
        using var exchange = Exchange.Csv("a: { transform: tokenise }");
        using var other = new Exchange("profile: test\nversion: 1\nformat: csv\nfields:\n  a: { transform: tokenise }\n", "a2");
        var foreign = Assert.Throws<RecordException>(() => exchange.Unmask(other.Mask("a\nAna\n")));
        Assert.Equal((RecordError.ForeignToken, 1), (foreign.Error, foreign.Row));
        var token = exchange.Mask("a\nAna\n")[2..^1];
        var edited = Assert.Throws<RecordException>(() => exchange.Unmask($"a\n{token}\n{token[..^2]}\n"));
        Assert.Equal((RecordError.EditedToken, 2), (edited.Error, edited.Row));
        Assert.DoesNotContain(token, edited.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_of_JSON_turn_back_too()
    {
        using var exchange = Exchange.Ndjson("a[*].b: { transform: tokenise }\n$.c: { transform: keep }");
        const string Line = "{ \"c\": 1.0, \"a\":[{\"b\":\"\\u0041\"},{\"b\":12e3}] }\n";
        var masked = exchange.Mask(Line);
        Assert.Contains("tok_", masked, StringComparison.Ordinal);
        Assert.Equal(Line, exchange.Unmask(masked));
    }
}
