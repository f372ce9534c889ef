using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>The root key in a vault, and the operator's commands, over real connections.</summary>
public sealed class KeyTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact(Timeout = 180_000)]
    public async Task With_its_root_key_in_a_vault_a_gateway_starts_rotates_and_starts_again()
    {
        using var vault = new VaultStandIn();
        await using var gateway = await GatewayProcess.StartAsync(vault.Environment, "--root-vault", vault.Address);
        Assert.Empty(Directory.GetFiles(Path.Combine(gateway.Data, "keys"), "root*"));
        Assert.Equal(32, Convert.FromBase64String(Assert.Single(vault.Versions).Value).Length);
        Assert.True(vault.Challenged > 0);
        var certificate = await CertificateAsync(gateway);
        var sx = await new Sx(gateway, _folder.Path, "operator").SignInAsync("operations", "operator");
        await sx.DoAsync("keys", "rotate", "root");
        Assert.Equal([false, true], vault.Versions.Select(version => version.Enabled));
        Assert.Matches(@"^root +epoch 2 +current +since \S+  in vault", await sx.DoAsync("keys", "list"));
        await gateway.RestartAsync();
        Assert.Equal(certificate, await CertificateAsync(gateway));
        Assert.DoesNotContain(vault.Versions[1].Value, gateway.Output, StringComparison.Ordinal);

        // Without the vault's leave it keeps to the key that it has, and says whose fault it is.
        vault.Refuses = true;
        var refused = await sx.RunAsync("keys", "rotate", "root");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("keys.unavailable", refused.Errors, StringComparison.Ordinal);
        var why = await Assert.ThrowsAsync<InvalidOperationException>(gateway.RestartAsync);
        Assert.Contains("the vault doesn't let this host at the root key", why.Message, StringComparison.Ordinal);

        // The rotation was noted, and is finished by the start.
        vault.Refuses = false;
        await gateway.RestartAsync();
        Assert.Equal([false, false, true], vault.Versions.Select(version => version.Enabled));
        Assert.Equal(certificate, await CertificateAsync(gateway));
        vault.Stop();
        why = await Assert.ThrowsAsync<InvalidOperationException>(gateway.RestartAsync);
        Assert.Contains("the vault with the root key can't be reached", why.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Sx_follows_a_rotated_certificate_and_verifies_a_log_by_the_key_that_it_knew()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var sx = await new Sx(gateway, _folder.Path, "operator").SignInAsync("operations", "operator");
        await sx.DoAsync("audit", "verify", gateway.Url.OriginalString);
        var key = File.ReadAllText(Path.Combine(gateway.Data, "blobs/logs/gateway/vkey")).Trim();
        await sx.DoAsync("keys", "rotate", "log", "--log", "gateway");
        await sx.DoAsync("keys", "rotate", "gateway");
        Assert.NotEqual(key, File.ReadAllText(Path.Combine(gateway.Data, "blobs/logs/gateway/vkey")).Trim());
        Assert.Contains("intact", await sx.DoAsync("audit", "verify", gateway.Url.OriginalString), StringComparison.Ordinal);
        Assert.Contains("intact", await sx.DoAsync("audit", "verify", "--key", key, Path.Combine(gateway.Data, "blobs/logs/gateway")), StringComparison.Ordinal);
        var armored = await CertificateAsync(gateway);
        Assert.Equal(2, armored.Split("BEGIN PGP PUBLIC KEY BLOCK").Length - 1);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> CertificateAsync(GatewayProcess gateway)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(gateway.Url, "v1/gateway/certificate"));
    }
}
