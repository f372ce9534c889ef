using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Logs;

/// <summary>What <c>sx</c> remembers of a gateway that isn't on its own machine, held against another one in its place.</summary>
public sealed class KnownPlaceTests : IAsyncLifetime
{
    private const string Place = "https://exchange.example";
    private const int NotVerified = 3;

    private readonly TempFolder _folder = new();
    private readonly ConnectProxy _proxy = new();
    private GatewayProcess _first = null!;
    private GatewayProcess _second = null!;

    public async ValueTask InitializeAsync()
    {
        WriteCertificate();
        _first = await StartAsync("first.example");
        _second = await StartAsync("second.example");
        _proxy.To = _first.Url;
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _proxy.Dispose();
        _folder.Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_log_of_another_origin_at_a_known_place_is_not_the_log_that_was_asked_for()
    {
        (await RunAsync("audit", "verify", Place)).Succeeded();
        Assert.Contains("first.example/gateway", (await RunAsync("audit", "verify", Place)).Succeeded().Text, StringComparison.Ordinal);
        _proxy.To = _second.Url;
        var refused = await RunAsync("audit", "verify", Place);
        Assert.Equal(NotVerified, refused.ExitCode);
        Assert.Contains("the log second.example/gateway, and that isn't the one that was asked for", refused.Errors, StringComparison.Ordinal);
        _proxy.To = _first.Url;
        (await RunAsync("audit", "verify", Place)).Succeeded(); // The other one wasn't remembered.
    }

    [Fact(Timeout = 120_000)]
    public async Task Another_certificate_at_a_known_place_is_taken_only_where_the_known_one_vouches_for_it()
    {
        Assert.Contains("first contact with exchange.example", await SendAsync(), StringComparison.Ordinal);
        (await RunAsync("keys", "rotate", "gateway")).Succeeded();
        Assert.Contains("the one that was known vouches for it", await SendAsync(), StringComparison.Ordinal);

        _proxy.To = _second.Url;
        for (var i = 0; i < 2; i++) // Nor is it remembered for the next time.
        {
            var refused = await SendAsync(NotVerified);
            Assert.Contains("either it isn't the same gateway, or someone is in between", refused, StringComparison.Ordinal);
        }

        _proxy.To = _first.Url;
        Assert.DoesNotContain("certificate", await SendAsync(), StringComparison.Ordinal);
    }

    /// <summary>A file for an agreement that nobody has: what matters is whether it is sealed and sent at all.</summary>
    private async Task<string> SendAsync(int exitCode = 1)
    {
        await File.WriteAllTextAsync(_folder.File("claims.csv"), "claim_id\n1\n");
        if (!File.Exists(_folder.File("key.asc"))) await File.WriteAllBytesAsync(_folder.File("key.asc"), (await RunAsync("sop", "generate-key", "maria")).Succeeded().Output);
        var sent = await RunAsync("send", "claims.csv", "--agreement", "northwind.claims", "--secret-key", "key.asc");
        Assert.True(sent.ExitCode == exitCode, $"exit {sent.ExitCode}: {sent.Errors}");
        if (exitCode == 1) Assert.Contains("(not-found)", sent.Errors, StringComparison.Ordinal);
        return sent.Errors;
    }

    private async Task<PeerResult> RunAsync(params string[] arguments)
    {
        var gateway = _proxy.To == _first.Url ? _first : _second;
        var token = (await Peer.RunAsync(
            "dotnet", [BuiltProgram.Cli, "token", "issue", "--data", gateway.Data, "--party", "operations", "--caller", "operator-1", "--role", "operator"])).Succeeded().Text;
        return await Peer.RunAsync(
            "dotnet", [BuiltProgram.Cli, .. arguments], folder: _folder.Path, environment: new Dictionary<string, string>
            {
                ["SX_URL"] = Place,
                ["SX_TOKEN"] = token.Trim(),
                ["SX_CONFIG"] = _folder.File("config"),
                ["SSL_CERT_FILE"] = _folder.File("tls.pem"),
                ["https_proxy"] = _proxy.Url,
                ["no_proxy"] = "",
            });
    }

    private Task<GatewayProcess> StartAsync(string name) => GatewayProcess.StartAsync(
        "--name", name, "--urls", "https://127.0.0.1:0", "--tls-certificate", _folder.File("tls.pem"), "--tls-key", _folder.File("tls.key"));

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=exchange.example", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("exchange.example");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(_folder.File("tls.key"), key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(_folder.File("tls.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(_folder.File("tls.pem"), certificate.ExportCertificatePem());
    }
}
