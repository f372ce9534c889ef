using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Rounds;

/// <summary>One value, from the agent's question to the screen: with approvers who are told, keys that gpg has made, and the real command
/// line of everybody.</summary>
public sealed class RevealTests(PartyKeys keys)
{
    [Fact(Timeout = 120_000)]
    public async Task A_value_comes_to_the_agents_screen_after_its_approvers_were_told_and_have_signed()
    {
        using var webhook = new WebhookReceiver();
        using var mail = new MailSink();
        await using var gateway = new StoredGateway(
            await GatewayProcess.StartAsync("--notice-hosts", webhook.Host, "--smtp", mail.Host, "--smtp-from", "gateway@example.org"), container: null);
        using var exchange = await CreateAsync(gateway, $"http://{webhook.Host}/notices");
        var transfer = await exchange.SendAsync(Small.People(3));
        await exchange.Vendor.DoAsync("fetch", transfer, "--decrypt", "--secret-key", "vendor.sec.asc", "-o", "work.csv");
        var work = CsvTable.Parse(await File.ReadAllBytesAsync(exchange.PathOf("work.csv")));

        var id = await exchange.Vendor.DoAsync(
            "reveal", "request", transfer, "--record", "2", "--field", "name", "--masked", work[2, "name"], "--purpose", "callback", "--ticket", "CASE-7");
        var early = await exchange.Vendor.RunAsync("reveal", "show", id);
        Assert.EndsWith("(reveal.wrong-state)\n", early.Errors, StringComparison.Ordinal);

        var notice = await webhook.TakeAsync(exchange);
        Assert.Equal(id, notice.GetProperty("reveal").GetString());
        Assert.DoesNotContain("tok_", notice.GetRawText(), StringComparison.Ordinal);
        Assert.All(webhook.Paths, path => Assert.Equal("/notices", path));
        var letter = await mail.Taken;
        Assert.Contains("RCPT TO:<approvers@client.example>", letter, StringComparison.Ordinal);
        Assert.Contains($"sx reveal approve {id}", letter, StringComparison.Ordinal);
        Assert.DoesNotContain(work[2, "name"], letter, StringComparison.Ordinal);

        var approver = await new Sx(gateway.Process, exchange.Folder, "approver").SignInAsync(exchange.ClientParty, "client.approver");
        var approved = (await approver.RunAsync("reveal", "approve", id, "--secret-key", "approver.sec.asc")).Succeeded();
        Assert.Contains("sx: field: name\n", approved.Errors, StringComparison.Ordinal);
        var shown = (await exchange.Vendor.RunAsync("reveal", "show", id)).Succeeded();
        Assert.Equal("Maria Quispe 2", shown.Text.Trim());

        using var answer = await exchange.Http(exchange.Vendor).PostAsync($"v1/reveals/{id}/show", null);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal(
            ["reveal.requested", "reveal.refused", "reveal.approved", "reveal.shown", "reveal.shown"],
            (await exchange.EventsAsync()).Where(e => e.TryGetProperty("reveal", out var of) && of.ValueEquals(id)).Select(e => e.GetProperty("kind").GetString()));
        var value = Encoding.UTF8.GetBytes("Maria Quispe 2");
        foreach (var (name, content) in await gateway.AllBytesAsync()) Assert.True(content.AsSpan().IndexOf(value) < 0, $"{name} holds the value");
    }

    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mail_and_the_relay_s_password_go_to_a_relay_whose_certificate_is_trusted_and_to_no_other(bool isTrusted)
    {
        using var folder = new TempFolder();
        using var certificate = RelayCertificate();
        using var mail = new MailSink(certificate);
        File.WriteAllText(folder.File("trusted.pem"), isTrusted ? certificate.ExportCertificatePem() : "");
        File.WriteAllText(folder.File("password"), "open sesame\n");
        await using var gateway = new StoredGateway(
            await GatewayProcess.StartAsync(
                new Dictionary<string, string> { ["SSL_CERT_FILE"] = folder.File("trusted.pem"), ["SSL_CERT_DIR"] = folder.Path },
                "--notice-hosts", "127.0.0.1:9", "--smtp", mail.Host, "--smtp-from", "gateway@example.org", "--smtp-user", "gateway", "--smtp-password-file", folder.File("password")),
            container: null);
        using var exchange = await CreateAsync(gateway, "http://127.0.0.1:9/notices");
        var transfer = await exchange.SendAsync(Small.People(1));
        await exchange.Vendor.DoAsync("fetch", transfer, "--decrypt", "--secret-key", "vendor.sec.asc", "-o", "work.csv");
        var work = CsvTable.Parse(await File.ReadAllBytesAsync(exchange.PathOf("work.csv")));
        var id = await exchange.Vendor.DoAsync(
            "reveal", "request", transfer, "--record", "1", "--field", "name", "--masked", work[1, "name"], "--purpose", "callback", "--ticket", "CASE-8");
        if (isTrusted)
        {
            var letter = await mail.Taken;
            Assert.StartsWith("AUTH /gateway/open sesame", letter, StringComparison.Ordinal);
            Assert.Contains($"sx reveal approve {id}", letter, StringComparison.Ordinal);
        }
        else
        {
            await mail.Distrusted;
            Assert.False(mail.HasLetter);
        }

        lock (mail.InClear) Assert.All(mail.InClear, line => Assert.True(line.StartsWith("EHLO", StringComparison.Ordinal) || line == "STARTTLS", line));
    }

    private static X509Certificate2 RelayCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=relay.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_webhook_goes_only_where_the_operator_allows()
    {
        await using var gateway = new StoredGateway(await GatewayProcess.StartAsync("--notice-hosts", "127.0.0.1:9"), container: null);
        foreach (var url in (string[])["http://127.0.0.1:1/x", "https://169.254.169.254/", "http://192.0.2.1:9/", "http://127.0.0.1:9/?x", "file:///etc/passwd"])
        {
            using var exchange = await Exchange.SignInAsync(gateway, keys, Terms(url));
            WriteApprover(exchange);
            var refused = await exchange.Client.RunAsync("agreement", "create", exchange.Write("agreement.yaml", exchange.Document(Terms(url))));
            Assert.EndsWith("(agreement.webhook-refused)\n", refused.Errors, StringComparison.Ordinal);
        }
    }

    private async Task<Exchange> CreateAsync(StoredGateway gateway, string url)
    {
        var exchange = await Exchange.SignInAsync(gateway, keys, Terms(url));
        WriteApprover(exchange);
        await exchange.AgreeAsync(exchange.Write("agreement.yaml", exchange.Document(Terms(url))));
        return exchange;
    }

    private void WriteApprover(Exchange exchange)
    {
        exchange.Write("approver.asc", keys["client", GpgKeyKind.Rsa3072].Certificate);
        exchange.Write("approver.sec.asc", keys["client", GpgKeyKind.Rsa3072].Secret);
    }

    private static ExchangeTerms Terms(string url) => new()
    {
        Profile = Small.Profile,
        More = $$"""
            reveals:
              approvers: [{ caller: approver-1, certificate-file: approver.asc }]
              purposes: [callback]
              notify: { webhook: "{{url}}", mail: [approvers@client.example] }
            """,
    };
}
