using System.Text;
using SecureExchange.Access;
using SecureExchange.Gateway.Erasure;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Return;

namespace SecureExchange.Gateway.Tests.Intake;

/// <summary>How much a party may send in a day and have stored: by the operator's word and by the agreement's.</summary>
public class QuotaTests
{
    private static readonly int s_size = Encoding.UTF8.GetByteCount(TestGateway.Csv);

    [Fact]
    public async Task What_is_more_than_a_day_allows_is_refused_until_the_day_has_passed()
    {
        await using var test = await StartAsync(new QuotaTerms(2 * s_size, null, null));
        await test.SentAsync(TestGateway.Csv);
        test.Clock.Advance(TimeSpan.FromMinutes(90)); // 13:30.
        await test.SentAsync(TestGateway.Csv);
        var excess = await ExcessAsync(test, "quota.day-bytes");
        Assert.Equal(new QuotaExcess(QuotaLimit.DayBytes, QuotaScope.Party, 2 * s_size, 2 * s_size, TimeSpan.FromMinutes(22.5 * 60)), excess); // At 12:00, when the first is old.
        test.Clock.Advance(excess.FreeAgain!.Value - TimeSpan.FromSeconds(1));
        await ExcessAsync(test, "quota.day-bytes");
        test.Clock.Advance(TimeSpan.FromSeconds(1));
        await test.SentAsync(TestGateway.Csv);
        await ExcessAsync(test, "quota.day-bytes");
        Assert.Equal("dispatch.refused", (await test.EventsAsync())[^1]);
        Assert.Equal(3, test.Gateway.Quotas.Refusals[(QuotaLimit.DayBytes, QuotaScope.Party)]);
    }

    [Fact]
    public async Task Each_side_sees_how_much_of_its_own_quotas_is_used_and_an_auditor_none()
    {
        await using var test = new TestGateway { Configure = options => options with { PartyQuota = new QuotaTerms(1_000_000, 5, null), AgreementQuota = new QuotaTerms(null, null, 2_000_000) } };
        await test.OpenAsync();
        await test.AgreeAsync(test.Document());
        var sent = await test.SentAsync(TestGateway.Csv);
        await test.SentAsync(TestGateway.Csv);
        var stored = test.TransferBlobs().Sum(blob => new FileInfo(blob).Length);
        Assert.Equal(
            [
                new QuotaStanding(QuotaLimit.DayBytes, QuotaScope.Party, 1_000_000, 2 * s_size), new QuotaStanding(QuotaLimit.DayTransfers, QuotaScope.Party, 5, 2),
                new QuotaStanding(QuotaLimit.StoredBytes, QuotaScope.Agreement, 2_000_000, stored),
            ],
            await StandingsAsync(test, TestGateway.Uploader));
        var worked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(sent, worked));
        Assert.Equal([Encoding.UTF8.GetByteCount(worked), 1, test.TransferBlobs().Sum(blob => new FileInfo(blob).Length) - stored], (await StandingsAsync(test, TestGateway.Agent)).Select(q => q.Used));
        Assert.Equal([2 * s_size, 2, stored], (await StandingsAsync(test, TestGateway.Uploader)).Select(q => q.Used));
        await test.AgreeAsync(test.Document().Replace("agreement: claims\n", "agreement: more\n", StringComparison.Ordinal));
        await test.SentAsync(TestGateway.Csv); // The operator's limit is over both agreements.
        Assert.Equal([3 * s_size, 3], (await StandingsAsync(test, TestGateway.Uploader)).Where(q => q.Of == QuotaScope.Party).Select(q => q.Used));
        Assert.InRange((await StandingsAsync(test, TestGateway.Uploader))[^1].Used, 1, stored - 1);
        Assert.Empty(await StandingsAsync(test, TestGateway.Auditor));
        test.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal([0, 0], (await StandingsAsync(test, TestGateway.Uploader)).Where(q => q.Of == QuotaScope.Party).Select(q => q.Used));
    }

    [Fact]
    public async Task A_file_that_never_fits_is_told_so_before_a_byte_of_it_is_read()
    {
        await using var test = await StartAsync(new QuotaTerms(100, null, null));
        var unread = new GatedStream(TestGateway.Csv);
        var refused = Assert.IsType<IntakeResult.Refused>(await test.Gateway.Dispatches.RunAsync(
            TestGateway.Uploader, test.Agreement, "claims.csv", null, unread, length: 101, default));
        Assert.Null(refused.Fault.Quota!.FreeAgain);
        Assert.False(unread.Reached.IsCompleted);
        Assert.Empty(test.TransferBlobs());
    }

    [Fact]
    public async Task A_file_of_unknown_length_is_cut_where_the_quota_ends()
    {
        await using var test = await StartAsync(new QuotaTerms(300_000, null, null));
        using var body = new MemoryStream(Encoding.UTF8.GetBytes("claim_id,name,ssn,notes\n" + string.Concat(Enumerable.Range(1, 100_000).Select(i => $"{i},Ada,123-45-6789,hello\n"))));
        Assert.Equal("quota.day-bytes", Assert.IsType<IntakeResult.Refused>(await test.SendAsync(body)).Fault.Code);
        Assert.InRange(body.Position, 300_000, 600_000);
        Assert.Empty(test.TransferBlobs());
        await test.SentAsync(TestGateway.Csv); // What it had reserved is free again.
    }

    [Fact]
    public async Task Of_many_uploads_that_race_for_the_last_places_as_many_come_in_as_there_are()
    {
        await using var test = await StartAsync(new QuotaTerms(null, 3, null));
        var bodies = Enumerable.Range(0, 12).Select(_ => new GatedStream(TestGateway.Csv)).ToList();
        var racing = bodies.Select(body => Task.Run(() => test.SendAsync(body))).ToList();
        foreach (var body in bodies) body.Open();
        var results = await Task.WhenAll(racing);
        Assert.Equal(3, results.Count(result => result is IntakeResult.Accepted));
        Assert.Equal(9, results.OfType<IntakeResult.Refused>().Count(refused => refused.Fault.Code == "quota.day-transfers"));
    }

    [Fact]
    public async Task Two_uploads_of_unknown_length_cannot_both_have_the_last_bytes()
    {
        await using var test = await StartAsync(new QuotaTerms((3 * s_size / 2) + 1, null, null));
        var (one, other) = (new GatedStream(TestGateway.Csv, free: 10), new GatedStream(TestGateway.Csv, free: 10));
        var (first, second) = (test.SendAsync(one), test.SendAsync(other));
        await Task.WhenAny(Task.WhenAll(one.Reached, other.Reached), first, second);
        one.Open();
        other.Open();
        var results = await Task.WhenAll(first, second);
        Assert.Single(results.OfType<IntakeResult.Accepted>());
        Assert.Equal("quota.day-bytes", Assert.Single(results.OfType<IntakeResult.Refused>()).Fault.Code);
    }

    [Fact]
    public async Task What_failed_does_not_count()
    {
        await using var test = await StartAsync(new QuotaTerms(s_size, 1, null));
        Assert.IsType<IntakeResult.Refused>(await test.SendAsync("claim_id,name,ssn\n1,x\n"));
        await test.SentAsync(TestGateway.Csv);
        await ExcessAsync(test, "quota.day-transfers");
    }

    [Fact]
    public async Task A_restart_forgets_nothing_and_frees_what_a_crash_had_reserved()
    {
        await using var test = await StartAsync(new QuotaTerms(null, 2, null));
        await test.SentAsync(TestGateway.Csv);
        await test.SentAsync(TestGateway.Csv);
        await test.RestartAsync();
        await ExcessAsync(test, "quota.day-transfers");
        await test.ExecuteAsync("UPDATE transfer SET state = 1, event = NULL, sequence = NULL WHERE sequence = 2"); // As a kill leaves it.
        await ExcessAsync(test, "quota.day-transfers");
        await test.RestartAsync();
        await test.SentAsync(TestGateway.Csv);
    }

    [Fact]
    public async Task Each_side_has_the_agreements_quota_for_itself()
    {
        await using var test = new TestGateway();
        await test.OpenAsync();
        await test.AgreeAsync(test.Document(more: "files: { day-transfers: 1 }"));
        var sent = await test.SentAsync(TestGateway.Csv);
        Assert.Equal(QuotaScope.Agreement, (await ExcessAsync(test, "quota.day-transfers")).Of);
        var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(sent, masked));
        Assert.Equal("quota.day-transfers", Assert.IsType<ReturnResult.Refused>(await test.ReturnAsync(sent, masked)).Fault.Code);
    }

    [Fact]
    public async Task An_agreement_can_allow_less_than_the_operator_and_not_more()
    {
        await using var test = new TestGateway { Configure = options => options with { AgreementQuota = new QuotaTerms(null, 1, null) } };
        await test.OpenAsync();
        await test.AgreeAsync(test.Document(more: "files: { day-transfers: 100 }"));
        await test.SentAsync(TestGateway.Csv);
        await ExcessAsync(test, "quota.day-transfers");
    }

    [Fact]
    public async Task A_full_store_has_room_again_when_something_is_erased()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var taken = test.TransferBlobs().Sum(path => new FileInfo(path).Length);
        await test.ChangeAsync(test.Document(more: $"files: {{ stored-bytes: {taken * 3 / 2} }}"));
        var excess = await ExcessAsync(test, "quota.stored-bytes");
        Assert.Equal((taken, null), (excess.Used, excess.FreeAgain));
        Assert.Equal(taken, test.TransferBlobs().Sum(path => new FileInfo(path).Length));
        Assert.IsType<ErasureResult.Found>(await test.Gateway.Erasures.EraseAsync(TestGateway.Admin, test.Agreement, new ErasureScope.Transfers([sent]), dryRun: false, default));
        await test.SentAsync(TestGateway.Csv);
    }

    [Fact]
    public async Task A_batch_of_records_counts_as_a_transfer()
    {
        await using var test = new TestGateway { Configure = options => options with { PartyQuota = new QuotaTerms(null, 1, null) } };
        await test.OpenAsync();
        await test.AgreeAsync(test.Document(format: "ndjson"));
        Assert.IsType<RecordsAnswer.Batch>(await RecordsAsync(test));
        Assert.Equal("quota.day-transfers", Assert.IsType<RecordsAnswer.Refused>(await RecordsAsync(test)).Fault.Code);
    }

    private static async Task<RecordsAnswer> RecordsAsync(TestGateway test)
    {
        using var body = new MemoryStream("{\"claim_id\":\"1\",\"name\":\"Ada\",\"ssn\":\"123-45-6789\"}\n"u8.ToArray());
        using var lines = new RecordLines(body);
        return await test.Gateway.Records.RunAsync(TestGateway.Uploader, test.Agreement, null, lines, default).FirstAsync();
    }

    private static Task<TestGateway> StartAsync(QuotaTerms ofParty) =>
        TestGateway.StartAsync(configure: options => options with { PartyQuota = ofParty });

    private static async Task<IReadOnlyList<QuotaStanding>> StandingsAsync(TestGateway test, Caller caller)
    {
        var admitted = Assert.IsType<Admission.Admitted>(await test.Gateway.Gate.AdmitAsync(caller, Permission.ReadAgreement, test.Agreement, default));
        var agreement = await test.Gateway.Agreements.LoadAsync(admitted.Grant, default);
        return await test.Gateway.Quotas.StandingsAsync(admitted.Grant, agreement.Files.Quota, default);
    }

    private static async Task<QuotaExcess> ExcessAsync(TestGateway test, string code)
    {
        var fault = Assert.IsType<IntakeResult.Refused>(await test.SendAsync(TestGateway.Csv)).Fault;
        Assert.Equal(code, fault.Code);
        return fault.Quota!;
    }
}
