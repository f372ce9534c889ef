using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>Whoever answers in a gateway's place, or in an identity provider's, can't send <c>sx</c> and its token somewhere else.</summary>
public sealed class RedirectTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Elsewhere _elsewhere = new();

    [Theory(Timeout = 60_000)]
    [InlineData("list", "--agreement", "northwind.claims")]
    [InlineData("send", "claims.csv", "--agreement", "northwind.claims")]
    [InlineData("audit", "verify", "URL")]
    public async Task Sx_does_not_follow_a_gateway_that_says_it_is_elsewhere(params string[] arguments)
    {
        using var moved = new MovedServer($"http://{_elsewhere.Host}");
        await File.WriteAllTextAsync(_folder.File("claims.csv"), "claim_id\n1\n");
        var ended = await Peer.RunAsync(
            "dotnet", [BuiltProgram.Cli, .. arguments.Select(argument => argument == "URL" ? moved.Url : argument)], folder: _folder.Path,
            environment: new Dictionary<string, string> { ["SX_URL"] = moved.Url, ["SX_TOKEN"] = "a.b.c", ["SX_CONFIG"] = _folder.File("config") });
        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("the server answered 307", ended.Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, moved.Asked);
        Assert.False(_elsewhere.WasVisited);
    }

    [Fact(Timeout = 60_000)]
    public async Task Sx_does_not_follow_an_identity_provider_that_says_it_is_elsewhere()
    {
        using var moved = new MovedServer($"http://{_elsewhere.Host}");
        await File.WriteAllTextAsync(_folder.File("identity.yaml"), $$"""
            parties: { northwind: [client] }
            issuers:
              northwind:
                kind: oidc
                authority: {{moved.Url}}
                audience: https://exchange.example.com
                party: northwind
                device-sign-in: { client-id: sx, scope: openid }
            """);
        await using var gateway = await GatewayProcess.StartAsync("--identity", _folder.File("identity.yaml"));
        var ended = await new Sx(gateway, _folder.Path, "maria").RunAsync("login");
        Assert.Contains("the identity provider answers 307", ended.Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, moved.Asked);
        Assert.False(_elsewhere.WasVisited);
    }

    public void Dispose()
    {
        _elsewhere.Dispose();
        _folder.Dispose();
    }
}
