using SecureExchange.Access;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Release;
using SecureExchange.OpenPgp.Keys;
using static SecureExchange.Gateway.Tests.Certificates.CertificateGateway;

namespace SecureExchange.Gateway.Tests.Certificates;

/// <summary>Newer copies are merged, the primary key never changes, and what is sealed to a revoked certificate doesn't leave any more.</summary>
public class RevocationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_sealed_to_a_certificate_does_not_leave_once_it_is_revoked(bool byCertificate)
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        Assert.IsType<FetchResult.Ready>(await FetchAsync(test, sent));
        test.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(Done(byCertificate ? await test.UpdateAsync(Revoked(test)) : await test.RevokeAsync(test.VendorKey)).IsRevokedAt(test.Clock.GetUtcNow()));

        var denied = Assert.IsType<FetchResult.Denied>(await FetchAsync(test, sent));
        Assert.Equal(DenialReason.CertificateRevoked, denied.Refusal.Reason);
        Assert.Contains("Ada", await test.FetchAsync(TestGateway.Uploader, test.ClientKey, sent), StringComparison.Ordinal); // The client's copy isn't.
        Assert.Equal("certificate.revoked", Assert.IsType<IntakeResult.Refused>(await test.SendAsync(TestGateway.Csv)).Fault.Code);
        Assert.Equal("certificate.revoked", Fault(await test.RevokeAsync(test.VendorKey)));
        Assert.Equal("certificate.revoked", Fault(await test.RegisterAsync(test.VendorKey)));
        Assert.Contains("certificate.revoked", await test.EventsAsync());
        await test.RestartAsync();
        Assert.IsType<FetchResult.Denied>(await FetchAsync(test, sent));
    }

    [Fact]
    public async Task A_fetch_that_is_on_its_way_is_cut_off_when_the_certificate_is_revoked()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync("claim_id,name,ssn,notes\n" + string.Concat(Enumerable.Range(1, 20_000).Select(i => $"{i},Ada,123-45-6789,hello\n")));
        await using var ready = Assert.IsType<FetchResult.Ready>(await FetchAsync(test, sent));
        using var output = new InterruptedStream(() => test.RevokeAsync(test.VendorKey));
        await Assert.ThrowsAsync<ReleaseStoppedException>(() => ready.CopyToAsync(output, default));
        Assert.InRange(output.Length, 1, ready.Length - 1); // Begun, and without its end it is no message.
        Assert.Equal("content.stopped", (await test.EventsAsync())[^1]);
    }

    [Fact]
    public async Task A_renewed_copy_is_merged_and_work_goes_on()
    {
        await using var test = await TestGateway.StartAsync(vendorKeyLives: TimeSpan.FromHours(1));
        using var edit = test.VendorKey.Edit(TestGateway.Start.AddMinutes(30));
        using var renewed = edit.SetExpiry(TestGateway.Start.AddDays(300)).Finish();
        test.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal("certificate.expired", Assert.IsType<IntakeResult.Refused>(await test.SendAsync(TestGateway.Csv)).Fault.Code);
        Done(await test.UpdateAsync(renewed.Certificate));
        Assert.Contains("claim_id", await test.FetchAsync(TestGateway.Agent, renewed, await test.SentAsync(TestGateway.Csv)), StringComparison.Ordinal);
        Assert.Equal("certificate.nothing-new", Fault(await test.UpdateAsync(renewed.Certificate)));
        Assert.Equal("certificate.nothing-new", Fault(await test.UpdateAsync(test.VendorKey.Certificate))); // The old copy takes nothing back.
    }

    [Fact]
    public async Task Another_primary_key_is_never_taken_for_an_update()
    {
        await using var test = await TestGateway.StartAsync();
        using var other = test.NewKey("Vendor <vendor@vendor.example>");
        Assert.Equal("certificate.primary-changed", Fault(await test.UpdateAsync(other.Certificate, of: Of(test.VendorKey))));
        Assert.Equal("certificate.unknown", Fault(await test.UpdateAsync(other.Certificate)));
        Assert.Contains("claim_id", await test.FetchAsync(TestGateway.Agent, test.VendorKey, await test.SentAsync(TestGateway.Csv)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_certificates_the_newest_is_sealed_to_and_both_sign()
    {
        await using var test = await TestGateway.StartAsync(signed: "required");
        using var key = test.NewKey("Client II <client@client.example>");
        Done(await test.RegisterAsync(key, TestGateway.Admin));
        Done(await test.ProveAsync(key, TestGateway.Admin));
        Done(await test.ConfirmAsync(key, SecondAdmin));
        var byOld = Assert.IsType<IntakeResult.Accepted>(await test.SendSealedAsync(test.ClientKey)).Transfer;
        var byNew = Assert.IsType<IntakeResult.Accepted>(await test.SendSealedAsync(key)).Transfer;
        foreach (var sent in (TransferId[])[byOld, byNew])
            Assert.Contains("Ada", await test.FetchAsync(TestGateway.Uploader, key, sent), StringComparison.Ordinal);
        Done(await test.RevokeAsync(key, SecondAdmin)); // Back to the one before.
        Assert.Equal("signature.unknown-signer", Assert.IsType<IntakeResult.Refused>(await test.SendSealedAsync(key)).Fault.Code);
        var last = Assert.IsType<IntakeResult.Accepted>(await test.SendSealedAsync(test.ClientKey)).Transfer;
        Assert.Contains("Ada", await test.FetchAsync(TestGateway.Uploader, test.ClientKey, last), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_a_new_version_brings_is_newer_than_those_before()
    {
        await using var test = await TestGateway.StartAsync();
        using var first = test.NewKey("Client II <client@client.example>");
        using var second = test.NewKey("Client III <client@client.example>");
        Done(await test.RegisterAsync(first, TestGateway.Admin));
        Done(await test.ProveAsync(first, TestGateway.Admin));
        Done(await test.ConfirmAsync(first, SecondAdmin));
        await test.ChangeAsync(test.Document(gates: "{ }")); // The same certificates: nothing newer about them.
        Assert.Contains("Ada", await test.FetchAsync(TestGateway.Uploader, first, await test.SentAsync(TestGateway.Csv)), StringComparison.Ordinal);
        await test.ChangeAsync(test.Document(client: second));
        Assert.Contains("Ada", await test.FetchAsync(TestGateway.Uploader, second, await test.SentAsync(TestGateway.Csv)), StringComparison.Ordinal);
    }

    private static Certificate Revoked(TestGateway test) =>
        test.VendorKey.Certificate.With(test.VendorKey.MakeRevocation(test.Clock.GetUtcNow()));

    private static Task<FetchResult> FetchAsync(TestGateway test, TransferId id) => test.Gateway.Fetches.RunAsync(TestGateway.Agent, id, null, default);
}
