using System.Net;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Identity;

/// <summary>A gateway with one provider, of one test's own.</summary>
internal sealed class IdentityGatewayOf(bool entra = false) : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new();
    private GatewayProcess? _process;

    internal IssuerStandIn Issuer { get; } = new(entra ? "/organizations/v2.0" : "");

    internal async Task StartAsync()
    {
        var kind = entra
            ? $"kind: entra, tenants: {{ {IdentityGateway.NorthwindTenant}: northwind }}"
            : "kind: oidc, party: northwind";
        await File.WriteAllTextAsync(_folder.File("identity.yaml"), $$"""
            parties: { northwind: [client] }
            issuers:
              only: { authority: "{{Issuer.Authority}}", audience: "{{IdentityGateway.Audience}}", {{kind}} }

            """);
        _process = await GatewayProcess.StartAsync("--identity", _folder.File("identity.yaml"));
    }

    internal Dictionary<string, object> Claims() => new()
    {
        ["iss"] = Issuer.Authority,
        ["aud"] = IdentityGateway.Audience,
        ["sub"] = "user-1",
        ["roles"] = "client.uploader",
        ["exp"] = Jwt.Now(600),
    };

    internal Dictionary<string, object> EntraClaims(string tenant) => new()
    {
        ["iss"] = Issuer.IssuerOf(tenant),
        ["aud"] = IdentityGateway.Audience,
        ["tid"] = tenant,
        ["oid"] = "object-1",
        ["azp"] = "app-1",
        ["ver"] = "2.0",
        ["roles"] = "client.uploader",
        ["exp"] = Jwt.Now(600),
    };

    internal string Token() => Issuer.Sign(Claims());

    internal async Task<HttpStatusCode> StatusAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_process!.Url, "v1/whoami"));
        request.Headers.Add("Authorization", $"Bearer {token}");
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }

    public void Dispose()
    {
        _process?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _http.Dispose();
        Issuer.Dispose();
        _folder.Dispose();
    }
}
