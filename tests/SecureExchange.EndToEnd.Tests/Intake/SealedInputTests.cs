using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Intake;

/// <summary>Files that come sealed to the gateway, by the sender's own gpg.</summary>
public sealed class SealedInputTests(Gateways gateways, PartyKeys keys)
{
    private const string Required = "signed-input: required";

    [Theory(Timeout = 60_000)]
    [InlineData(Store.Folder, GpgKeyKind.Rsa3072)]
    [InlineData(Store.Folder, GpgKeyKind.Curve25519)]
    [InlineData(Store.Azurite, GpgKeyKind.Rsa3072)]
    [InlineData(Store.Azurite, GpgKeyKind.Curve25519)]
    public async Task A_message_signed_by_the_client_is_taken_and_its_signer_logged(Store store, GpgKeyKind kind)
    {
        using var exchange = await CreateAsync(store, Required, keys["client", kind]);
        var message = await exchange.Gpg.EncryptAsync(Small.People(3), exchange.GatewayKey, keys["client", kind].Fingerprint);
        var id = await exchange.SendAsync(message, "people.csv.gpg");
        Assert.Equal(4, (await exchange.FetchWithGpgAsync(exchange.Vendor, id)).Text.Count(c => c == '\n'));
        var accepted = Assert.Single(await exchange.EventsAsync(), e => e.GetProperty("kind").GetString() == "dispatch.accepted");
        Assert.Equal("openpgp", accepted.GetProperty("input").GetString());
        Assert.Equal(keys["client", kind].Fingerprint, accepted.GetProperty("signed_by").GetString(), ignoreCase: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_sx_seals_and_signs_is_taken_where_a_signature_is_asked_for()
    {
        using var exchange = await CreateAsync(Store.Folder, Required);
        await exchange.Client.DoAsync(
            "send", exchange.Write("people.csv", Small.People(3)), "--agreement", exchange.Agreement, "--secret-key", "client.sec.asc");
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_the_signature_that_the_agreement_asks_for_nothing_is_taken()
    {
        using var exchange = await CreateAsync(Store.Folder, Required);
        await RefusedAsync(exchange, Small.People(3), "signature.missing");
        await RefusedAsync(exchange, await exchange.Gpg.EncryptAsync(Small.People(3), exchange.GatewayKey), "signature.missing");
        Assert.Empty(await exchange.ListAsync(exchange.Client));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("signed-input: required")]
    [InlineData("signed-input: optional")]
    public async Task A_stranger_s_signature_is_refused_even_where_none_is_asked_for(string signedInput)
    {
        using var exchange = await CreateAsync(Store.Folder, signedInput);
        var message = await exchange.Gpg.EncryptAsync(
            Small.People(3), exchange.GatewayKey, keys["vendor", GpgKeyKind.Curve25519].Fingerprint);
        await RefusedAsync(exchange, message, "signature.unknown-signer");
        Assert.Empty(await exchange.ListAsync(exchange.Client));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_message_that_is_not_for_the_gateway_is_refused()
    {
        using var exchange = await CreateAsync(Store.Folder, "");
        var message = await exchange.Gpg.EncryptAsync(Small.People(3), keys["vendor", GpgKeyKind.Curve25519].Fingerprint);
        await RefusedAsync(exchange, message, "openpgp.no-matching-key");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_message_without_integrity_protection_is_refused()
    {
        using var exchange = await CreateAsync(Store.Folder, "");
        var message = await exchange.Gpg.EncryptAsync(Small.People(3), exchange.GatewayKey, signer: null, "--rfc2440", "--disable-mdc");
        var packets = (await exchange.Gpg.RunAsync(message, "--list-packets", "--list-only")).Text;
        if (!packets.Contains("tag=9 ", StringComparison.Ordinal)) Peer.Missing("this gpg makes no message without integrity protection");
        await RefusedAsync(exchange, message, "openpgp.not-integrity-protected");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_small_message_that_unpacks_to_more_than_a_file_may_have_is_refused_both_ways()
    {
        await using var gateway = await gateways.StartAsync(Store.Folder, "--max-upload-bytes", "100000");
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        var id = await exchange.SendAsync(await PackAsync(Small.People(2000))); // Just below.
        var message = await PackAsync(Small.People(3000));
        Assert.InRange(message.Length, 1, 50_000);
        // Nor does the answer say what was met inside: there is one for all of it.
        await RefusedAsync(exchange, message, "openpgp.decryption-failed");
        var back = await exchange.Vendor.RunAsync("return", exchange.Write("worked", message), "--to", id);
        Assert.EndsWith("(openpgp.decryption-failed)\n", back.Errors, StringComparison.Ordinal);
        Assert.Single(await exchange.ListAsync(exchange.Client));

        Task<byte[]> PackAsync(byte[] plaintext) => exchange.Gpg.EncryptAsync(plaintext, exchange.GatewayKey, signer: null, "--compress-algo", "zlib", "-z", "9");
    }

    private async Task<Exchange> CreateAsync(Store store, string more, PartyKey? client = null) => await Exchange.CreateAsync(
        await gateways.SharedAsync(store), keys, new ExchangeTerms { Profile = Small.Profile, More = more, ClientKey = client });

    private static async Task RefusedAsync(Exchange exchange, byte[] content, string code)
    {
        var refused = await exchange.Client.RunAsync("send", exchange.Write("refused", content), "--agreement", exchange.Agreement);
        Assert.Equal(1, refused.ExitCode);
        Assert.EndsWith($"({code})\n", refused.Errors, StringComparison.Ordinal);
        var last = (await exchange.EventsAsync())[^1];
        Assert.Equal(("dispatch.refused", code), (last.GetProperty("kind").GetString(), last.GetProperty("code").GetString()));
    }
}
