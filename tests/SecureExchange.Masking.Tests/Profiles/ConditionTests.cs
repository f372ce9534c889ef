using System.Text;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Tests.Profiles;

public class ConditionTests
{
    private const string Fields = """
        id: { transform: keep }
        status: { transform: keep }
        amount: { transform: bucket, size: 100 }
        name:
          transform: tokenise
          when:
            - { if: { field: status, is: [dead, gone] }, transform: redact }
            - { if: { field: status, is: open }, transform: keep }
        """;

    [Theory]
    [InlineData("{ field: v, is: open }", "open", true)]
    [InlineData("{ field: v, is: open }", "Open", false)]
    [InlineData("{ field: v, is: [held, open] }", "open", true)]
    [InlineData("{ field: v, starts-with: op }", "open", true)]
    [InlineData("{ field: v, ends-with: op }", "open", false)]
    [InlineData("{ field: v, contains: pe }", "open", true)]
    [InlineData("{ field: v, less-than: 10 }", "9.99", true)]
    [InlineData("{ field: v, less-than: 10 }", "10.0", false)]
    [InlineData("{ field: v, at-most: 10 }", "10.0", true)]
    [InlineData("{ field: v, more-than: -1 }", "-0.5", true)]
    [InlineData("{ field: v, at-least: 10 }", "", false)]
    [InlineData("{ field: v, at-least: 2026-01-31 }", "2026-02-01T10:00:00Z", true)]
    [InlineData("{ field: v, less-than: 2026-01-31, date-format: dd.MM.yyyy }", "30.01.2026", true)]
    [InlineData("{ field: v, empty: true }", "", true)]
    [InlineData("{ field: v, empty: true }", "x", false)]
    [InlineData("{ field: v, empty: false }", "x", true)]
    [InlineData("{ field: v, is: x }", "", false)]
    [InlineData("{ not: { field: v, is: x } }", "y", true)]
    [InlineData("{ and: [ { field: v, starts-with: a }, { field: v, ends-with: b } ] }", "ab", true)]
    [InlineData("{ and: [ { field: v, starts-with: a }, { field: v, ends-with: b } ] }", "aa", false)]
    [InlineData("{ or: [ { field: v, is: a }, { not: { field: v, contains: b } } ] }", "c", true)]
    [InlineData("{ or: [ { field: v, is: a }, { not: { field: v, contains: b } } ] }", "b", false)]
    public void A_condition_holds_or_not(string condition, string value, bool holds)
    {
        using var exchange = Exchange.Csv($"k: {{ transform: keep }}\nv: {{ transform: keep }}\nx: {{ transform: keep, when: [ {{ if: {condition}, transform: redact }} ] }}");
        Assert.Equal($"k,v,x\n1,{value},{(holds ? "[redacted]" : "x")}\n", exchange.Mask($"k,v,x\n1,{value},x\n"));
    }

    [Fact]
    public void Values_of_each_case_are_masked_by_its_transform_and_turn_back_if_it_does()
    {
        using var exchange = Exchange.Csv(Fields, "row-key: id");
        const string File = "id,status,amount,name\n1,dead,123,Ana\n2,open,123,Bo\n3,,123,Cy\n4,other,123,\n5,gone,1,Di\n";
        var sent = exchange.Dispatch(File);
        var rows = sent.Text.Split('\n').Select(row => row.Split(',')).ToArray();
        Assert.Equal(["[redacted]", "Bo", "", "[redacted]"], [rows[1][3], rows[2][3], rows[4][3], rows[5][3]]);
        Assert.StartsWith("tok_", rows[3][3], StringComparison.Ordinal);
        var back = exchange.Return(sent.Text, sent.Manifest);
        Assert.Equal("id,status,amount,name\n1,dead,100,[redacted]\n2,open,100,Bo\n3,,100,Cy\n4,other,100,\n5,gone,0,[redacted]\n", back.Text);
        Assert.Equal(back.Text, exchange.Unmask(sent.Text));
        Assert.Equal("tokenise, redact, keep", sent.Report.Fields[3].Transform);
    }

    [Fact]
    public void A_vendor_cant_change_the_value_by_which_others_turn_back()
    {
        using var exchange = Exchange.Csv(Fields, "row-key: id");
        var sent = exchange.Dispatch("id,status,amount,name\n1,x,123,Ana\n");
        Assert.True(exchange.Return(sent.Text.Replace(",x,", ",open,", StringComparison.Ordinal), sent.Manifest).HasFindings);
        Assert.False(exchange.Return(sent.Text.Replace(",100,", ",999,", StringComparison.Ordinal), sent.Manifest).HasFindings);
        Assert.Equal(["0 MissingColumn status (sent ?)"], exchange.Return("id,name\n1,x\n", sent.Manifest).Lines);
    }

    [Fact]
    public void What_hangs_on_a_field_that_doesnt_come_back_doesnt_either()
    {
        var profile = MaskingProfile.Parse("profile: p\nversion: 1\nformat: csv\nfields:\n  s: { transform: redact }\n  a: { transform: tokenise, when: [ { if: { field: s, is: x }, transform: redact } ] }\n"u8);
        Assert.False(profile.Fields[1].IsReversible);
        var own = MaskingProfile.Parse("profile: p\nversion: 1\nformat: csv\nfields:\n  a: { transform: tokenise, when: [ { if: { field: a, is: x }, transform: redact } ] }\n"u8);
        Assert.False(own.Fields[0].IsReversible);
    }

    [Fact]
    public void Odd_spellings_in_JSON_come_back_and_are_seen_through()
    {
        using var exchange = Exchange.Ndjson(
            "s: { transform: tokenise }\na: { transform: tokenise, when: [ { if: { field: s, is: open }, transform: keep }, { if: { field: s, is: held }, transform: hash } ] }\nb: { transform: tokenise, when: [ { if: { field: s, is: open }, transform: fpe, alphabet: digits } ] }");
        const string File = "{\"s\":\"\\u006fpen\",\"a\":\"\\u0041na\",\"b\":\"1234567\"}\n{\"s\":\"x\",\"a\":\"\\u0041na\",\"b\":12}\n{\"a\":12.0,\"b\":\"x\"}\n{\"s\":\"open\",\"a\":true}\n";
        var sent = exchange.RoundTrip(File);
        Assert.Contains("\\u0041na", sent.Text.Split('\n')[0], StringComparison.Ordinal);
        using var plain = Exchange.Ndjson("a: { transform: hash }");
        var hashed = exchange.Mask("{\"s\":\"held\",\"a\":\"\\u0041na\"}\n");
        Assert.Equal(exchange.Mask("{\"s\":\"held\",\"a\":\"Ana\"}\n"), hashed);
    }

    [Fact]
    public void Dates_of_some_records_are_shifted_and_of_others_cut()
    {
        using var exchange = Exchange.Csv("""
            who: { transform: fpe, alphabet: digits }
            kind: { transform: keep }
            day:
              transform: shift-date
              max-days: 30
              subject: who
              when:
                - { if: { field: kind, is: closed }, transform: date-part, part: year }
            """);
        const string File = "day,who,kind\n2026-03-01,1234567,closed\n2026-03-01,1234567,open\n2026-03-02,7654321,open\n";
        var sent = exchange.Dispatch(File);
        Assert.StartsWith("2026,", sent.Text.Split('\n')[1], StringComparison.Ordinal);
        Assert.Equal(File.Replace("2026-03-01,1234567,closed", "2026,1234567,closed", StringComparison.Ordinal), exchange.Return(sent.Text, sent.Manifest).Text);
    }

    [Fact]
    public void An_audience_may_have_conditions_of_its_own()
    {
        using var exchange = Exchange.Csv("s: { transform: keep }\na:\n  transform: redact\n  audiences:\n    '@onshore': { transform: keep, when: [ { if: { field: s, is: x }, transform: replace, with: N } ] }");
        Assert.Equal("s,a\nx,[redacted]\n", exchange.Mask("s,a\nx,Ana\n"));
        Assert.Equal("s,a\nx,N\ny,Ana\n", exchange.For("vendor.agent@onshore").Mask("s,a\nx,Ana\ny,Ana\n"));
    }

    [Fact]
    public void A_value_that_cant_be_compared_refuses_the_file_with_row_and_field()
    {
        using var exchange = Exchange.Csv("v: { transform: redact }\na: { transform: keep, when: [ { if: { field: v, more-than: 3 }, transform: redact } ] }");
        var e = exchange.Refused("v,a\n1,x\nAna,x\n");
        Assert.Equal((RecordError.NotANumber, 2L, "v"), (e.Error, e.Row, e.Field));
        Assert.DoesNotContain("Ana", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[ { if: { field: b, is: x }, transform: redact } ]", ProfileError.BadReference)]
    [InlineData("[ { if: { field: k, is: x }, transform: drop } ]", ProfileError.WrongValue)]
    [InlineData("[ { if: { field: k }, transform: redact } ]", ProfileError.WrongValue)]
    [InlineData("[ { if: { field: k, is: x, contains: y }, transform: redact } ]", ProfileError.WrongValue)]
    [InlineData("[ { if: { field: k, is: '' }, transform: redact } ]", ProfileError.WrongValue)]
    [InlineData("[ { if: { field: k, less-than: x }, transform: redact } ]", ProfileError.WrongValue)]
    [InlineData("[ { if: { field: k, is: x, size: 3 }, transform: redact } ]", ProfileError.UnknownKey)]
    [InlineData("[ { if: { and: [ { field: k, is: x } ] }, transform: redact } ]", ProfileError.WrongValue)]
    [InlineData("[ { if: { and: [], or: [] }, transform: redact } ]", ProfileError.WrongValue)]
    [InlineData("[ { if: {}, transform: redact } ]", ProfileError.WrongValue)]
    [InlineData("[ { transform: redact } ]", ProfileError.MissingKey)]
    [InlineData("[ { if: { field: k, is: x } } ]", ProfileError.MissingKey)]
    [InlineData("[ { if: { field: k, is: x }, transform: redcat } ]", ProfileError.UnknownTransform)]
    [InlineData("[ { if: { field: k, is: x }, transform: scan } ]", ProfileError.WrongValue)]
    [InlineData("[]", ProfileError.WrongValue)]
    [InlineData("{ if: { field: k, is: x }, transform: redact }", ProfileError.WrongValue)]
    public void What_is_no_condition_is_refused(string when, ProfileError error)
    {
        var e = Assert.Throws<ProfileException>(() => Exchange.Csv($"k: {{ transform: keep }}\na: {{ transform: tokenise, when: {when} }}"));
        Assert.Equal(error, e.Error);
        Assert.Equal(7, e.Line);
    }

    [Fact]
    public void A_hash_and_a_part_of_a_card_are_refused_also_where_a_condition_decides()
    {
        foreach (var part in (string[])["mask, keep-last: 4", "fpe, alphabet: digits, keep-first: 6, keep-last: 4", "truncate, keep: 6"])
        {
            Assert.Throws<ProfileException>(() => Exchange.Csv($"k: {{ transform: keep }}\na: {{ type: card, transform: hash, when: [ {{ if: {{ field: k, is: x }}, transform: {part} }} ] }}"));
            Assert.Throws<ProfileException>(() => Exchange.Csv($"a: {{ type: card, transform: hash }}\nb: {{ type: card, transform: {part} }}"));
        }
    }

    [Fact]
    public void Who_gains_by_a_condition_is_told()
    {
        var before = Parse("a: { transform: redact }", "");
        var after = Parse("a: { transform: redact, when: [ { if: { field: k, is: x }, transform: keep } ] }", "");
        var change = Assert.Single(ProfileDiff.Between(before, after));
        Assert.True(change.IsGain);
        Assert.Equal("where k is x, the value itself; else that there is a value", change.After.ReaderSees);
        var less = Parse("a: { transform: redact }", "suppress: [ { if: { field: k, is: x } } ]\n");
        Assert.True(Assert.Single(ProfileDiff.Between(before, less)).IsLoss);
        Assert.True(Assert.Single(ProfileDiff.Between(less, before)).IsGain);
    }

    private static MaskingProfile Parse(string field, string top) =>
        MaskingProfile.Parse(Encoding.UTF8.GetBytes($"profile: p\nversion: 1\nformat: csv\n{top}fields:\n  k: {{ transform: keep }}\n  {field}\n"));
}
