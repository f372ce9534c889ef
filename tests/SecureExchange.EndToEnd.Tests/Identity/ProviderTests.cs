using System.Net;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Identity;

/// <summary>Tokens of identity providers, side by side.</summary>
public sealed class ProviderTests(IdentityGateway gateway) : IClassFixture<IdentityGateway>
{
    [Fact(Timeout = 60_000)]
    public async Task Each_provider_speaks_for_its_own_party_in_the_words_that_the_operator_maps()
    {
        Assert.Equal("""northwind/user-1 ["client.uploader"]""", await gateway.SignedInAsync(gateway.Northwind.Sign(gateway.NorthwindClaims())));
        var who = await gateway.SignedInAsync(gateway.Contoso.Sign(ContosoClaims()));
        // A name that the provider gives people isn't what the log calls them.
        Assert.Matches("""^contoso/[0-9a-f]{32} \["vendor.agent"\]$""", who);
        Assert.Equal(who, await gateway.SignedInAsync(gateway.Contoso.Sign(ContosoClaims())));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_provider_that_changes_its_key_is_followed_and_the_old_key_signs_nothing_more()
    {
        using var own = new IdentityGatewayOf();
        await own.StartAsync();
        var before = own.Token();
        Assert.Equal(HttpStatusCode.OK, await own.StatusAsync(before));
        await Task.Delay(TimeSpan.FromSeconds(2.1)); // A stranger can't make the gateway ask more often.
        own.Issuer.Rotate();
        Assert.Equal(HttpStatusCode.OK, await own.StatusAsync(own.Token()));
        Assert.Equal(HttpStatusCode.Unauthorized, await own.StatusAsync(before));
        // Keys that nobody has, named again and again, don't reach the provider each time.
        var asked = own.Issuer.Asked;
        for (var i = 0; i < 20; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, await own.StatusAsync(Jwt.Sign(own.Issuer.Key, Jwt.Json(new { alg = "RS256", kid = $"made-up-{i}" }), Jwt.Json(own.Claims()))));
        Assert.InRange(own.Issuer.Asked - asked, 0, 2);
    }

    [Fact(Timeout = 60_000)]
    public async Task While_a_provider_is_away_its_known_keys_serve_and_before_that_nobody_can_tell()
    {
        using var own = new IdentityGatewayOf();
        own.Issuer.IsAway = true;
        await own.StartAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await own.StatusAsync(own.Token()));
        own.Issuer.IsAway = false;
        await Task.Delay(TimeSpan.FromSeconds(2.1));
        Assert.Equal(HttpStatusCode.OK, await own.StatusAsync(own.Token()));
        own.Issuer.IsAway = true;
        Assert.Equal(HttpStatusCode.OK, await own.StatusAsync(own.Token()));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/keys")]
    public async Task A_provider_that_says_its_keys_are_elsewhere_is_not_followed(string path)
    {
        using var own = new IdentityGatewayOf();
        using var elsewhere = new Elsewhere();
        own.Issuer.Moved[path] = $"http://{elsewhere.Host}{path}";
        await own.StartAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await own.StatusAsync(own.Token()));
        Assert.False(elsewhere.WasVisited);
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_Entra_ID_people_and_applications_of_the_named_tenants_come_in()
    {
        gateway.Entra.KeyIssuer = gateway.Entra.IssuerOf("{tenantid}");
        Assert.Equal("""northwind/e.object-1 ["client.admin"]""", await gateway.SignedInAsync(gateway.Entra.Sign(EntraClaims(IdentityGateway.NorthwindTenant, "client.admin"))));
        Assert.Equal("""contoso/e.object-1 ["vendor.agent"]""", await gateway.SignedInAsync(gateway.Entra.Sign(EntraClaims(IdentityGateway.ContosoTenant, "vendor.agent"))));
        // A vendor's application that lives in the client's tenant is the vendor's.
        var guest = EntraClaims(IdentityGateway.NorthwindTenant, "vendor.agent");
        guest["azp"] = IdentityGateway.ContosoApp;
        Assert.Equal("""contoso/e.object-1 ["vendor.agent"]""", await gateway.SignedInAsync(gateway.Entra.Sign(guest)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_Entra_ID_another_tenant_another_version_and_an_ID_token_are_refused()
    {
        gateway.Entra.KeyIssuer = gateway.Entra.IssuerOf("{tenantid}");
        var stranger = "99999999-9999-4999-8999-999999999999";
        await gateway.RefusedAsync(gateway.Entra.Sign(EntraClaims(stranger, "client.admin")), "wrong-tenant");
        var lying = EntraClaims(stranger, "client.admin");
        lying["tid"] = IdentityGateway.NorthwindTenant; // The issuer's tenant isn't the one that it claims.
        await gateway.RefusedAsync(gateway.Entra.Sign(lying), "wrong-issuer");
        var first = EntraClaims(IdentityGateway.NorthwindTenant, "client.admin");
        first["ver"] = "1.0";
        await gateway.RefusedAsync(gateway.Entra.Sign(first), "invalid");
        var idToken = EntraClaims(IdentityGateway.NorthwindTenant, "client.admin");
        idToken.Remove("azp");
        await gateway.RefusedAsync(gateway.Entra.Sign(idToken), "invalid");
        await gateway.RefusedAsync(gateway.Entra.Sign(EntraClaims(IdentityGateway.ContosoTenant, "client.admin")), "wrong-role");
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_Entra_ID_a_key_signs_for_its_own_tenant_only()
    {
        using var own = new IdentityGatewayOf(entra: true);
        own.Issuer.KeyIssuer = own.Issuer.IssuerOf(IdentityGateway.ContosoTenant);
        await own.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await own.StatusAsync(own.Issuer.Sign(own.EntraClaims(IdentityGateway.NorthwindTenant))));
    }

    private Dictionary<string, object> ContosoClaims() => new()
    {
        ["iss"] = gateway.Contoso.Authority,
        ["aud"] = (string[])["another", IdentityGateway.Audience],
        ["sub"] = "auth0|Maria Quispe",
        ["org"] = "c-17",
        ["groups"] = (string[])["everybody", "coders"],
        ["exp"] = Jwt.Now(600),
    };

    private Dictionary<string, object> EntraClaims(string tenant, string role) => new()
    {
        ["iss"] = gateway.Entra.IssuerOf(tenant),
        ["aud"] = IdentityGateway.Audience,
        ["tid"] = tenant,
        ["oid"] = "object-1",
        ["sub"] = "pairwise-1",
        ["azp"] = "55555555-5555-4555-8555-555555555555",
        ["ver"] = "2.0",
        ["roles"] = (string[])[role],
        ["nbf"] = Jwt.Now(-5),
        ["exp"] = Jwt.Now(600),
    };
}
