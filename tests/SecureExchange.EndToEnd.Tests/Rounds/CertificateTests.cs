using System.Text;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Rounds;

/// <summary>A new certificate, from its registration to its revocation: with the real command line of everybody, and with gpg alone.</summary>
public sealed class CertificateTests(Gateways gateways, PartyKeys keys)
{
    [Fact(Timeout = 120_000)]
    public async Task A_vendor_changes_to_a_key_that_only_gpg_has_and_revokes_it_again()
    {
        var gateway = await gateways.SharedAsync(Store.Folder);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        var second = await new Sx(gateway.Process, exchange.Folder, "second").SignInAsync(exchange.VendorParty, "vendor.admin");
        var key = keys["vendor", GpgKeyKind.Rsa3072];
        exchange.Write("new.asc", key.Certificate);
        Assert.Equal(key.Fingerprint, await exchange.Vendor.DoAsync("cert", "register", "new.asc", "-a", exchange.Agreement));

        var http = exchange.Http(exchange.Vendor);
        var route = $"v1/agreements/{exchange.Agreement}/certificates/{key.Fingerprint}";
        var text = (await exchange.Gpg.DecryptAsync(await http.GetByteArrayAsync($"{route}/challenge"))).Succeeded();
        Assert.Contains("[GNUPG:] GOODSIG ", text.Errors, StringComparison.Ordinal);
        Assert.Contains(exchange.GatewayKey, text.Errors, StringComparison.Ordinal);
        var signature = (await exchange.Gpg.RunAsync(text.Output, "--local-user", key.Fingerprint, "--detach-sign")).Succeeded();
        using (var proven = await http.PostAsync($"{route}/proof", new ByteArrayContent(signature.Output))) Assert.Equal(201, (int)proven.StatusCode);
        var alone = await exchange.Vendor.RunAsync("cert", "confirm", key.Fingerprint, "-a", exchange.Agreement);
        Assert.EndsWith("(access.own-request)\n", alone.Errors, StringComparison.Ordinal);
        await second.DoAsync("cert", "confirm", key.Fingerprint, "-a", exchange.Agreement);
        Assert.Contains($"{key.Fingerprint}  in-force: of {exchange.VendorParty}, sealed to", await exchange.Client.DoAsync("cert", "list", "-a", exchange.Agreement), StringComparison.Ordinal);

        var transfer = await exchange.SendAsync(Small.People(3));
        var fetched = await exchange.FetchWithGpgAsync(exchange.Vendor, transfer);
        Assert.Contains("[GNUPG:] DECRYPTION_KEY ", fetched.Errors, StringComparison.Ordinal);
        Assert.Contains(key.Fingerprint, fetched.Errors, StringComparison.Ordinal);

        await second.DoAsync("cert", "revoke", key.Fingerprint, "-a", exchange.Agreement);
        var refused = await exchange.Vendor.RunAsync("fetch", transfer, "-o", "late.pgp");
        Assert.EndsWith("(access.certificate-revoked)\n", refused.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(exchange.PathOf("late.pgp")));
        await exchange.FetchWithGpgAsync(exchange.Vendor, await exchange.SendAsync(Small.People(3))); // To the one before.
        Assert.Equal(
            ["certificate.registered", "certificate.proven", "certificate.confirmed", "certificate.revoked"],
            (await exchange.EventsAsync()).Select(e => e.GetProperty("kind").GetString()!).Where(kind => kind.StartsWith("certificate.", StringComparison.Ordinal)));
    }

    [Fact(Timeout = 120_000)]
    public async Task With_its_secret_key_a_certificate_is_registered_and_proven_at_once_and_revoked_in_itself()
    {
        var gateway = await gateways.SharedAsync(Store.Folder);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        var second = await new Sx(gateway.Process, exchange.Folder, "second").SignInAsync(exchange.ClientParty, "client.approver");
        var key = keys["client", GpgKeyKind.Rsa3072];
        exchange.Write("new.asc", key.Certificate);
        exchange.Write("new.sec.asc", key.Secret);
        var proven = (await exchange.Client.RunAsync("cert", "register", "new.asc", "-a", exchange.Agreement, "--secret-key", "new.sec.asc")).Succeeded();
        Assert.Contains($"sx: party: {exchange.ClientParty}\n", proven.Errors, StringComparison.Ordinal);
        var wrong = await exchange.Client.RunAsync("cert", "prove", key.Fingerprint, "-a", exchange.Agreement, "--secret-key", "client.sec.asc");
        Assert.Equal(2, wrong.ExitCode);
        await second.DoAsync("cert", "confirm", key.Fingerprint, "-a", exchange.Agreement);
        var revoked = await exchange.Client.DoAsync("cert", "revoke", key.Fingerprint, "-a", exchange.Agreement, "--secret-key", "new.sec.asc");
        var shown = (await exchange.Gpg.RunAsync(Encoding.ASCII.GetBytes(revoked), "--with-colons", "--show-keys")).Succeeded();
        Assert.StartsWith("pub:r:", shown.Text.Split('\n').First(line => line.StartsWith("pub:", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains($"{key.Fingerprint}  revoked: ", await exchange.Client.DoAsync("cert", "list", "-a", exchange.Agreement), StringComparison.Ordinal);
        var again = await exchange.Client.RunAsync("cert", "register", "new.asc", "-a", exchange.Agreement);
        Assert.EndsWith("(certificate.revoked)\n", again.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_client_hears_by_a_signed_webhook_of_each_change_of_a_vendors_certificate()
    {
        using var webhook = new WebhookReceiver();
        await using var gateway = new StoredGateway(await GatewayProcess.StartAsync("--notice-hosts", webhook.Host), container: null);
        var terms = new ExchangeTerms
        {
            Profile = Small.Profile,
            More = $$"""
                reveals:
                  approvers: [{ caller: approver-1, certificate-file: approver.asc }]
                  purposes: [callback]
                  notify: { webhook: "http://{{webhook.Host}}/notices" }
                """,
        };
        using var exchange = await Exchange.SignInAsync(gateway, keys, terms);
        exchange.Write("approver.asc", keys["client", GpgKeyKind.Rsa3072].Certificate);
        await exchange.AgreeAsync(exchange.Write("agreement.yaml", exchange.Document(terms)));
        var second = await new Sx(gateway.Process, exchange.Folder, "second").SignInAsync(exchange.VendorParty, "vendor.admin");
        var key = keys["vendor", GpgKeyKind.Rsa3072];
        exchange.Write("new.asc", key.Certificate);
        exchange.Write("new.sec.asc", key.Secret);

        // Its receiver is away when the first notice comes, so the others may come before it.
        await exchange.Vendor.DoAsync("cert", "register", "new.asc", "-a", exchange.Agreement, "--secret-key", "new.sec.asc");
        await second.DoAsync("cert", "confirm", key.Fingerprint, "-a", exchange.Agreement);
        await second.DoAsync("cert", "revoke", key.Fingerprint, "-a", exchange.Agreement);
        var kinds = new List<string?>();
        for (var i = 0; i < 4; i++)
        {
            var notice = await webhook.TakeAsync(exchange);
            Assert.Equal(
                (exchange.Agreement, exchange.VendorParty, key.Fingerprint),
                (notice.GetProperty("agreement").GetString(), notice.GetProperty("party").GetString(), notice.GetProperty("certificate").GetString()?.ToUpperInvariant()));
            kinds.Add(notice.GetProperty("kind").GetString());
        }

        Assert.Equal(["certificate.confirmed", "certificate.proven", "certificate.registered", "certificate.revoked"], kinds.Order(StringComparer.Ordinal));
    }
}
