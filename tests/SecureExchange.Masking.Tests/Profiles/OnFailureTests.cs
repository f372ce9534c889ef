using System.Text;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Tests.Profiles;

public class OnFailureTests
{
    [Theory]
    [InlineData("a: { transform: fpe, alphabet: digits, on-failure: redact }", "")]
    [InlineData("a: { transform: fpe, alphabet: digits }", "on-failure: redact")]
    public void A_value_that_cant_be_masked_is_redacted_where_the_profile_says_so_and_counted(string field, string top)
    {
        using var exchange = Exchange.Csv(field, top);
        var sent = exchange.Dispatch("a\n1234567\nAna\n12\n7654321\n");
        var lines = sent.Text.Split('\n');
        Assert.Equal(["[redacted]", "[redacted]"], lines[2..4]);
        Assert.Equal((4, 2), (sent.Report.Fields[0].Count, sent.Report.Fields[0].Failed));
        Assert.Equal("a\n1234567\n[redacted]\n[redacted]\n7654321\n", exchange.Return(sent.Text, sent.Manifest).Text);
        Assert.Equal("a\n1234567\n[redacted]\n[redacted]\n7654321\n", exchange.Unmask(sent.Text));
    }

    [Fact]
    public void A_field_can_be_stricter_than_its_profile()
    {
        using var exchange = Exchange.Csv("a: { transform: fpe, alphabet: digits, on-failure: refuse }", "on-failure: redact");
        Assert.Equal(RecordError.ForeignCharacter, exchange.Refused("a\nAna\n").Error);
    }

    [Fact]
    public void A_token_that_a_vendor_redacts_is_found()
    {
        using var exchange = Exchange.Csv("k: { transform: keep }\na: { transform: tokenise, on-failure: redact }", "row-key: k");
        var sent = exchange.Dispatch("k,a\n1,Ana\n");
        Assert.True(exchange.Return("k,a\n1,[redacted]\n", sent.Manifest).HasFindings);
    }

    [Fact]
    public void A_row_key_isnt_redacted()
    {
        var e = Assert.Throws<ProfileException>(() => Exchange.Csv("a: { transform: fpe, alphabet: digits }", "row-key: a\non-failure: redact"));
        Assert.Equal(ProfileError.BadReference, e.Error);
    }

    [Fact]
    public void Dates_whose_subject_may_be_redacted_dont_turn_back()
    {
        var profile = MaskingProfile.Parse(Encoding.UTF8.GetBytes("""
            profile: p
            version: 1
            format: csv
            subject-key: who
            fields:
              who: { transform: fpe, alphabet: digits, on-failure: redact }
              day: { transform: shift-date, max-days: 10 }
            """));
        Assert.False(profile.Fields[1].IsReversible);
    }
}
