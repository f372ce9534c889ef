using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Masking.Tests.Transforms;

/// <summary>Free text: what is found goes out as tokens, and comes back wherever it stands.</summary>
public sealed partial class ScanTextTests
{
    private const string Rules = "id: { transform: keep }\nnotes: { transform: scan }";

    [Fact]
    public void What_is_found_becomes_a_token_that_says_what_it_is()
    {
        using var exchange = Exchange.Csv(Rules);
        var sent = exchange.RoundTrip("id,notes\r\n1,\"Mail ana@example.com, or call (415) 555-0132.\"\r\n2,nothing here\r\n3,\r\n");
        Assert.Matches("^id,notes\r\n1,\"Mail ⟦EMAIL_ADDRESS:[A-Z2-7]+⟧, or call ⟦PHONE_NUMBER:[A-Z2-7]+⟧.\"\r\n2,nothing here\r\n3,\r\n$", sent.Text);
    }

    [Fact]
    public async Task Maskers_that_share_a_profile_never_read_one_another_s_texts()
    {
        using var exchange = Exchange.Csv(Rules);
        var files = Enumerable.Range(0, 40).Select(n => "id,notes\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"{i},\"person{n}x{i}@example.com and {n}x{i}, or call (415) 555-01{i:d2}\"\n"))).ToList();
        var expected = files.Select(file => exchange.Mask(file)).ToList();
        var several = await Task.WhenAll(files.Select(file => Task.Run(() => exchange.Mask(file))));
        Assert.Equal(expected, several);

        // One that is done with twice gives its detector back once.
        var done = exchange.NewMasker();
        done.Dispose();
        done.Dispose();
        using var one = exchange.NewMasker();
        using var other = exchange.NewMasker();
        var (first, second) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        await Task.WhenAll(Task.Run(() => Run(one, files[0], first)), Task.Run(() => Run(other, files[1], second)));
        Assert.Equal((expected[0], expected[1]), (Encoding.UTF8.GetString(first.WrittenSpan), Encoding.UTF8.GetString(second.WrittenSpan)));

        static void Run(Masker masker, string file, ArrayBufferWriter<byte> masked)
        {
            var unused = new ArrayBufferWriter<byte>();
            masker.Mask(Encoding.UTF8.GetBytes(file), masked, unused);
            masker.Complete(masked, unused);
        }
    }

    [Fact]
    public void The_same_value_has_the_same_token_and_another_agreement_another()
    {
        using var exchange = Exchange.Csv(Rules);
        var masked = exchange.Mask("id,notes\n1,ana@example.com\n2,to ana@example.com\n");
        var tokens = Token().Matches(masked);
        Assert.Equal(tokens[0].Value, tokens[1].Value);
        using var other = new Exchange("profile: test\nversion: 1\nformat: csv\nfields:\n  id: { transform: keep }\n  notes: { transform: scan }\n", "a2");
        Assert.DoesNotContain(tokens[0].Value, other.Mask("id,notes\n1,ana@example.com\n"));
    }

    [Fact]
    public void A_token_is_found_again_rewrapped_quoted_in_small_letters_and_in_added_text()
    {
        using var exchange = Exchange.Csv(Rules);
        var sent = exchange.Dispatch("id,notes\n1,write to ana@example.com soon\n");
        var token = Token().Match(sent.Text).Value;
        var wrapped = token.ToLowerInvariant().Insert(20, "\r\n> ").Insert(40, " ").Insert(60, "=\n");
        var returned = exchange.Return($"id,notes\n1,\"Done. I wrote to {wrapped}, and {token} answered. [[{token[1..^1]}]]\"\n", sent.Manifest);
        Assert.False(returned.HasFindings, string.Join('\n', returned.Lines));
        Assert.Equal("id,notes\n1,\"Done. I wrote to ana@example.com, and ana@example.com answered. ana@example.com\"\n", returned.Text);
    }

    [Fact]
    public void An_altered_token_and_a_foreign_one_are_found()
    {
        using var exchange = Exchange.Csv(Rules);
        using var other = new Exchange("profile: test\nversion: 1\nformat: csv\nfields:\n  id: { transform: keep }\n  notes: { transform: scan }\n", "a2");
        var sent = exchange.Dispatch("id,notes\n1,ana@example.com\n");
        var (token, foreign) = (Token().Match(sent.Text).Value, Token().Match(other.Mask("id,notes\n1,ana@example.com\n")).Value);
        string[] Lines(string text) => exchange.Return($"id,notes\n1,\"{text}\"\n", sent.Manifest).Lines;
        var altered = token[30] == 'A' ? token[..30] + "B" + token[31..] : token[..30] + "A" + token[31..];
        Assert.Equal(["1 EditedToken notes (sent ?)"], Lines(altered));
        Assert.Equal(["1 EditedToken notes (sent ?)"], Lines(token[..^8]));
        Assert.Equal(["1 EditedToken notes (sent ?)"], Lines(token.Replace("EMAIL_ADDRESS", "US_SSN", StringComparison.Ordinal)));
        Assert.Equal(["1 ForeignToken notes (sent ?)"], Lines(foreign));
        Assert.Empty(Lines("see [[Link:Page]] and ⟦ and ⟧"));
    }

    [Theory]
    [InlineData("⟦EMAIL_ADDRESS:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA⟧ ana@example.com")]
    [InlineData("⟦US_SSN: ana@example.com⟧")]
    [InlineData("⟦⟦A: [[X:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA]] (415) 555-0132")]
    [InlineData("=1+1 ana@example.com")]
    [InlineData("-12.5")]
    [InlineData("+44 20 7946 0958")]
    [InlineData("- said: ana@example.com")]
    public void A_text_that_looks_like_a_token_or_a_formula_comes_back_as_it_was(string text)
    {
        using var exchange = Exchange.Csv(Rules);
        var sent = exchange.RoundTrip($"id,notes\n1,\"{text}\"\n");
        Assert.DoesNotMatch("^1,\"?[=+@]|ana@example", sent.Text);
    }

    [Fact]
    public void What_a_vendor_writes_doesnt_become_a_formula()
    {
        using var exchange = Exchange.Csv(Rules);
        var sent = exchange.Dispatch("id,notes\n1,ana@example.com\n");
        var back = exchange.Return("id,notes\n1,\"=HYPERLINK(\"\"x\"\")\"\n", sent.Manifest);
        Assert.False(back.HasFindings);
        Assert.Equal("id,notes\n1,\"'=HYPERLINK(\"\"x\"\")\"\n", back.Text);
    }

    [Fact]
    public void Each_entity_has_its_action()
    {
        using var exchange = Exchange.Csv(
            "notes: { transform: scan, countries: [us, gb], min-score: 0.4, actions: { EMAIL_ADDRESS: redact, PHONE_NUMBER: mask, US_SSN: keep, IP_ADDRESS: replace }, otherwise: token }");
        Assert.Matches(
            @"^notes\na \[redacted\] b \*\*\*\*\* \*\*\*-\*\*\*\* c 219-09-9998 d <IP_ADDRESS> e ⟦CREDIT_CARD:[A-Z2-7]+⟧\n$",
            exchange.Mask("notes\na ana@example.com b (415) 555-0132 c 219-09-9998 d 10.0.0.7 e 4111111111111111\n"));
    }

    [Fact]
    public void A_JSON_string_keeps_its_spelling()
    {
        using var exchange = Exchange.Ndjson("notes: { transform: scan }");
        var sent = exchange.RoundTrip("{\"notes\":\"caf\\u00e9 \\/ ana\\u0040example.com, \\ud83d\\ude00 j\\u00fcrgen@example.com\"}\n{\"notes\":\"plain ana@example.com\\n\"}\n");
        Assert.DoesNotContain("example.com", sent.Text);
        Assert.StartsWith("{\"notes\":\"caf\\u00e9 \\/ ⟦EMAIL_ADDRESS:", sent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_found_is_counted_by_entity()
    {
        using var exchange = Exchange.Csv("notes: { transform: scan, actions: { IP_ADDRESS: keep } }");
        var report = exchange.Dispatch("notes\nana@example.com and bo@example.com\n10.0.0.7\n(415) 555-0132\n").Report;
        Assert.Equal([new EntityCount("EMAIL_ADDRESS", 2), new EntityCount("PHONE_NUMBER", 1)], report.Fields[0].Entities);
    }

    /// <summary>A vendor that may ask for one cell in clear would get every token that it writes into a text.</summary>
    [Fact]
    public void A_text_cant_be_revealed_since_the_manifest_doesnt_hold_it()
    {
        using var exchange = Exchange.Csv(Rules);
        Assert.False(CellProof.CanProve(exchange.Profile, "notes"));
    }

    [Fact]
    public void A_number_is_refused() =>
        Assert.Equal(RecordError.WrongType, Exchange.Ndjson("notes: { transform: scan }").Refused("{\"notes\":4111111111111111}\n").Error);

    [Fact]
    public void Any_labelled_text_comes_back_byte_for_byte()
    {
        using var exchange = Exchange.Csv("notes: { transform: scan, countries: all, min-score: 0 }");
        var rows = Samples.Labelled.LabelledTexts.Make(11, 300).Select(t => $"\"{t.Text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
        exchange.RoundTrip("notes\n" + string.Concat(rows));
    }

    /// <summary>The example of docs/formats/token.md.</summary>
    [Fact]
    public void A_token_in_text_is_these_bytes()
    {
        using var keys = MaskingKeys.Derive(new byte[32], "agreement-1");
        using var codec = new TextTokenCodec(keys, square: false);
        var token = new byte[codec.Length("EMAIL_ADDRESS", 15)];
        codec.Write("EMAIL_ADDRESS", "ana@example.com"u8, CellKind.Text, token);
        Assert.Equal("⟦EMAIL_ADDRESS:AKO2SFULHEX57M6F3QPZ32GL7SGK4F66BVRHGHO7EHJ3PBRJPWFM2OHN5Y⟧", Encoding.UTF8.GetString(token));
    }

    [GeneratedRegex("⟦[^⟧]*⟧")]
    private static partial Regex Token();
}
