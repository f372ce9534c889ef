using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Release;
using SecureExchange.Gateway.Return;
using SecureExchange.Gateway.Storage;
using SecureExchange.Masking.Attestations;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Gateway.Tests;

/// <summary>A dispatch that a gate of its profile holds is the client's alone until an approver lets it go.</summary>
public class HeldDispatchTests
{
    private const string Gates = "{ min-k: 2 }"; // The quasi-identifier is the row key, so k is 1.

    [Fact]
    public async Task To_the_vendor_a_held_dispatch_is_not_there()
    {
        await using var test = await TestGateway.StartAsync(gates: Gates);
        var held = await HeldAsync(test);
        Assert.Equal(["min-k"], held.GatesNotPassed);
        var fetch = Assert.IsType<FetchResult.Denied>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, held.Transfer, null, default));
        Assert.Equal(DenialReason.NotFound, fetch.Refusal.Reason);
        var unknown = Assert.IsType<FetchResult.Denied>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, TransferId.New(), null, default));
        Assert.Equal(unknown.Refusal.Logged.Log, fetch.Refusal.Logged.Log); // Not even the place of its event tells.
        Assert.IsType<TransfersResult.Denied>(await test.Gateway.Transfers.FindAsync(TestGateway.Agent, held.Transfer, default));
        Assert.IsType<AttestationResult.Denied>(await test.Gateway.Attestations.ReadAsync(TestGateway.Agent, held.Transfer, default));
        Assert.IsType<ReturnResult.Denied>(await test.ReturnAsync(held.Transfer, TestGateway.Csv));
        Assert.IsType<FindingsResult.Denied>(await test.Gateway.Findings.ReadAsync(TestGateway.Agent, held.Transfer, default));
        Assert.Empty(Assert.IsType<TransfersResult.Found>(
            await test.Gateway.Transfers.ListAsync(TestGateway.Agent, test.Agreement, 0, 10, default)).Transfers);
        Assert.Empty(Assert.IsType<TransfersResult.Found>(
            await test.Gateway.Transfers.HeldAsync(TestGateway.Agent, test.Agreement, default)).Transfers);
        Assert.Equal(TestGateway.Csv, await test.FetchAsync(TestGateway.Uploader, test.ClientKey, held.Transfer));
    }

    [Fact]
    public async Task An_approver_lets_it_go_once()
    {
        await using var test = await TestGateway.StartAsync(gates: Gates);
        var held = await HeldAsync(test);
        Assert.Equal(held.Transfer, Assert.Single(Assert.IsType<TransfersResult.Found>(
            await test.Gateway.Transfers.HeldAsync(TestGateway.Approver, test.Agreement, default)).Transfers).Id);
        Assert.IsType<ReleaseResult.Released>(await test.Gateway.HeldDispatches.ReleaseAsync(TestGateway.Approver, held.Transfer, default));
        Assert.IsType<ReleaseResult.NotHeld>(await test.Gateway.HeldDispatches.ReleaseAsync(TestGateway.Approver, held.Transfer, default));
        Assert.Contains("tok_", await test.FetchAsync(TestGateway.Agent, test.VendorKey, held.Transfer), StringComparison.Ordinal);
        var listed = Assert.Single(Assert.IsType<TransfersResult.Found>(
            await test.Gateway.Transfers.ListAsync(TestGateway.Agent, test.Agreement, 0, 10, default)).Transfers);
        Assert.Equal(1, listed.Sequence);
        Assert.Single(await test.EventsAsync(), kind => kind == "dispatch.released");
    }

    [Fact]
    public async Task Of_many_approvers_at_once_one_lets_it_go()
    {
        await using var test = await TestGateway.StartAsync(gates: Gates);
        var held = await HeldAsync(test);
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => test.Gateway.HeldDispatches.ReleaseAsync(
            TestGateway.Caller("client", $"approver-{i}", Role.ClientApprover), held.Transfer, default)));
        Assert.Single(results, result => result is ReleaseResult.Released);
        Assert.Single(await test.EventsAsync(), kind => kind == "dispatch.released");
    }

    [Theory]
    [InlineData("client", "uploader-1", Role.ClientApprover, DenialReason.OwnRequest)] // Who sent it, with the right role.
    [InlineData("client", "uploader-2", Role.ClientUploader, DenialReason.RoleLacksPermission)]
    [InlineData("client", "admin-1", Role.ClientAdmin, DenialReason.RoleLacksPermission)]
    [InlineData("vendor", "approver-1", Role.ClientApprover, DenialReason.NotFound)]
    [InlineData("other", "approver-1", Role.ClientApprover, DenialReason.NotFound)]
    public async Task Nobody_else_can(string party, string caller, Role role, DenialReason reason)
    {
        await using var test = await TestGateway.StartAsync(gates: Gates);
        var held = await HeldAsync(test);
        var denied = Assert.IsType<ReleaseResult.Denied>(
            await test.Gateway.HeldDispatches.ReleaseAsync(TestGateway.Caller(party, caller, role), held.Transfer, default));
        Assert.Equal(reason, denied.Refusal.Reason);
        Assert.DoesNotContain("dispatch.released", await test.EventsAsync());
    }

    [Fact]
    public async Task A_crash_between_log_and_publication_is_settled_by_what_the_log_says()
    {
        await using var test = await TestGateway.StartAsync(gates: Gates);
        var (stopped, released) = (await HeldAsync(test), await HeldAsync(test));
        Assert.IsType<ReleaseResult.Released>(await test.Gateway.HeldDispatches.ReleaseAsync(TestGateway.Approver, released.Transfer, default));
        await test.Gateway.DisposeAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(test.Data, "gateway.db")};Pooling=False"))
            await connection.ExecuteAsync("UPDATE transfer SET state = 6, sequence = NULL, log_size = 0");
        await test.OpenAsync();
        Assert.Equal(stopped.Transfer, Assert.Single(Assert.IsType<TransfersResult.Found>(
            await test.Gateway.Transfers.HeldAsync(TestGateway.Approver, test.Agreement, default)).Transfers).Id);
        Assert.Contains("tok_", await test.FetchAsync(TestGateway.Agent, test.VendorKey, released.Transfer), StringComparison.Ordinal);
        Assert.IsType<ReleaseResult.Released>(await test.Gateway.HeldDispatches.ReleaseAsync(TestGateway.Approver, stopped.Transfer, default));
    }

    [Fact]
    public async Task What_was_erased_while_its_release_was_on_the_way_stays_erased()
    {
        await using var test = await TestGateway.StartAsync(gates: Gates);
        var held = await HeldAsync(test);
        await test.ExecuteAsync("UPDATE transfer SET state = 7, sequence = NULL");
        var store = new TransferStore(await Database.OpenAsync(Path.Combine(test.Data, "gateway.db"), default), test.Gateway.Agreements, test.Gateway.Quotas);
        await store.PublishAsync(held.Transfer, TransferState.Published, held.Logged);
        Assert.Null(await store.AgreementOfAsync(held.Transfer, TestGateway.Agent.Party, default));
    }

    [Fact]
    public async Task A_held_dispatch_that_a_crash_left_staged_is_held_at_the_next_start()
    {
        await using var test = await TestGateway.StartAsync(gates: Gates);
        var held = await HeldAsync(test);
        await test.Gateway.DisposeAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(test.Data, "gateway.db")};Pooling=False"))
            await connection.ExecuteAsync("UPDATE transfer SET state = 2, event = NULL");
        await test.OpenAsync();
        Assert.IsType<FetchResult.Denied>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, held.Transfer, null, default));
        Assert.Single(Assert.IsType<TransfersResult.Found>(await test.Gateway.Transfers.HeldAsync(TestGateway.Approver, test.Agreement, default)).Transfers);
    }

    [Fact]
    public async Task Records_are_refused_where_gates_have_to_see_the_whole()
    {
        await using var test = await TestGateway.StartAsync(format: "ndjson", gates: Gates);
        using var body = new MemoryStream("{\"claim_id\":\"1\"}\n"u8.ToArray());
        using var lines = new RecordLines(body);
        var answers = new List<RecordsAnswer>();
        await foreach (var answer in test.Gateway.Records.RunAsync(TestGateway.Uploader, test.Agreement, null, lines, default)) answers.Add(answer);
        Assert.Equal("records.gated-profile", Assert.IsType<RecordsAnswer.Refused>(Assert.Single(answers)).Fault.Code);
    }

    [Fact]
    public async Task The_attestation_is_signed_by_the_gateway_and_its_digest_is_in_the_log()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var found = Assert.IsType<AttestationResult.Found>(await test.Gateway.Attestations.ReadAsync(TestGateway.Auditor, sent, default));
        var verdict = await PgpSignature.VerifyDetachedAsync(
            new MemoryStream(found.Json.ToArray()), found.Signature,
            new VerifyOptions { Verifiers = [test.Gateway.Certificate], Now = test.Clock.GetUtcNow() }, default);
        Assert.Equal(SignatureStatus.Good, Assert.Single(verdict.Signatures).Status);
        var attestation = AttestationJson.Read(found.Json);
        Assert.Equal((sent.Value, "vendor.agent@offshore", 2L, 1L),
            (attestation.Transfer, attestation.Audience, attestation.Records, attestation.Risk!.Anonymity!.K));
        var digest = $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(found.Json.Span))}";
        var entries = new List<string>();
        await foreach (var entry in test.Gateway.Log.ReadAsync(SecureExchange.Gateway.Audit.LogName.Of(test.Agreement), 0, long.MaxValue, default))
            entries.Add(Encoding.UTF8.GetString(entry.Data.Span));
        Assert.Contains(
            entries, entry => entry.Contains("dispatch.accepted", StringComparison.Ordinal) && entry.Contains($"\"attestation\":\"{digest}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_return_nothing_is_attested()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var worked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        var back = Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(sent, worked)).Transfer;
        Assert.IsType<AttestationResult.None>(await test.Gateway.Attestations.ReadAsync(TestGateway.Uploader, back, default));
    }

    private static async Task<IntakeResult.Accepted> HeldAsync(TestGateway test)
    {
        var accepted = Assert.IsType<IntakeResult.Accepted>(await test.SendAsync(TestGateway.Csv));
        Assert.True(accepted.IsHeld);
        return accepted;
    }
}
