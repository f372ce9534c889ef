using System.Text;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Tests.Profiles;

public class AudienceTests
{
    private const string Fields = """
        id: { transform: keep }
        name:
          transform: redact
          audiences:
            vendor.agent@onshore: { transform: keep }
            vendor.agent: { transform: tokenise }
            auditor: { transform: hash }
            "@nearshore": { transform: replace, with: X }
            vendor.agent@nearshore: { transform: replace, with: Y }
            auditor@nearshore: { transform: replace, with: Z }
        """;

    [Theory]
    [InlineData("vendor.agent@onshore", "keep")]
    [InlineData("vendor.agent@offshore", "tokenise")]
    [InlineData("vendor.agent", "tokenise")]
    [InlineData("vendor.agent@nearshore", "replace")]
    [InlineData("auditor@offshore", "hash")]
    [InlineData("vendor.admin@nearshore", "replace")]
    [InlineData("@nearshore", "replace")]
    [InlineData("vendor.admin@offshore", "redact")]
    [InlineData("operator", "redact")]
    public void An_audience_gets_its_own_rule_else_its_roles_else_its_locations_else_the_fields(string audience, string transform)
    {
        Assert.True(Audience.TryParse(audience, out var parsed));
        Assert.Equal(audience, parsed.ToString());
        Assert.Equal(transform, Profile(Fields).For(parsed).Fields[1].Transform);
        Assert.Equal("redact", Profile(Fields).Fields[1].Transform);
    }

    [Theory]
    [InlineData("vendor")]
    [InlineData("vendor.agent@")]
    [InlineData("@moon")]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("vendor.agent@offshore@onshore")]
    [InlineData("Vendor.Agent")]
    public void Anything_else_is_no_audience(string text)
    {
        Assert.False(Audience.TryParse(text, out _));
        var e = Assert.Throws<ProfileException>(() => Profile($"a:\n  transform: keep\n  audiences:\n    '{text}': {{ transform: redact }}"));
        Assert.Equal((ProfileError.UnknownAudience, 8), (e.Error, e.Line));
    }

    [Fact]
    public void Where_a_role_and_a_location_both_fit_the_profile_has_to_say_which()
    {
        var e = Assert.Throws<ProfileException>(() => Profile("""
            a:
              transform: keep
              audiences:
                vendor.agent: { transform: keep }
                "@offshore": { transform: redact }
            """));
        Assert.Equal((ProfileError.AmbiguousAudience, 5, 3), (e.Error, e.Line, e.Column));
        Assert.Contains("both vendor.agent and @offshore fit vendor.agent@offshore", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_one_audience_gets_is_checked_when_the_profile_is_read()
    {
        var e = Assert.Throws<ProfileException>(() => Profile("""
            a: { transform: keep }
            b:
              transform: redact
              audiences:
                "@offshore": { transform: shift-date, subject: nobody, max-days: 3 }
            """));
        Assert.Equal(ProfileError.BadReference, e.Error);
    }

    [Fact]
    public void A_dispatch_for_one_audience_isnt_turned_back_for_another()
    {
        using var exchange = Exchange.Csv(Fields, "row-key: id");
        using var onshore = exchange.For("vendor.agent@onshore");
        using var offshore = exchange.For("vendor.agent@offshore");
        const string File = "id,name\n1,Ana\n";
        var sent = offshore.Dispatch(File);
        Assert.NotEqual(File, sent.Text);
        Assert.Equal(File, onshore.Dispatch(File).Text);
        Assert.Equal(File, offshore.Return(sent.Text, sent.Manifest).Text);
        Assert.Equal(
            RecordError.ManifestOfAnotherProfile,
            Assert.Throws<RecordException>(() => onshore.Return(sent.Text, sent.Manifest)).Error);
        Assert.Equal(onshore.Profile.Digest, offshore.Profile.Digest);
    }

    private static MaskingProfile Profile(string fields) => MaskingProfile.Parse(Encoding.UTF8.GetBytes(
        "profile: p\nversion: 1\nformat: csv\nfields:\n" + string.Concat(fields.Split('\n').Select(line => $"  {line}\n"))));
}
