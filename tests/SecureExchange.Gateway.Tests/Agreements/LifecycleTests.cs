using System.Net;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Release;
using SecureExchange.Gateway.Return;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Gateway.Tests.Agreements;

/// <summary>An agreement from its draft to its end: nothing holds that both haven't signed.</summary>
public class LifecycleTests
{
    [Fact]
    public async Task No_work_moves_before_both_have_signed()
    {
        await using var test = new TestGateway();
        await test.OpenAsync();
        await test.DraftAsync(test.Document());
        await DeniedAsync(test, DenialReason.NotSigned);
        Assert.Equal(DenialReason.NotFound, await ReasonAsync(test, TestGateway.VendorAdmin, Permission.ReadAgreement)); // A draft is the client's alone.
        Done(await test.Gateway.AgreementDesk.ProposeAsync(TestGateway.Admin, test.Agreement, 1, default));
        Assert.Null(await ReasonAsync(test, TestGateway.VendorAdmin, Permission.ReadAgreement));
        Assert.Equal(DenialReason.NotFound, await ReasonAsync(test, TestGateway.Auditor, Permission.ReadAgreement));
        Done(await test.SignAsync(TestGateway.VendorAdmin, test.VendorKey, 1));
        await DeniedAsync(test, DenialReason.NotSigned);
        Done(await test.SignAsync(TestGateway.Admin, test.ClientKey, 1));
        await test.SentAsync(TestGateway.Csv);
        Assert.Null(await ReasonAsync(test, TestGateway.Auditor, Permission.ReadAgreement));
        // What the vendor and the auditor asked for while there was nothing for them is in the gateway's log.
        Assert.Equal(
            ["agreement.created", "access.denied", "agreement.proposed", "agreement.signed", "access.denied", "agreement.signed", "dispatch.accepted"],
            await test.AllEventsAsync());
    }

    [Fact]
    public async Task A_signature_counts_for_its_own_text_version_party_and_key_only()
    {
        await using var test = new TestGateway();
        await test.OpenAsync();
        await test.DraftAsync(test.Document());
        Done(await test.Gateway.AgreementDesk.ProposeAsync(TestGateway.Admin, test.Agreement, 1, default));
        using var stranger = SecretKey.Generate("Stranger <s@s.example>", TestGateway.Start);
        Assert.Equal("agreement.signature", Refused(await test.SignAsync(TestGateway.Admin, stranger, 1)));
        Assert.Equal("agreement.signature", Refused(await test.SignAsync(TestGateway.Admin, test.VendorKey, 1)));
        var other = await test.SignatureAsync(test.ClientKey, AgreementText.Canonical(test.Agreement, 2, after: null, test.Document()));
        Assert.Equal("agreement.signature", Refused(await test.Gateway.AgreementDesk.SignAsync(TestGateway.Admin, test.Agreement, 1, other, default)));
        Assert.Equal("agreement.signature", Refused(await test.Gateway.AgreementDesk.SignAsync(TestGateway.Admin, test.Agreement, 1, new byte[] { 1, 2, 3 }, default)));
        Done(await test.SignAsync(TestGateway.Admin, test.ClientKey, 1));
        Assert.Equal("agreement.wrong-state", Refused(await test.SignAsync(TestGateway.Admin, test.ClientKey, 1)));
    }

    [Fact]
    public async Task A_key_that_a_new_version_brings_cannot_sign_that_version()
    {
        await using var test = await TestGateway.StartAsync();
        using var own = SecretKey.Generate("Mallory <m@m.example>", TestGateway.Start);
        var drafted = Done(await test.Gateway.AgreementDesk.DraftAsync(TestGateway.VendorAdmin, test.Agreement, test.Document(client: own), default));
        Done(await test.Gateway.AgreementDesk.ProposeAsync(TestGateway.VendorAdmin, test.Agreement, drafted.Number, default));
        Assert.Equal("agreement.signature", Refused(await test.SignAsync(TestGateway.Admin, own, drafted.Number)));
        Done(await test.SignAsync(TestGateway.Admin, test.ClientKey, drafted.Number));
    }

    [Fact]
    public async Task A_change_holds_when_both_have_signed_it_and_returns_keep_the_version_of_their_dispatch()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        var before = await VersionAsync(test);
        await test.ChangeAsync(test.Document().Replace("name: { transform: tokenise }", "name: { transform: redact }", StringComparison.Ordinal));
        Assert.NotEqual(before, await VersionAsync(test));
        var later = await test.SentAsync(TestGateway.Csv);
        Assert.DoesNotContain("tok_", await test.FetchAsync(TestGateway.Agent, test.VendorKey, later), StringComparison.Ordinal);
        var returned = Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(sent, masked));
        Assert.Contains(",Ada,", await test.FetchAsync(TestGateway.Uploader, test.ClientKey, returned.Transfer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signed_change_that_starts_later_leaves_the_version_before_it_in_force_until_then()
    {
        await using var test = await TestGateway.StartAsync();
        var before = await VersionAsync(test);
        await test.ChangeAsync(test.Document().Replace("starts: 2026-01-01", "starts: 2026-06-02", StringComparison.Ordinal));
        Assert.Equal(before, await VersionAsync(test));
        await test.SentAsync(TestGateway.Csv);
        test.Clock.Advance(TimeSpan.FromDays(1));
        Assert.NotEqual(before, await VersionAsync(test));
    }

    [Fact]
    public async Task What_one_party_has_suspended_the_other_cannot_resume()
    {
        await using var test = await TestGateway.StartAsync();
        Done(await test.Gateway.AgreementDesk.SuspendAsync(TestGateway.VendorAdmin, test.Agreement, default));
        await DeniedAsync(test, DenialReason.Suspended);
        Assert.Equal("agreement.wrong-state", Refused(await test.Gateway.AgreementDesk.ResumeAsync(TestGateway.Admin, test.Agreement, default)));
        Done(await test.Gateway.AgreementDesk.ResumeAsync(TestGateway.VendorAdmin, test.Agreement, default));
        await test.SentAsync(TestGateway.Csv);
    }

    [Fact]
    public async Task An_ended_agreement_is_never_taken_up_again()
    {
        await using var test = await TestGateway.StartAsync();
        Done(await test.Gateway.AgreementDesk.EndAsync(TestGateway.Admin, test.Agreement, default));
        await DeniedAsync(test, DenialReason.Ended);
        var change = await test.Gateway.AgreementDesk.DraftAsync(TestGateway.Admin, test.Agreement, test.Document(), default);
        Assert.Equal(DenialReason.Ended, Assert.IsType<AgreementResult.Denied>(change).Reason);
        Assert.Null(await ReasonAsync(test, TestGateway.Auditor, Permission.ReadLog));
    }

    [Fact]
    public async Task One_version_is_open_at_a_time_and_either_party_can_take_it_off_the_table()
    {
        await using var test = await TestGateway.StartAsync();
        var desk = test.Gateway.AgreementDesk;
        Done(await desk.DraftAsync(TestGateway.Admin, test.Agreement, test.Document(), default));
        Assert.Equal("agreement.open-version", Refused(await desk.DraftAsync(TestGateway.VendorAdmin, test.Agreement, test.Document(), default)));
        // The other's draft isn't there for the vendor.
        Assert.Equal("agreement.no-such-version", Refused(await desk.WithdrawAsync(TestGateway.VendorAdmin, test.Agreement, 2, default)));
        Assert.Equal(3, Done(await desk.DraftAsync(TestGateway.Admin, test.Agreement, test.Document(), default)).Number);
        Done(await desk.ProposeAsync(TestGateway.Admin, test.Agreement, 3, default));
        Assert.Equal("agreement.open-version", Refused(await desk.DraftAsync(TestGateway.Admin, test.Agreement, test.Document(), default)));
        Done(await desk.WithdrawAsync(TestGateway.VendorAdmin, test.Agreement, 3, default));
        Assert.Equal(4, Done(await desk.DraftAsync(TestGateway.VendorAdmin, test.Agreement, test.Document(), default)).Number);
    }

    [Fact]
    public async Task A_change_keeps_the_agreements_name_and_parties()
    {
        await using var test = await TestGateway.StartAsync();
        foreach (var (right, wrong) in new[] { ("agreement: claims", "agreement: other"), ("party: vendor", "party: other") })
        {
            var document = test.Document().Replace(right, wrong, StringComparison.Ordinal);
            Assert.Equal("agreement.other", Refused(await test.Gateway.AgreementDesk.DraftAsync(TestGateway.Admin, test.Agreement, document, default)));
        }
    }

    [Theory]
    [InlineData("10.1.2.3", null)]
    [InlineData("::ffff:10.1.2.3", null)]
    [InlineData("10.2.0.1", DenialReason.OutsideNetworks)]
    [InlineData(null, DenialReason.OutsideNetworks)]
    public async Task The_vendor_works_from_the_networks_of_the_agreement_only(string? address, DenialReason? reason)
    {
        await using var test = new TestGateway();
        await test.OpenAsync();
        await test.AgreeAsync(test.Document(vendorMore: "  networks: [10.1.0.0/16]"));
        var sent = await test.SentAsync(TestGateway.Csv);
        var agent = TestGateway.Agent with { Address = address is null ? null : IPAddress.Parse(address) };
        var fetched = await test.Gateway.Fetches.RunAsync(agent, sent, null, default);
        Assert.Equal(reason, (fetched as FetchResult.Denied)?.Refusal.Reason);
        if (fetched is FetchResult.Ready ready) await ready.DisposeAsync();
    }

    [Theory]
    [InlineData("2026-06-01T00:59:59Z", DenialReason.OutsideHours)] // Monday, 08:59:59 in Manila.
    [InlineData("2026-06-01T01:00:00Z", null)]
    [InlineData("2026-06-01T09:59:59Z", null)]
    [InlineData("2026-06-01T10:00:00Z", DenialReason.OutsideHours)]
    [InlineData("2026-05-31T01:00:00Z", DenialReason.OutsideHours)] // Sunday.
    public async Task The_vendor_works_in_the_hours_of_its_own_place(string moment, DenialReason? reason)
    {
        await using var test = new TestGateway();
        await test.OpenAsync();
        await test.AgreeAsync(test.Document(
            vendorMore: "  hours: { zone: Asia/Manila, days: [mon, tue, wed, thu, fri], from: \"09:00\", to: \"18:00\" }"));
        test.Clock.Advance(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture) - test.Clock.GetUtcNow() + TimeSpan.FromDays(7));
        Assert.Equal(reason, await ReasonAsync(test, TestGateway.Agent, Permission.FetchMasked));
    }

    [Theory]
    [InlineData("max-records: 1", "transfer.too-many-records")]
    [InlineData("max-bytes: 20", "transfer.too-many-bytes")]
    public async Task A_file_that_is_larger_than_the_agreement_allows_is_refused(string limit, string code)
    {
        await using var test = new TestGateway();
        await test.OpenAsync();
        await test.AgreeAsync(test.Document() + $"\nfiles: {{ {limit} }}\n");
        Assert.Equal(code, Assert.IsType<IntakeResult.Refused>(await test.SendAsync(TestGateway.Csv)).Fault.Code);
        Assert.Empty(test.TransferBlobs());
    }

    [Fact]
    public async Task A_step_that_its_log_has_not_is_forgotten_and_one_that_it_has_is_taken_at_the_next_start()
    {
        await using var test = await TestGateway.StartAsync();
        var version = await VersionAsync(test);
        await test.ChangeAsync(test.Document());
        var changed = await VersionAsync(test);
        await test.Gateway.DisposeAsync();
        await test.ExecuteAsync("UPDATE agreement_step SET event = NULL WHERE number = 2");
        await test.OpenAsync();
        Assert.Equal(changed, await VersionAsync(test));
        await test.Gateway.DisposeAsync();
        await test.ExecuteAsync("UPDATE agreement_step SET event = NULL, id = 'x' || id WHERE number = 2");
        await test.OpenAsync();
        Assert.Equal(version, await VersionAsync(test));
        await test.ChangeAsync(test.Document());
    }

    private static AgreementResult.Done Done(AgreementResult result) => Assert.IsType<AgreementResult.Done>(result);

    private static string Refused(AgreementResult result) => Assert.IsType<AgreementResult.Refused>(result).Fault.Code;

    private static async Task<string> VersionAsync(TestGateway test) => (await test.Gateway.Agreements.TermsAsync(test.Agreement, default))!.Version;

    private static async Task DeniedAsync(TestGateway test, DenialReason reason) =>
        Assert.Equal(reason, Assert.IsType<IntakeResult.Denied>(await test.SendAsync(TestGateway.Csv)).Refusal.Reason);

    private static async Task<DenialReason?> ReasonAsync(TestGateway test, Caller caller, Permission permission) =>
        (await test.Gateway.Gate.AdmitAsync(caller, permission, test.Agreement, default) as Admission.Refused)?.Reason;
}
