using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>How the gateway is reached: HTTPS of its own, or a proxy that the operator names.</summary>
public sealed class TlsTests(ProxiedGateway proxied) : IClassFixture<ProxiedGateway>, IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task Over_TLS_a_renewed_certificate_is_served_and_one_that_cannot_be_used_changes_nothing()
    {
        var first = WriteCertificate();
        await using var gateway = await GatewayProcess.StartAsync(
            "--urls", "https://127.0.0.1:0", "--tls-certificate", _folder.File("tls.pem"), "--tls-key", _folder.File("tls.key"));
        var (served, hsts) = await AskAsync(gateway.Url);
        Assert.Equal((first, "max-age=31536000"), (served, hsts));
        using (var plain = new HttpClient())
            await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(new Uri($"http://{gateway.Url.Authority}/health/live")));

        var second = WriteCertificate();
        await Task.Delay(TimeSpan.FromSeconds(2.1));
        Assert.Equal(second, (await AskAsync(gateway.Url)).Served);
        await File.WriteAllTextAsync(_folder.File("tls.pem"), "half a file");
        await Task.Delay(TimeSpan.FromSeconds(2.1));
        Assert.Equal(second, (await AskAsync(gateway.Url)).Served);
        Assert.Contains("can't be used, so the one before stays", gateway.Output, StringComparison.Ordinal);
        // A crash must not write what is in memory.
        Assert.Matches(@"^Max core file size\s+0\s+0\s", gateway.LimitOf("Max core file size"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_that_others_may_read_is_refused()
    {
        WriteCertificate();
        File.SetUnixFileMode(_folder.File("tls.key"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var why = await StartAsync("Development", "--urls", "https://127.0.0.1:0", "--tls-certificate", _folder.File("tls.pem"), "--tls-key", _folder.File("tls.key"));
        Assert.Contains("others on this host may read the key", why, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("http://0.0.0.0:0", "plain HTTP only on loopback")]
    [InlineData("http://[::]:0", "plain HTTP only on loopback")]
    [InlineData("https://127.0.0.1:0", "also --tls-certificate and --tls-key")]
    [InlineData("http://exchange.example.com:80", "an IP address ([::] for all) or localhost")]
    public async Task Where_the_wire_would_show_what_passes_the_gateway_does_not_listen(string url, string why) =>
        Assert.Contains(why, await StartAsync("Development", "--urls", url), StringComparison.Ordinal);

    [Fact(Timeout = 60_000)]
    public async Task In_production_the_embedded_issuer_is_refused() => Assert.Contains(
        "the embedded issuer isn't for production", await StartAsync("Production", "--urls", "http://127.0.0.1:0"), StringComparison.Ordinal);

    [Theory(Timeout = 60_000)]
    [InlineData("203.0.113.7", "https", true)]
    [InlineData("2001:db8::7", "https", true)]
    [InlineData(null, "https", false)]
    [InlineData("203.0.113.7", null, false)]
    [InlineData("203.0.113.7", "http", false)]
    [InlineData("10.0.0.1, 203.0.113.7", "https", false)]
    [InlineData("203.0.113.7:80", "https", false)]
    [InlineData("127.1", "https", false)]
    [InlineData("a.b.c.d", "https", false)]
    public async Task A_named_proxy_says_one_address_and_https_or_is_refused(string? from, string? proto, bool isGood)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(proxied.Process.Url, "health/live"));
        if (from is not null) request.Headers.TryAddWithoutValidation("X-Forwarded-For", from);
        if (proto is not null) request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", proto);
        using var answer = await http.SendAsync(request);
        Assert.Equal(isGood ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.StatusCode);
        if (isGood) Assert.Equal("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single());
        else Assert.Equal("request.forwarded-headers", await Problem.CodeAsync(answer));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<(string? Served, string? Hsts)> AskAsync(Uri url)
    {
        string? served = null;
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => (served = certificate?.GetCertHashString(HashAlgorithmName.SHA256)) is not null,
            },
        });
        using var answer = await http.GetAsync(new Uri(url, "health/live"));
        return (served, answer.Headers.GetValues("Strict-Transport-Security").Single());
    }

    /// <summary>What the server says that can't start.</summary>
    private async Task<string> StartAsync(string environment, params string[] options)
    {
        var ended = await Peer.RunAsync(
            "dotnet", [BuiltProgram.Server, "--data", _folder.File("data"), .. options],
            environment: new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = environment, ["SX_URLS"] = "http://127.0.0.1:0" }, seconds: 30);
        Assert.Equal(1, ended.ExitCode);
        return ended.Errors;
    }

    /// <returns>Its fingerprint.</returns>
    private string WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=gateway.test", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(_folder.File("tls.key"), key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(_folder.File("tls.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(_folder.File("tls.pem"), certificate.ExportCertificatePem());
        return certificate.GetCertHashString(HashAlgorithmName.SHA256);
    }
}

/// <summary>A gateway that takes this machine for its proxy.</summary>
public sealed class ProxiedGateway : IAsyncLifetime
{
    internal GatewayProcess Process { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Process = await GatewayProcess.StartAsync("--trusted-proxy", "127.0.0.1");

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
