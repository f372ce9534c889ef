using System.Text.Json.Nodes;
using SecureExchange.Gateway.Audit;

namespace SecureExchange.Gateway.Tests.Audit;

/// <summary>Closed days: what they say is what there was, and nobody takes an event out or moves one unseen.</summary>
public sealed class CompletenessTests
{
    private static readonly DateOnly s_first = new(2026, 6, 1);

    [Fact]
    public async Task An_event_that_was_taken_out_or_moved_is_found_though_the_tree_was_rebuilt_and_signed_again()
    {
        await using var test = await BusyAsync();
        var entries = await WrittenLog.EntriesAsync(test);
        var last = s_first.AddDays(4);
        Assert.Null(await WrittenLog.JudgeAsync(test, entries, last));
        Assert.True(entries.Select(WrittenLog.Kind).Distinct().Count() >= 10, string.Join(' ', entries.Select(WrittenLog.Kind).Distinct()));
        for (var i = 0; i < entries.Count; i++)
        {
            var without = entries.ToList();
            without.RemoveAt(i);
            Assert.True(await WrittenLog.JudgeAsync(test, without, last) is not null, $"{WrittenLog.Kind(entries[i])} {i} was taken out");
            if (i == 0) continue;
            var swapped = entries.ToList();
            (swapped[i - 1], swapped[i]) = (swapped[i], swapped[i - 1]);
            Assert.True(await WrittenLog.JudgeAsync(test, swapped, last) is not null, $"{WrittenLog.Kind(entries[i])} {i} was moved");
        }
    }

    [Fact]
    public async Task Who_also_writes_all_indexes_and_numbers_anew_still_contradicts_the_statement_of_the_day()
    {
        await using var test = await BusyAsync();
        var entries = await WrittenLog.EntriesAsync(test);
        var last = s_first.AddDays(4);
        for (var i = 1; i < entries.Count - 1; i += 3)
        {
            var without = entries.ToList();
            without.RemoveAt(i);
            Assert.True(await WrittenLog.JudgeAsync(test, WrittenLog.Renumbered(without), last) is not null, $"{WrittenLog.Kind(entries[i])} {i} was taken out");
        }
    }

    [Fact]
    public async Task A_vendor_s_days_end_with_exactly_what_it_fetched()
    {
        await using var test = await BusyAsync();
        var entries = await WrittenLog.EntriesAsync(test);
        var all = WrittenLog.Describe(entries, null, s_first.AddDays(4));
        Assert.EndsWith("vendor vendor fetched exactly 2 transfers, 0 reveals, 1 findings.read, nothing else (its events 1 to 4, 3 of them fetches)", all, StringComparison.Ordinal);
        Assert.Contains("client client fetched exactly 1 transfer, 0 reveals, nothing else", all, StringComparison.Ordinal);
        Assert.Contains("vendor/agent-1: content.fetched 3", all, StringComparison.Ordinal);
        var secondDay = WrittenLog.Describe(entries, s_first.AddDays(1), s_first.AddDays(3));
        Assert.EndsWith("vendor vendor fetched exactly 1 transfer, 0 reveals, nothing else (its events 4 to 4, 1 of them fetches)", secondDay, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_is_closed_once_and_not_before_it_is_over()
    {
        await using var test = await TestGateway.StartAsync();
        Assert.Equal(0, await test.Gateway.Days.RunAsync(default));
        test.Clock.Advance(TimeSpan.FromHours(12.01)); // Half a minute into the next day: somebody may still be on the way.
        Assert.Equal(0, await test.Gateway.Days.RunAsync(default));
        test.Clock.Advance(TimeSpan.FromMinutes(5));
        await test.Gateway.Days.RunAsync(default);
        await test.Gateway.Days.RunAsync(default);
        Assert.Equal(["agreement.created", "day.closed"], await test.EventsAsync());
    }

    [Fact]
    public async Task Idle_days_cost_nothing_until_somebody_asks_and_then_one_statement()
    {
        await using var test = await TestGateway.StartAsync();
        for (var day = 0; day < 10; day++)
        {
            test.Clock.Advance(TimeSpan.FromDays(1));
            await test.Gateway.Days.RunAsync(default);
        }

        Assert.Equal(["agreement.created", "day.closed"], await test.EventsAsync());
        Assert.Contains("aren't closed", await WrittenLog.JudgeAsync(test, await WrittenLog.EntriesAsync(test), s_first.AddDays(9)), StringComparison.Ordinal);
        await ReadAsync(test);
        Assert.Equal(["agreement.created", "day.closed", "day.closed", "events.read"], await test.EventsAsync());
        Assert.Null(await WrittenLog.JudgeAsync(test, await WrittenLog.EntriesAsync(test), s_first.AddDays(9)));
    }

    [Fact]
    public async Task Two_closings_at_once_make_one_statement()
    {
        await using var test = await TestGateway.StartAsync();
        test.Clock.Advance(TimeSpan.FromDays(1));
        var other = new DayClosing(test.Gateway.Log, test.Gateway.Agreements.TermsAsync, test.Clock);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? other : test.Gateway.Days).RunAsync(default)));
        Assert.Equal(["agreement.created", "day.closed"], await test.EventsAsync());
    }

    [Fact]
    public async Task A_restart_goes_on_with_the_numbers_and_the_days()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        await test.RestartAsync();
        await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        test.Clock.Advance(TimeSpan.FromDays(1));
        await test.Gateway.Days.RunAsync(default);
        await test.RestartAsync();
        await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        test.Clock.Advance(TimeSpan.FromDays(1));
        await test.Gateway.Days.RunAsync(default);
        Assert.Null(await WrittenLog.JudgeAsync(test, await WrittenLog.EntriesAsync(test), s_first.AddDays(1)));
    }

    [Fact]
    public async Task A_fetch_s_event_binds_content_profile_attestation_and_recipient()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        var entries = (await WrittenLog.EntriesAsync(test)).Select(entry => JsonNode.Parse(entry)!).ToList();
        var (accepted, fetched) = (entries.Single(e => (string)e["kind"]! == "dispatch.accepted"), entries.Single(e => (string)e["kind"]! == "content.fetched"));
        var part = Assert.Single(fetched["parts"]!.AsArray())!;
        Assert.Equal(accepted["parts"]!.AsArray().Single(p => (string)p!["name"]! == "masked.pgp")!.ToJsonString(), part.ToJsonString());
        Assert.Equal(test.VendorKey.Certificate.Fingerprint.ToString(), (string)part["recipient"]!);
        Assert.Equal((string)accepted["profile"]!, (string)fetched["profile"]!);
        Assert.Equal((string)accepted["attestation"]!, (string)fetched["attestation"]!);
        Assert.Equal(("vendor", 1), ((string)fetched["recipient"]!, (int)fetched["number"]!));
    }

    /// <summary>Five days, the third and fourth without an event, closed each morning.</summary>
    private static async Task<TestGateway> BusyAsync()
    {
        var test = await TestGateway.StartAsync();
        var gateway = test.Gateway;
        var sent = await test.SentAsync(TestGateway.Csv);
        await test.SendAsync("no,name\n1,x\n"); // dispatch.refused
        var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        await gateway.Fetches.RunAsync(TestGateway.Auditor, sent, null, default); // access.denied
        await gateway.Transfers.ListAsync(TestGateway.Agent, test.Agreement, 0, 10, default);
        await test.ReturnAsync(sent, masked[..^1] + "x\n" + masked[(masked.IndexOf('\n', StringComparison.Ordinal) + 1)..]); // quarantined
        await test.ReturnAsync(sent, masked);
        await ReadAsync(test);
        await gateway.Findings.ReadAsync(TestGateway.Agent, sent, default);
        await MorningAsync(test, days: 1);
        await test.FetchAsync(TestGateway.Uploader, test.ClientKey, sent);
        await test.FetchAsync(TestGateway.Agent, test.VendorKey, await test.SentAsync(TestGateway.Csv));
        await test.ReturnAsync(sent, "\"no"); // return.refused
        await MorningAsync(test, days: 3);
        await ReadAsync(test);
        await MorningAsync(test, days: 1);
        return test;
    }

    private static async Task MorningAsync(TestGateway test, int days)
    {
        for (var i = 0; i < days; i++)
        {
            test.Clock.Advance(TimeSpan.FromDays(1));
            await test.Gateway.Days.RunAsync(default);
        }
    }

    private static async Task ReadAsync(TestGateway test)
    {
        var (admission, _) = await test.Gateway.Audit.AdmitAsync(TestGateway.Auditor, test.Agreement.Value, default);
        var (_, entries) = await test.Gateway.Audit.ReadAsync(Assert.IsType<Admission.Admitted>(admission).Grant, 0, 10, default);
        await foreach (var _ in entries)
        {
        }
    }
}
