using System.Text;
using SecureExchange.Access;
using SecureExchange.Gateway.Certificates;
using SecureExchange.Gateway.Tests.Reveal;
using SecureExchange.OpenPgp.Keys;
using static SecureExchange.Gateway.Tests.Certificates.CertificateGateway;

namespace SecureExchange.Gateway.Tests.Certificates;

/// <summary>A certificate is used once its key is shown to be at hand and a second person has confirmed its fingerprint, and not before.</summary>
public class RegistrationTests
{
    [Fact]
    public async Task Work_is_sealed_to_a_new_certificate_from_its_confirmation_on()
    {
        await using var test = await TestGateway.StartAsync();
        using var key = test.NewKey();
        Assert.Equal(CertificateStage.Registered, Done(await test.RegisterAsync(key)).Stage);
        await OpensAsync(test, test.VendorKey);
        Assert.Equal(CertificateStage.Proven, Done(await test.ProveAsync(key)).Stage);
        await OpensAsync(test, test.VendorKey);
        Assert.Equal(CertificateStage.Confirmed, Done(await test.ConfirmAsync(key)).Stage);
        await OpensAsync(test, key);
        await test.RestartAsync();
        await OpensAsync(test, key);
        Assert.Equal(
            ["certificate.registered", "certificate.proven", "certificate.confirmed"],
            (await test.EventsAsync()).Where(kind => kind.StartsWith("certificate.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Nobody_confirms_what_they_have_registered_or_proven()
    {
        await using var test = await TestGateway.StartAsync();
        using var key = test.NewKey();
        Done(await test.RegisterAsync(key, TestGateway.VendorAdmin));
        Done(await test.ProveAsync(key, SecondVendorAdmin));
        Assert.Equal(DenialReason.OwnRequest, Denied(await test.ConfirmAsync(key, TestGateway.VendorAdmin)));
        Assert.Equal(DenialReason.OwnRequest, Denied(await test.ConfirmAsync(key, SecondVendorAdmin)));
        Done(await test.ConfirmAsync(key, TestGateway.Caller("vendor", "admin-9", Role.VendorAdmin)));
    }

    [Fact]
    public async Task The_other_party_and_whoever_has_no_such_role_have_no_hand_in_it()
    {
        await using var test = await TestGateway.StartAsync();
        using var key = test.NewKey();
        Assert.Equal(DenialReason.RoleLacksPermission, Denied(await test.RegisterAsync(key, TestGateway.Agent)));
        Assert.Equal(DenialReason.RoleLacksPermission, Denied(await test.RegisterAsync(key, TestGateway.Approver)));
        Assert.Equal(DenialReason.NotApprover, Denied(await test.RegisterAsync(key, TestGateway.Admin, asApprover: true)));
        Assert.Equal(DenialReason.NotFound, Denied(await test.RegisterAsync(key, TestGateway.Caller("stranger", "admin-1", Role.ClientAdmin))));
        Done(await test.RegisterAsync(key));
        Done(await test.ProveAsync(key));
        Assert.Equal("certificate.unknown", Fault(await test.ConfirmAsync(key, TestGateway.Admin)));
        Assert.Equal("certificate.unknown", Fault(await test.RevokeAsync(key, TestGateway.Admin)));
        Assert.Equal("certificate.unknown", Fault(await test.RevokeAsync(test.VendorKey, TestGateway.Admin)));
        Assert.Equal("certificate.other-holder", Fault(await test.RegisterAsync(key, TestGateway.Admin)));
    }

    [Fact]
    public async Task Only_a_signature_of_this_challenge_with_this_key_proves_it()
    {
        await using var test = await TestGateway.StartAsync();
        using var key = test.NewKey();
        using var other = test.NewKey("Other <other@vendor.example>");
        Done(await test.RegisterAsync(key));
        Done(await test.RegisterAsync(other));
        var old = await test.ChallengeAsync(key);
        Assert.Equal("certificate.proof", Fault(await test.ProveAsync(key, with: test.VendorKey)));
        Assert.Equal("certificate.proof", Fault(await test.ProveAsync(key, with: other)));
        Assert.Equal("certificate.proof", Fault(await test.ProveAsync(key, text: await test.ChallengeAsync(other))));
        Assert.Equal("certificate.proof", Fault(await test.ProveAsync(key, text: [.. old, (byte)'\n'])));
        Assert.Equal("certificate.wrong-state", Fault(await test.ConfirmAsync(key)));
        Done(await test.RegisterAsync(key)); // Anew: the old challenge is nothing any more.
        Assert.Equal("certificate.proof", Fault(await test.ProveAsync(key, text: old)));
        Done(await test.ProveAsync(key));
        Assert.Equal("certificate.wrong-state", Fault(await test.ProveAsync(key, text: old)));
    }

    [Fact]
    public async Task A_challenge_is_sealed_to_the_certificate_names_what_it_is_for_and_is_good_for_a_day()
    {
        await using var test = await TestGateway.StartAsync();
        using var key = test.NewKey();
        Done(await test.RegisterAsync(key));
        var challenged = Assert.IsType<CertificateResult.Challenged>(
            await test.Gateway.Certificates.ChallengeAsync(TestGateway.VendorAdmin, test.Agreement, Of(key), default));
        Assert.True(challenged.IsSealed);
        Assert.DoesNotContain("nonce", Encoding.UTF8.GetString(challenged.Content.Span), StringComparison.Ordinal);
        var text = await test.ChallengeAsync(key);
        Assert.StartsWith(
            $"SecureExchange certificate\ngateway: gateway.example\nagreement: client.claims\nparty: vendor\nholder: the party\ncertificate: {Of(key)}\nnonce: ",
            Encoding.UTF8.GetString(text), StringComparison.Ordinal);
        Assert.EndsWith("\nprove-by: 2026-06-02T12:00:00.000Z\n", Encoding.UTF8.GetString(text), StringComparison.Ordinal);
        test.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal("certificate.challenge-expired", Fault(await test.ProveAsync(key, text: text)));
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused_at_once()
    {
        await using var test = await TestGateway.StartAsync();
        using var expired = test.NewKey(validFor: TimeSpan.FromHours(1));
        test.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal("certificate.expired", Fault(await test.RegisterAsync(expired)));
        Assert.Equal("certificate.known", Fault(await test.RegisterAsync(test.VendorKey)));
        using var key = test.NewKey();
        foreach (var (octets, code) in ((byte[], string)[])
            [([], "openpgp.truncated"), ("x"u8.ToArray(), "openpgp.malformed"), (key.ToBytes(), "certificate.secret-key-material")])
        {
            var result = await test.Gateway.Certificates.RegisterAsync(TestGateway.VendorAdmin, test.Agreement, octets, false, default);
            Assert.StartsWith(code[..code.IndexOf('.', StringComparison.Ordinal)], Fault(result), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_approver_registers_a_key_of_their_own_and_approves_with_it()
    {
        await using var gateway = await RevealGateway.StartAsync();
        var (test, approver) = (gateway.Test, RevealGateway.Approver(1));
        using var key = test.NewKey("Approver <approver@client.example>");
        Assert.Equal(DenialReason.RoleLacksPermission, Denied(await test.RegisterAsync(key, approver)));
        Done(await test.RegisterAsync(key, approver, asApprover: true));
        Done(await test.ProveAsync(key, approver));
        Assert.Equal(DenialReason.RoleLacksPermission, Denied(await test.RevokeAsync(key, RevealGateway.Approver(2))));
        Assert.Equal(DenialReason.OwnRequest, Denied(await test.ConfirmAsync(key, approver)));
        var asked = await gateway.AskedAsync();
        Assert.IsType<SecureExchange.Gateway.Reveal.RevealResult.Refused>(await gateway.ApproveAsync(asked, 1, key));
        Done(await test.ConfirmAsync(key, RevealGateway.Approver(2)));
        Assert.IsType<SecureExchange.Gateway.Reveal.RevealResult.Done>(await gateway.ApproveAsync(asked, 1, key));
        Done(await test.RevokeAsync(key, TestGateway.Admin)); // An administrator may: people leave.
        Assert.IsType<SecureExchange.Gateway.Reveal.RevealResult.Refused>(await gateway.ApproveAsync(await gateway.AskedAsync(), 1, key));
        Assert.IsType<SecureExchange.Gateway.Reveal.RevealResult.Done>(await gateway.ApproveAsync(await gateway.AskedAsync(), 1));
    }

    private static async Task OpensAsync(TestGateway test, SecretKey key) =>
        Assert.Contains("Ada", await test.FetchAsync(TestGateway.Uploader, test.ClientKey, await SentAsync(test, key)), StringComparison.Ordinal);

    /// <summary>Sends, and has the vendor open what came with a key.</summary>
    private static async Task<TransferId> SentAsync(TestGateway test, SecretKey key)
    {
        var sent = await test.SentAsync(TestGateway.Csv);
        Assert.Contains("claim_id", await test.FetchAsync(TestGateway.Agent, key, sent), StringComparison.Ordinal);
        return sent;
    }
}
