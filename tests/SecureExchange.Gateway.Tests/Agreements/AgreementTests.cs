using SecureExchange.Gateway.Agreements;

namespace SecureExchange.Gateway.Tests.Agreements;

public class AgreementTests
{
    [Theory]
    [InlineData("title: Claims", "titel: Claims", "agreement.malformed", "'title' is missing")]
    [InlineData("custody: none", "custody: all", "agreement.malformed", "'custody' has to be none, or one or several of masked-records, originals")]
    [InlineData("custody: none", "custody: [originals, none]", "agreement.malformed", "'custody' has to be none, or one or several of masked-records, originals")]
    [InlineData("custody: none", "custody: originals", "agreement.malformed", "custody of originals is for reveals")]
    [InlineData("custody: none", "custdy: none", "agreement.unknown-key", "unknown key")]
    [InlineData("ends: 2027-01-01", "ends: 2025-01-01", "agreement.malformed", "'ends' has to be after 'starts'")]
    [InlineData("ends: 2027-01-01", "ends: soon", "agreement.malformed", "'ends' has to be a date")]
    [InlineData("party: vendor", "party: client", "agreement.malformed", "client and vendor have to be two parties")]
    [InlineData("party: vendor", "party: Vendor!", "agreement.malformed", "'party' has to be")]
    [InlineData("transform: redact", "transform: redcat", "profile.refused", "the masking profile is wrong")]
    [InlineData("agreement: claims", "agreement: Claims/..", "agreement.malformed", "'agreement' has to be")]
    [InlineData("auditors: [auditor]", "auditors: auditor", "agreement.malformed", "'auditors' has to be a list")]
    [InlineData("country: PH", "country: PH\n  county: PH", "agreement.unknown-key", "unknown key")]
    public async Task A_mistake_in_an_agreement_is_named(string right, string wrong, string code, string message)
    {
        await using var test = await TestGateway.StartAsync();
        var document = test.Document();
        Assert.Contains(right, document, StringComparison.Ordinal);
        var e = Assert.Throws<AgreementException>(() => Agreement.Parse(document.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Equal(code, e.Code);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", 400_000)]
    [InlineData("{a: ", 100_000)]
    [InlineData("- ", 200_000)]
    public void Nesting_that_would_overflow_the_stack_is_refused(string open, int times) => Assert.Equal(
        "agreement.malformed", Assert.Throws<AgreementException>(() => Agreement.Parse(string.Concat(Enumerable.Repeat(open, times)))).Code);

    [Fact]
    public void Aliases_are_refused() => Assert.Equal(
        "agreement.malformed", Assert.Throws<AgreementException>(() => Agreement.Parse("a: &x [1]\nb: *x\n")).Code);

    [Theory]
    [InlineData("onshore", "keep")]
    [InlineData("nearshore", "tokenise")]
    [InlineData("offshore", "redact")]
    public async Task Where_the_vendors_people_sit_decides_what_they_get(string location, string transform)
    {
        await using var test = await TestGateway.StartAsync();
        var document = test.Document()
            .Replace("country: PH", $"country: PH\n  location: {location}", StringComparison.Ordinal)
            .Replace(
                "name: { transform: tokenise }",
                "name: { transform: tokenise, audiences: { vendor.agent@onshore: { transform: keep }, '@offshore': { transform: redact } } }",
                StringComparison.Ordinal);
        var profile = Agreement.Parse(document).Profile;
        Assert.Equal($"vendor.agent@{location}", profile.Audience.ToString());
        Assert.Equal(transform, profile.Fields.Single(field => field.Name == "name").Transform);
    }

    [Fact]
    public void Roles_in_profiles_are_those_of_callers() =>
        Assert.Equal(Access.RoleNames.All, SecureExchange.Masking.Profiles.Audience.Roles);

    [Fact]
    public async Task An_agreement_of_the_same_name_is_refused()
    {
        await using var test = await TestGateway.StartAsync();
        var again = await test.Gateway.AgreementDesk.CreateAsync(TestGateway.Admin, test.Document(), default);
        Assert.Equal("agreement.exists", Assert.IsType<AgreementResult.Refused>(again).Fault.Code);
    }

    [Fact]
    public async Task The_vendor_cannot_make_the_clients_agreement()
    {
        await using var test = await TestGateway.StartAsync();
        var stranger = TestGateway.Caller("vendor", "admin-1", Access.Role.ClientAdmin);
        Assert.IsType<AgreementResult.Denied>(await test.Gateway.AgreementDesk.CreateAsync(stranger, test.Document(), default));
    }

    [Fact]
    public async Task Its_version_is_the_digest_of_its_text()
    {
        await using var test = await TestGateway.StartAsync();
        var (one, two) = (test.Document(), test.Document().Replace("Coding", "Checking", StringComparison.Ordinal));
        Assert.NotEqual(Agreement.Parse(one).Terms.Version, Agreement.Parse(two).Terms.Version);
    }

    [Fact]
    public async Task A_schema_has_to_fit_the_profile()
    {
        await using var test = await TestGateway.StartAsync();
        const string Fits = "\nschema:\n  format: csv\n  fields: [claim_id, name, ssn, notes]\n";
        Agreement.Parse(test.Document() + Fits);
        Assert.Throws<AgreementException>(() => Agreement.Parse(test.Document() + Fits.Replace("csv", "ndjson", StringComparison.Ordinal)));
        Assert.Throws<AgreementException>(() => Agreement.Parse(test.Document() + Fits.Replace("notes", "notes, extra", StringComparison.Ordinal)));
        Assert.Throws<AgreementException>(() => Agreement.Parse(test.Document() + Fits.Replace(", notes", "", StringComparison.Ordinal)));
    }
}
