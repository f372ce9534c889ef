using SecureExchange.Access;
using SecureExchange.Server.Identity;
using SecureExchange.Testing;

namespace SecureExchange.Server.Tests.Identity;

public sealed class IdentityFileTests : IDisposable
{
    private const string Good = """
        parties: { northwind: [client], contoso: [vendor] }
        issuers:
          one: { kind: oidc, authority: "https://one.example", audience: a, party: northwind }
          two: { kind: entra, authority: "https://login.microsoftonline.com/organizations/v2.0", audience: b, tenants: { t-1: contoso } }

        """;

    private readonly TempFolder _folder = new();

    [Fact]
    public void A_good_file_says_who_speaks_for_whom()
    {
        var settings = Read(Good);
        Assert.Equal(["client.uploader", "client.approver", "client.admin"], settings.Parties[Party("northwind")].Select(RoleNames.Of));
        Assert.Equal([Party("northwind")], settings.Issuers[0].Parties);
        Assert.Equal([Party("contoso")], settings.Issuers[1].Parties);
        Assert.Equal(("oid", "tid"), (settings.Issuers[1].CallerClaim, settings.Issuers[1].PartyClaim));
        Assert.Empty(settings.Embedded);
    }

    [Fact]
    public void The_same_as_JSON_is_the_same()
    {
        var settings = Read("""{"parties":{"northwind":["client"]},"issuers":{"one":{"kind":"oidc","authority":"https://one.example/","audience":"a","party":"northwind"}}}""");
        // With the slash: it's part of the issuer's name.
        Assert.Equal("https://one.example/", settings.Issuers[0].Authority.OriginalString);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once_each_with_its_line()
    {
        var message = Assert.Throws<ArgumentException>(() => Read("""
            parties: { northwind: [client], Contoso: [vendor], fabrikam: [king] }
            issuers:
              one: { kind: saml, authority: "http://one.example", party: stranger, clock-skew: 600, algorithms: [HS256], audiense: a }
              two: { kind: oidc, authority: "https://two.example", audience: a, party: northwind, parties: { claim: org } }
            machines:
              - { party: northwind, caller: "svc 1", roles: [vendor.agent], key-file: nothing.pem }
            embeded-issuer: { parties: [northwind] }
            """)).Message;
        foreach (var expected in (string[])
            [
                "identity.yaml: line 1: a party is 2 to 32",
                "line 1: a party is client, vendor, auditor or operator",
                "line 3: issuers.one: 'kind' is entra or oidc",
                "line 3: issuers.one: 'authority' is an https URL",
                "line 3: issuers.one: 'audience' is missing",
                "line 3: issuers.one: stranger isn't in 'parties'",
                "line 3: issuers.one: 'clock-skew' has to be a number from 0 to 120",
                "line 3: issuers.one: 'algorithms' are of RS256",
                "line 3: issuers.one: unknown key; known here: algorithms, audience",
                "line 4: issuers.two: either 'party' or 'parties'",
                "line 4: issuers.two.parties: 'values' says which",
                "line 6: machines[0]: 'caller' is 1 to 64",
                "line 6: machines[0]: 'parties' doesn't let this party have such a role",
                "line 6: machines[0]: there is no public key",
                "unknown key; known here: embedded-issuer, issuers, machines, parties",
            ])
            Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("audiense", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("parties: { northwind: [client] }\n", "nobody could sign in")]
    [InlineData("parties: { northwind: [client] }\nparties: { contoso: [vendor] }\n", "a key is there twice")]
    [InlineData("parties: &a { northwind: [client] }\nissuers: *a\n", "anchors")]
    [InlineData("[]", "one mapping")]
    [InlineData("parties: {", "this isn't YAML")]
    public void A_file_that_makes_no_sense_is_refused(string text, string why) =>
        Assert.Contains(why, Assert.Throws<ArgumentException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_issuers_of_one_party_need_prefixes_and_two_of_one_authority_are_one_too_many()
    {
        var twice = Good.Replace("two: { kind: entra", "three: { kind: oidc, authority: \"https://one.example\", audience: c, party: northwind }\n  two: { kind: entra", StringComparison.Ordinal);
        var message = Assert.Throws<ArgumentException>(() => Read(twice)).Message;
        Assert.Contains("one and three have the same authority", message, StringComparison.Ordinal);
        Assert.Contains("one and three both speak for northwind", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_key_is_not_taken_for_a_public_one()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
        Assert.Contains("this is a private key", Assert.Throws<ArgumentException>(() => Read(Machine)).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.File("key.pem"), key.ExportSubjectPublicKeyInfoPem());
        Assert.Equal("ES256", Assert.Single(Read(Machine).Machines).Algorithm);
        using var weak = System.Security.Cryptography.RSA.Create(2048);
        File.WriteAllText(_folder.File("key.pem"), weak.ExportSubjectPublicKeyInfoPem());
        Assert.Contains("3072", Assert.Throws<ArgumentException>(() => Read(Machine)).Message, StringComparison.Ordinal);
    }

    private const string Machine = """
        parties: { northwind: [client] }
        machines:
          - { party: northwind, caller: svc-1, roles: [client.uploader], key-file: key.pem }
        """;

    public void Dispose() => _folder.Dispose();

    private IdentitySettings Read(string text) => IdentityFile.Parse(text, _folder.Path, "identity.yaml");

    private static PartyId Party(string name) => PartyId.TryParse(name, out var party) ? party : throw new ArgumentException(name);
}
