using System.Security.Cryptography;
using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Profiles;

public class MaskingProfileTests
{
    private const string Whole = """
        profile: motor-claims
        version: 3
        format: csv
        unlisted: drop
        row-key: claim_id
        returns: { missing-rows: allow }
        fields:
          claim_id: { transform: keep }
          member: { transform: tokenise }
          dob: { transform: shift-date, subject: member, max-days: 180 }
          email: { transform: hash }
        """;

    [Fact]
    public void A_profile_says_what_becomes_of_each_field()
    {
        var bytes = Encoding.UTF8.GetBytes(Whole);
        var profile = MaskingProfile.Parse(bytes);
        Assert.Equal("motor-claims", profile.Name);
        Assert.Equal(3, profile.Version);
        Assert.Equal(RecordFormat.Csv, profile.Format);
        Assert.Equal(UnlistedFields.Drop, profile.Unlisted);
        Assert.True(profile.AllowMissingRows);
        Assert.Equal("claim_id", profile.RowKey);
        Assert.Equal("sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes)), profile.Digest);
        Assert.Equal(
            ["claim_id keep False", "member tokenise True", "dob shift-date True", "email hash False"],
            profile.Fields.Select(f => $"{f.Name} {f.Transform} {f.IsReversible}"));
    }

    [Fact]
    public void What_is_not_said_is_the_careful_choice()
    {
        var profile = MaskingProfile.Parse("profile: p\nversion: 1\nformat: ndjson\nfields:\n  a: { transform: keep }\n"u8);
        Assert.Equal(UnlistedFields.Refuse, profile.Unlisted);
        Assert.False(profile.AllowMissingRows);
        Assert.Null(profile.RowKey);
    }

    [Fact]
    public void A_date_comes_back_only_when_its_subject_does()
    {
        var yaml = Whole.Replace("member: { transform: tokenise }", "member: { transform: redact }", StringComparison.Ordinal);
        Assert.False(MaskingProfile.Parse(Encoding.UTF8.GetBytes(yaml)).Fields[2].IsReversible);
    }

    public static TheoryData<string, string, ProfileError, int, int> Mistakes => new()
    {
        { "", "", ProfileError.NotYaml, 1, 1 },
        { "format: csv", "format: csv\nformats: csv", ProfileError.UnknownKey, 4, 1 },
        { "format: csv", "format: csv\nformat: csv", ProfileError.DuplicateKey, 4, 1 },
        { "version: 3\n", "", ProfileError.MissingKey, 1, 1 },
        { "version: 3", "version: three", ProfileError.WrongValue, 2, 10 },
        { "version: 3", "version: 0", ProfileError.WrongValue, 2, 10 },
        { "format: csv", "format: docx", ProfileError.WrongValue, 3, 9 },
        { "format: csv", "format: ndjson\ndelimiter: comma", ProfileError.WrongValue, 4, 12 },
        { "unlisted: drop", "unlisted: keep", ProfileError.WrongValue, 4, 11 },
        { "missing-rows: allow", "missing-rows: maybe", ProfileError.WrongValue, 6, 26 },
        { "missing-rows: allow", "missing-row: allow", ProfileError.UnknownKey, 6, 12 },
        { "row-key: claim_id", "row-key: claim", ProfileError.BadReference, 5, 10 },
        { "row-key: claim_id", "row-key: dob", ProfileError.BadReference, 5, 10 },
        { "transform: hash", "transform: md5", ProfileError.UnknownTransform, 11, 10 },
        { "{ transform: hash }", "{ transform: hash, size: 3 }", ProfileError.UnknownKey, 11, 29 },
        { "{ transform: hash }", "hash", ProfileError.WrongValue, 11, 10 },
        { "subject: member", "subject: nobody", ProfileError.BadReference, 10, 3 },
        { "subject: member", "subject: dob", ProfileError.BadReference, 10, 3 },
        { "max-days: 180", "max-days: 0", ProfileError.WrongValue, 10, 60 },
        { "max-days: 180", "max-days: 180, date-format: dd.MM", ProfileError.WrongValue, 10, 78 },
        { "{ transform: hash }", "{ transform: fpe, alphabet: aab }", ProfileError.WrongValue, 11, 38 },
        { "{ transform: hash }", "{ transform: fpe, alphabet: 'ab=' }", ProfileError.WrongValue, 11, 38 },
        { "{ transform: hash }", "{ transform: replace, with: '=1+1' }", ProfileError.WrongValue, 11, 38 },
        { "{ transform: hash }", "{ transform: truncate }", ProfileError.MissingKey, 11, 10 },
        { "{ transform: hash }", "{ transform: mask, keep-last: 65 }", ProfileError.WrongValue, 11, 40 },
        { "email: {", "member: {", ProfileError.DuplicateKey, 11, 3 },
        { "email: { transform: hash }", "email: &x { transform: hash }", ProfileError.NotYaml, 11, 10 },
        { "email: { transform: hash }", "email: { transform: hash", ProfileError.NotYaml, 12, 1 },
        { "email: { transform: hash }", "email: { transform: hash }\n---\nprofile: two", ProfileError.NotYaml, 12, 1 },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_with_its_line_and_column(string right, string wrong, ProfileError error, int line, int column)
    {
        var yaml = right.Length == 0 ? wrong : Whole.Replace(right, wrong, StringComparison.Ordinal);
        var e = Assert.Throws<ProfileException>(() => MaskingProfile.Parse(Encoding.UTF8.GetBytes(yaml)));
        Assert.Equal((error, line, column), (e.Error, e.Line, e.Column));
    }

    [Theory]
    [InlineData("a: { transform: keep }\na.b: { transform: keep }")]
    [InlineData("a.b: { transform: keep }\na: { transform: keep }")]
    [InlineData("a[*]: { transform: keep }\na[*].b: { transform: keep }")]
    [InlineData("a[*].b: { transform: keep }\na.b: { transform: keep }")]
    [InlineData("a.b: { transform: keep }\na[*].b: { transform: keep }")]
    public void A_path_inside_another_is_a_conflict(string fields) =>
        Assert.Equal(ProfileError.PathConflict, Assert.Throws<ProfileException>(() => Exchange.Ndjson(fields)).Error);

    [Theory]
    [InlineData("a..b: { transform: keep }")]
    [InlineData("'a[1].b': { transform: keep }")]
    [InlineData("'[*].b': { transform: keep }")]
    [InlineData("'a[*][*]': { transform: keep }")]
    public void A_path_that_is_none_is_refused(string fields) =>
        Assert.Equal(ProfileError.WrongValue, Assert.Throws<ProfileException>(() => Exchange.Ndjson(fields)).Error);

    [Fact]
    public void Two_spellings_of_a_path_are_one_field() =>
        Assert.Equal(
            ProfileError.DuplicateKey,
            Assert.Throws<ProfileException>(() => Exchange.Ndjson("a[*].b: { transform: keep }\na[].b: { transform: keep }")).Error);

    [Fact]
    public void A_subject_in_another_array_is_refused() =>
        Assert.Equal(
            ProfileError.BadReference,
            Assert.Throws<ProfileException>(() => Exchange.Ndjson(
                "a[*].d: { transform: shift-date, subject: 'b[*].p', max-days: 9 }\nb[*].p: { transform: keep }")).Error);

    [Theory]
    [InlineData("[[[[[[[[[[[[")]
    [InlineData("{{{{{{{{{{{{{{{{")]
    [InlineData("- - - - - - - - - - - - - a")]
    [InlineData("? ? ? ?")]
    [InlineData("*a")]
    [InlineData("%YAML 9.9\n---\na: b")]
    [InlineData("\"\\x\"")]
    public void Odd_YAML_ends_in_a_profile_error(string yaml) =>
        Assert.Throws<ProfileException>(() => MaskingProfile.Parse(Encoding.UTF8.GetBytes(yaml)));

    [Fact]
    public void Mutated_profiles_end_in_a_profile_or_in_its_error()
    {
        var random = new Sequence(1);
        for (var i = 0; i < 4000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(Whole);
            for (var n = random.Below(4); n >= 0; n--) bytes[random.Below(bytes.Length)] = random.Of("{}[]:,#&*!|>'\"%@`-? \n\t\0\xffabc"u8.ToArray());
            try
            {
                MaskingProfile.Parse(bytes);
            }
            catch (ProfileException e)
            {
                Assert.True(e.Line >= 1 && e.Column >= 1);
            }
        }
    }

    [Theory]
    [InlineData("medical-claims.yaml")]
    [InlineData("invoices.yaml")]
    [InlineData("tickets.yaml")]
    public void The_profiles_that_come_along_can_be_used(string file) =>
        Assert.NotEmpty(MaskingProfile.Parse(File.ReadAllBytes(Path.Combine(Checkout.Root, "profiles", file))).Fields);
}
