using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Identity;

/// <summary>A gateway that takes tokens of two providers, of Entra ID's stand-in, and of a machine.</summary>
public sealed class IdentityGateway : IAsyncLifetime
{
    internal const string Audience = "https://exchange.example.com";
    internal const string NorthwindTenant = "11111111-1111-4111-8111-111111111111";
    internal const string ContosoTenant = "22222222-2222-4222-8222-222222222222";
    internal const string ContosoApp = "33333333-3333-4333-8333-333333333333";

    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new();

    private string _operator = "";

    internal GatewayProcess Process { get; private set; } = null!;

    /// <summary>Northwind's own provider.</summary>
    internal IssuerStandIn Northwind { get; } = new();

    /// <summary>Contoso's own provider.</summary>
    internal IssuerStandIn Contoso { get; } = new();

    internal IssuerStandIn Entra { get; } = new("/organizations/v2.0");

    internal string Folder => _folder.Path;

    public async ValueTask InitializeAsync()
    {
        (await Peer.RunAsync("dotnet", [BuiltProgram.Cli, "key", "machine", "-o", "svc"], folder: Folder)).Succeeded();
        await File.WriteAllTextAsync(_folder.File("identity.yaml"), $$"""
            parties:
              northwind: [client]
              contoso: [vendor]
              operations: [operator]
            issuers:
              northwind:
                kind: oidc
                authority: {{Northwind.Authority}}
                audience: {{Audience}}
                party: northwind
              contoso:
                kind: oidc
                authority: {{Contoso.Authority}}
                audience: {{Audience}}
                parties: { claim: org, values: { c-17: contoso } }
                roles: { claim: groups, values: { coders: vendor.agent } }
                caller: { form: hash }
              entra:
                kind: entra
                authority: {{Entra.Authority}}
                audience: {{Audience}}
                caller: { prefix: e. }
                tenants: { {{NorthwindTenant}}: northwind, {{ContosoTenant}}: contoso }
                clients: { {{ContosoApp}}: contoso }
            machines:
              - party: northwind
                caller: svc-claims
                roles: [client.uploader, client.admin]
                key-file: svc.pub.pem
            embedded-issuer: { parties: [operations] }

            """);
        Process = await GatewayProcess.StartAsync("--identity", _folder.File("identity.yaml"));
        _operator = (await new Sx(Process, Folder, "operator").SignInAsync("operations", "operator")).Token;
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        foreach (var issuer in (IssuerStandIn[])[Northwind, Contoso, Entra]) issuer.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    /// <summary>The claims of a good token of Northwind's provider.</summary>
    internal Dictionary<string, object> NorthwindClaims() => new()
    {
        ["iss"] = Northwind.Authority,
        ["aud"] = Audience,
        ["sub"] = "user-1",
        ["roles"] = (string[])["client.uploader"],
        ["iat"] = Jwt.Now(-5),
        ["exp"] = Jwt.Now(600),
    };

    internal async Task<HttpResponseMessage> WhoAmIAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Process.Url, "v1/whoami"));
        Assert.True(request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}"));
        return await _http.SendAsync(request);
    }

    /// <summary>Party, caller and roles of a token that is good.</summary>
    internal async Task<string> SignedInAsync(string token)
    {
        using var answer = await WhoAmIAsync(token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return $"{json.RootElement.GetProperty("party")}/{json.RootElement.GetProperty("caller")} {json.RootElement.GetProperty("roles")}";
    }

    /// <summary>The token is refused for this reason, the log has it, and neither answer, log nor output repeat the token.</summary>
    internal async Task RefusedAsync(string token, string reason)
    {
        using var answer = await WhoAmIAsync(token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal($"token.{reason}", await Problem.CodeAsync(answer));
        await LoggedAsync(Problem.Event(answer)!, "signin.refused", reason);
        if (token.Length > 40) Assert.DoesNotContain(token[..40], Process.Output, StringComparison.Ordinal);
    }

    internal async Task LoggedAsync(string logged, string kind, string? reason)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Process.Url, $"v1/audit/events/{logged}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _operator);
        using var entry = await _http.SendAsync(request);
        using var json = JsonDocument.Parse(await entry.Content.ReadAsStringAsync());
        Assert.Equal(kind, json.RootElement.GetProperty("kind").GetString());
        if (reason is not null) Assert.Equal(reason, json.RootElement.GetProperty("reason").GetString());
    }
}
