using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Intake;

/// <summary>Agreements that can't be made, with keys as people's gpg makes them.</summary>
public sealed class AgreementTests(Gateways gateways, PartyKeys keys)
{
    private static readonly DateTimeOffset s_lastYear = TimeProvider.System.GetUtcNow().AddYears(-1);

    [Fact(Timeout = 60_000)]
    public async Task An_expired_certificate_is_refused() => await VendorKeyRefusedAsync(
        await keys.MakeAsync("expired", GpgKeyKind.Curve25519, "1d", s_lastYear), "certificate.expired");

    [Fact(Timeout = 60_000)]
    public async Task A_certificate_whose_encryption_subkey_has_expired_is_refused()
    {
        var key = await keys.MakeAsync("stale", GpgKeyKind.Curve25519, canEncrypt: false);
        (await keys.Gpg.RunAsync(
            null, "--faked-system-time", s_lastYear.ToString("yyyyMMdd'T'HHmmss"), "--ignore-time-conflict",
            "--quick-add-key", key.Fingerprint, "cv25519", "encr", "1d")).Succeeded();
        await VendorKeyRefusedAsync(key with { Certificate = await keys.Gpg.ExportAsync(key.Fingerprint) }, "certificate.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_revoked_certificate_is_refused()
    {
        var key = await keys.MakeAsync("revoked", GpgKeyKind.Rsa3072);
        await keys.Gpg.RevokeAsync(key.Fingerprint);
        await VendorKeyRefusedAsync(key with { Certificate = await keys.Gpg.ExportAsync(key.Fingerprint) }, "certificate.revoked");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_certificate_that_cannot_be_sealed_to_is_refused() => await VendorKeyRefusedAsync(
        await keys.MakeAsync("signer", GpgKeyKind.Curve25519, canEncrypt: false), "certificate.no-encryption-subkey");

    [Fact(Timeout = 60_000)]
    public async Task A_secret_key_in_place_of_a_certificate_is_refused_and_not_repeated()
    {
        var key = keys["vendor", GpgKeyKind.Curve25519];
        var exchange = await VendorKeyRefusedAsync(key with { Certificate = key.Secret }, "certificate.secret-key-material");
        var secret = new SecretSearch(key.Secret.Split('\n').Where(line => line.Length == 64));
        foreach (var (name, content) in await exchange.Gateway.AllBytesAsync())
            Assert.True(secret.Find(content) is null, $"{name} holds a piece of the secret key");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_misspelt_key_is_refused_with_its_place()
    {
        var terms = new ExchangeTerms { More = "custdy: masked-records" };
        using var exchange = await Exchange.SignInAsync(await gateways.SharedAsync(Store.Folder), keys, terms);
        // Without files to put in, the text goes to the gateway as it was written.
        var document = exchange.Document(terms)
            .Replace("certificate-file: client.asc", $"certificate: {Quoted(exchange.ClientKey.Certificate)}", StringComparison.Ordinal)
            .Replace("certificate-file: vendor.asc", $"certificate: {Quoted(exchange.VendorKey.Certificate)}", StringComparison.Ordinal)
            .Replace("profile-file: profile.yaml", $"profile: {Quoted(terms.Profile)}", StringComparison.Ordinal);
        var line = document.Split('\n').ToList().FindIndex(text => text.StartsWith("custdy", StringComparison.Ordinal)) + 1;
        var refused = await exchange.Client.RunAsync("agreement", "create", exchange.Write("agreement.yaml", document));
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith($"sx: line {line}, column 1: unknown key", refused.Errors, StringComparison.Ordinal);
        Assert.EndsWith("(agreement.unknown-key)\n", refused.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nobody_makes_an_agreement_for_another_party()
    {
        var terms = new ExchangeTerms();
        using var exchange = await Exchange.SignInAsync(await gateways.SharedAsync(Store.Folder), keys, terms);
        var stranger = await new Sx(exchange.Gateway.Process, exchange.Folder, "stranger").SignInAsync("stranger", "client.admin");
        var file = exchange.Write("agreement.yaml", exchange.Document(terms));
        foreach (var who in (Sx[])[stranger, exchange.Vendor, exchange.Auditor])
        {
            var refused = await who.RunAsync("agreement", "create", file);
            Assert.Equal(1, refused.ExitCode);
        }

        Assert.Equal(exchange.Agreement, await exchange.Client.DoAsync("agreement", "create", file));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agreement_cannot_be_made_twice()
    {
        using var exchange = await Exchange.CreateAsync(await gateways.SharedAsync(Store.Folder), keys);
        var refused = await exchange.Client.RunAsync("agreement", "create", exchange.PathOf("agreement.yaml"));
        Assert.Equal(1, refused.ExitCode);
        Assert.EndsWith("(agreement.exists)\n", refused.Errors, StringComparison.Ordinal);
    }

    private async Task<Exchange> VendorKeyRefusedAsync(PartyKey key, string code)
    {
        var terms = new ExchangeTerms { VendorKey = key };
        using var exchange = await Exchange.SignInAsync(await gateways.SharedAsync(Store.Folder), keys, terms);
        var refused = await exchange.Client.RunAsync("agreement", "create", exchange.Write("agreement.yaml", exchange.Document(terms)));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"({code}", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("vendor", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("", await exchange.Client.DoAsync("agreement", "list"));
        Assert.Empty(await exchange.Gateway.BlobsAsync($"logs/{exchange.Agreement}/"));
        return exchange;
    }

    private static string Quoted(string text) => $"\"{text.ReplaceLineEndings("\\n")}\"";
}
