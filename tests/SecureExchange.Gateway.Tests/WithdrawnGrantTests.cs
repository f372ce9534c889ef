using System.Text;
using System.Text.Json;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Release;
using SecureExchange.Gateway.Return;

namespace SecureExchange.Gateway.Tests;

/// <summary>What was granted and isn't any more ends what is on its way.</summary>
public class WithdrawnGrantTests
{
    private static string Large => "claim_id,name,ssn,notes\n" + string.Concat(Enumerable.Range(1, 20_000).Select(i => $"{i},Ada,123-45-6789,hello\n"));

    [Theory]
    [InlineData(true, DenialReason.Suspended)]
    [InlineData(false, DenialReason.Ended)]
    public async Task A_fetch_is_cut_off_when_its_agreement_is_suspended_or_ended(bool isSuspended, DenialReason reason)
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(Large);
        await using var ready = Assert.IsType<FetchResult.Ready>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, sent, null, default));
        using var output = new InterruptedStream(() => isSuspended ? SuspendAsync(test) : EndAsync(test));
        var cut = await Assert.ThrowsAsync<ReleaseStoppedException>(() => ready.CopyToAsync(output, default));
        Assert.Equal(reason, cut.Reason);
        Assert.InRange(output.Length, 1, ready.Length - 1); // Without its end it is no message.
        var last = await LastEventAsync(test);
        Assert.Equal(("content.stopped", reason.ToString()), (last.GetProperty("kind").GetString(), last.GetProperty("reason").GetString()));
        Assert.Equal(output.Length, last.GetProperty("sent").GetInt64());
    }

    [Fact]
    public async Task A_fetch_is_cut_off_when_the_hours_of_the_vendor_are_over()
    {
        await using var test = new TestGateway();
        await test.OpenAsync();
        await test.AgreeAsync(test.Document(vendorMore: "  hours: { zone: UTC, days: [mon], from: \"08:00\", to: \"12:30\" }"));
        var sent = await test.SentAsync(Large);
        await using var ready = Assert.IsType<FetchResult.Ready>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, sent, null, default));
        using var output = new InterruptedStream(() =>
        {
            test.Clock.Advance(TimeSpan.FromHours(1));
            return Task.CompletedTask;
        });
        Assert.Equal(DenialReason.OutsideHours, (await Assert.ThrowsAsync<ReleaseStoppedException>(() => ready.CopyToAsync(output, default))).Reason);
    }

    [Fact]
    public async Task A_client_has_its_own_file_to_the_end_while_the_work_is_suspended()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(Large);
        await using var ready = Assert.IsType<FetchResult.Ready>(await test.Gateway.Fetches.RunAsync(TestGateway.Uploader, sent, null, default));
        using var output = new InterruptedStream(() => SuspendAsync(test));
        await ready.CopyToAsync(output, default);
        Assert.Equal(ready.Length, output.Length);
    }

    [Fact]
    public async Task A_file_and_a_return_that_are_on_their_way_are_not_taken_once_the_agreement_is_suspended()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var before = test.TransferBlobs().Count();
        using var body = new GatedStream(TestGateway.Csv, free: 40);
        using var back = new GatedStream(await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent), free: 40);
        var sending = test.SendAsync(body);
        var returning = test.Gateway.Returns.RunAsync(TestGateway.Agent, sent, null, null, back, length: null, default);
        await Task.WhenAll(body.Reached, back.Reached);
        await SuspendAsync(test);
        body.Open();
        back.Open();
        Assert.Equal(DenialReason.Suspended, Assert.IsType<IntakeResult.Denied>(await sending).Refusal.Reason);
        Assert.Equal(DenialReason.Suspended, Assert.IsType<ReturnResult.Denied>(await returning).Refusal.Reason);
        Assert.Equal(before, test.TransferBlobs().Count());
        Assert.Equal(["access.denied", "access.denied"], (await test.EventsAsync())[^2..]);
    }

    [Fact]
    public async Task Of_records_that_flow_the_next_batch_is_not_taken_and_not_given()
    {
        await using var test = new TestGateway();
        await test.OpenAsync();
        await test.AgreeAsync(test.Document(format: "ndjson"));
        var line = "{\"claim_id\":\"1\",\"name\":\"Ada\",\"ssn\":\"123-45-6789\"}\n";
        using var body = new GatedStream(line + line.Replace("1\",\"n", "2\",\"n", StringComparison.Ordinal), free: line.Length);
        using var lines = new RecordLines(body);
        await using var answers = test.Gateway.Records.RunAsync(TestGateway.Uploader, test.Agreement, null, lines, default).GetAsyncEnumerator();
        Assert.True(await answers.MoveNextAsync());
        Assert.IsType<RecordsAnswer.Batch>(answers.Current);
        using var more = new RecordLines(new MemoryStream(Encoding.UTF8.GetBytes(line)));
        Assert.IsType<RecordsAnswer.Batch>(await test.Gateway.Records.RunAsync(TestGateway.Uploader, test.Agreement, null, more, default).FirstAsync());

        var ready = Assert.IsType<RecordsResult.Ready>(await test.Gateway.RecordsDesk.RunAsync(TestGateway.Agent, test.Agreement, 0, inClear: false, default));
        await using var batches = ready.ReadAsync(default).GetAsyncEnumerator();
        Assert.True(await batches.MoveNextAsync());
        await SuspendAsync(test);
        var cut = await Assert.ThrowsAsync<ReleaseStoppedException>(async () => await batches.MoveNextAsync());
        Assert.Equal(DenialReason.Suspended, cut.Reason);

        body.Open();
        Assert.True(await answers.MoveNextAsync());
        Assert.Equal(DenialReason.Suspended, Assert.IsType<RecordsAnswer.Denied>(answers.Current).Refusal.Reason);
    }

    private static async Task SuspendAsync(TestGateway test) =>
        Assert.IsType<AgreementResult.Done>(await test.Gateway.AgreementDesk.SuspendAsync(TestGateway.Admin, test.Agreement, default));

    private static async Task EndAsync(TestGateway test) =>
        Assert.IsType<AgreementResult.Done>(await test.Gateway.AgreementDesk.EndAsync(TestGateway.Admin, test.Agreement, default));

    private static async Task<JsonElement> LastEventAsync(TestGateway test)
    {
        JsonElement last = default;
        await foreach (var entry in test.Gateway.Log.ReadAsync(LogName.Of(test.Agreement), 0, long.MaxValue, default))
            last = JsonDocument.Parse(entry.Data).RootElement;
        return last;
    }
}
