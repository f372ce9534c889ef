using System.Diagnostics;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Audit.Search;

namespace SecureExchange.Gateway.Tests.Audit;

/// <summary>What the auditor's questions find in a large log, and how long that takes.</summary>
/// <remarks><c>tests/audit-index.sh</c> is the long form.</remarks>
public sealed class IndexMeasurements(ITestOutputHelper output)
{
    private static readonly int s_events = int.Parse(Environment.GetEnvironmentVariable("AUDIT_INDEX_EVENTS") ?? "10000", System.Globalization.CultureInfo.InvariantCulture);

    [Fact(Timeout = 3_600_000)]
    public async Task A_large_log_is_searched_in_full_and_its_index_is_what_the_log_makes_of_it()
    {
        var size = s_events / 5_000 * 5_000;
        await using var test = await TestGateway.StartAsync();
        var terms = await test.Gateway.Agreements.TermsAsync(test.Agreement, default);
        var transfers = Enumerable.Range(0, size / 100).Select(_ => TransferId.New()).ToList();
        var callers = Enumerable.Range(0, 200).Select(i => TestGateway.Caller("vendor", $"agent-{i}", Role.VendorAgent)).ToList();
        AuditEvent Event(int i) => (i % 100) switch
        {
            0 => new RecordsAccepted(transfers[i / 100], 500, "sha256:0", "sha256:attestation", [new MaskedField("claim_id", "keep", 0), new MaskedField("ssn", "fpe", 500)], []),
            < 90 => new ContentFetched(transfers[i / 100], new SealedPart("masked.pgp", 1000, "sha256:0", "00"), "sha256:0", "sha256:attestation", 0, 1000),
            < 99 => new TransfersListed(10),
            _ => new AccessDenied(Permission.FetchMasked, DenialReason.RoleLacksPermission),
        };
        var written = Stopwatch.StartNew();
        for (var i = 0; i < size; i += 8192)
        {
            await Task.WhenAll(Enumerable.Range(i, Math.Min(8192, size - i)).Select(n => test.Gateway.Log.AppendAsync(
                Event(n) with { Caller = n % 5_000 == 7 ? callers[^1] : callers[n % 199], Terms = terms }).AsTask()));
            test.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        output.WriteLine($"{size:n0} events written in {written.Elapsed.TotalSeconds:n1} s");
        Assert.Equal(0, await AskAsync(test, "the index made", new EventFilter { Outcome = EventOutcome.Damaged }));
        var file = new FileInfo(Path.Combine(test.Data, "audit-index.db")).Length;
        output.WriteLine($"index: {file / 1e6:n0} MB, {(double)file / size:n0} bytes an event; memory {Environment.WorkingSet / 1e6:n0} MB");
        Assert.Equal(size / 5_000, await AskAsync(test, "all of one rare caller", new EventFilter { Caller = (callers[^1].Party, callers[^1].Id) }, null));
        await AskAsync(test, "a page of one common caller", new EventFilter { Caller = (callers[0].Party, callers[0].Id) });
        Assert.Equal(89, await AskAsync(test, "who has seen a field of a transfer", new EventFilter { Seen = "claim_id", Transfers = [transfers[^5]] }, null));
        await AskAsync(test, "a page of a kind in an hour", new EventFilter
        {
            Kind = AuditEventKind.AccessDenied,
            From = test.Clock.GetUtcNow().AddMinutes(-60),
            To = test.Clock.GetUtcNow(),
        });
        await AskAsync(test, "a page that two common filters share", new EventFilter { Kind = AuditEventKind.ContentFetched, Outcome = EventOutcome.Done });
        Assert.Equal(0, await AskAsync(test, "two common filters that share nothing", new EventFilter { Kind = AuditEventKind.ContentFetched, Outcome = EventOutcome.Denied }));
        Assert.Equal(size / 100 * 89, await AskAsync(test, "everything of a kind (export)", new EventFilter { Kind = AuditEventKind.ContentFetched }, null));
        var held = Stopwatch.StartNew();
        Assert.Empty(await test.Gateway.IndexWatch.RunAsync(default));
        output.WriteLine($"held against the log in {held.Elapsed.TotalSeconds:n1} s");
    }

    private async Task<int> AskAsync(TestGateway test, string what, EventFilter filter, int? limit = 100)
    {
        var clock = Stopwatch.StartNew();
        var found = Assert.IsType<SearchResult.Found>(
            await test.Gateway.Search.RunAsync(TestGateway.Auditor, test.Agreement.Value, filter, null, limit, default));
        var count = await found.ReadAsync(default).CountAsync();
        output.WriteLine($"{what}: {count:n0} events in {clock.Elapsed.TotalMilliseconds:n0} ms");
        return count;
    }
}
