using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Audit.Search;

namespace SecureExchange.Gateway.Tests.Audit;

/// <summary>The index answers what the log says, nothing else, and only to those who may read it.</summary>
public class AuditSearchTests
{
    private static readonly Caller s_operator = TestGateway.Caller("house", "operator-1", Role.Operator);

    [Fact]
    public async Task Each_filter_finds_what_reading_the_whole_log_finds()
    {
        await using var test = await BusyAsync();
        var (first, second) = (await test.SentAsync(TestGateway.Csv), await test.SentAsync(TestGateway.Csv));
        await test.FetchAsync(TestGateway.Agent, test.VendorKey, first);
        var entries = await LogAsync(test);
        var middle = test.Clock.GetUtcNow();
        test.Clock.Advance(TimeSpan.FromMinutes(1));
        await test.FetchAsync(TestGateway.Agent, test.VendorKey, second);

        await ExpectAsync(test, new EventFilter { Kind = AuditEventKind.ContentFetched }, e => Text(e, "kind") == "content.fetched");
        await ExpectAsync(test, new EventFilter { Outcome = EventOutcome.Refused }, e => Text(e, "kind")!.EndsWith(".refused", StringComparison.Ordinal));
        await ExpectAsync(test, new EventFilter { Outcome = EventOutcome.Denied }, e => Text(e, "kind") == "access.denied");
        await ExpectAsync(test, new EventFilter { Party = TestGateway.Agent.Party }, e => Text(e, "caller")?.StartsWith("vendor/", StringComparison.Ordinal) == true);
        await ExpectAsync(test, new EventFilter { Caller = (TestGateway.Uploader.Party, TestGateway.Uploader.Id) }, e => Text(e, "caller") == "client/uploader-1");
        await ExpectAsync(test, new EventFilter { Transfers = [first] }, e => IsAbout(e, first));
        await ExpectAsync(test, new EventFilter { Transfers = [first, second] }, e => IsAbout(e, first) || IsAbout(e, second));
        await ExpectAsync(test, new EventFilter { Field = "ssn" }, e => e.GetRawText().Contains("\"ssn\"", StringComparison.Ordinal));
        await ExpectAsync(test, new EventFilter { From = middle.AddSeconds(1) }, e => e.GetProperty("at").GetDateTimeOffset() > middle);
        await ExpectAsync(test, new EventFilter { To = middle.AddSeconds(1) }, e => e.GetProperty("at").GetDateTimeOffset() <= middle);
        await ExpectAsync(
            test, new EventFilter { Transfers = [second], Kind = AuditEventKind.ContentFetched, Party = TestGateway.Agent.Party, From = middle, To = middle.AddHours(1) },
            e => Text(e, "kind") == "content.fetched" && Text(e, "transfer") == second.Value);
        Assert.Empty(await FindAsync(test, new EventFilter { Kind = AuditEventKind.ContentDamaged }));
        Assert.NotEmpty(entries);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap_and_a_cursor_stays_good_while_the_log_grows()
    {
        await using var test = await BusyAsync();
        var filter = new EventFilter { Party = TestGateway.Uploader.Party };
        var all = await FindAsync(test, filter);
        var paged = new List<long>();
        EventCursor? cursor = null;
        do
        {
            var page = Assert.IsType<SearchResult.Found>(await test.Gateway.Search.RunAsync(
                TestGateway.Auditor, test.Agreement.Value, filter, cursor, 3, default));
            await foreach (var one in page.ReadAsync(default)) paged.Add(one.Index);
            if (paged.Count == 3) await test.SendAsync("nothing\n");
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.True(all.Count > 6);
        Assert.Equal(all, paged.Take(all.Count));
        Assert.Equal(all.Count + 1, paged.Count);
    }

    [Fact]
    public async Task A_field_is_seen_by_the_vendor_where_the_profile_keeps_it_and_by_the_client_in_its_own_files()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        await test.FetchAsync(TestGateway.Uploader, test.ClientKey, sent);
        Assert.Equal(["vendor/agent-1", "client/uploader-1"], await CallersAsync(test, new EventFilter { Seen = "claim_id" }));
        Assert.Equal(["client/uploader-1"], await CallersAsync(test, new EventFilter { Seen = "ssn", Transfers = [sent] }));
        Assert.Empty(await CallersAsync(test, new EventFilter { Seen = "ssn", Transfers = [TransferId.New()] }));
    }

    [Fact]
    public async Task An_index_that_was_thrown_away_is_made_again_from_the_log_and_answers_the_same()
    {
        await using var test = await BusyAsync();
        var filter = new EventFilter { Outcome = EventOutcome.Refused };
        var before = await FindAsync(test, filter);
        await test.Gateway.DisposeAsync();
        SqliteConnection.ClearAllPools();
        await File.WriteAllTextAsync(IndexPath(test), "not a database any more");
        await test.OpenAsync();
        Assert.Equal(before, await FindAsync(test, filter));
    }

    [Theory]
    [InlineData("UPDATE log SET root = zeroblob(32)")]
    [InlineData("UPDATE log SET size = size + 100")]
    [InlineData("UPDATE OR IGNORE posting SET entry = entry + 1")]
    public async Task An_index_that_contradicts_its_log_is_found_out(string change)
    {
        await using var test = await BusyAsync();
        var filter = new EventFilter { Outcome = EventOutcome.Refused };
        await FindAsync(test, filter);
        await using (var connection = new SqliteConnection($"Data Source={IndexPath(test)}")) await connection.ExecuteAsync(change);
        await Assert.ThrowsAsync<IndexContradictedException>(() => FindAsync(test, filter));
        Assert.NotEmpty(await FindAsync(test, new EventFilter())); // The log itself can still be read.
    }

    [Theory]
    [InlineData("DELETE FROM posting WHERE entry = (SELECT max(entry) FROM posting JOIN term ON term.id = term WHERE text = 'outcome:refused')", "leaves out")]
    [InlineData("DELETE FROM posting WHERE term IN (SELECT id FROM term WHERE text LIKE 'seen:%')", "leaves out")]
    [InlineData("INSERT INTO posting SELECT 1, id, 0 FROM term WHERE text = 'outcome:refused'", "makes up 1 terms")]
    [InlineData("UPDATE moment SET at = at + 1 WHERE entry = 3", "leaves out 1 moments")]
    [InlineData("UPDATE span SET first = last + 1", "leaves out 1 spans")]
    [InlineData("DELETE FROM carried WHERE field = (SELECT max(field) FROM carried)", "fields of transfers")]
    [InlineData("UPDATE carried SET kept = 1 - kept", "fields of transfers")]
    public async Task What_an_index_leaves_out_is_found_when_it_is_held_against_the_log_and_then_it_answers_nothing(string change, string finding)
    {
        await using var test = await BusyAsync();
        await test.FetchAsync(TestGateway.Uploader, test.ClientKey, await test.SentAsync(TestGateway.Csv));
        var filter = new EventFilter { Outcome = EventOutcome.Refused };
        await FindAsync(test, filter);
        Assert.Equal(0, await CheckedAsync(test));
        Assert.Empty(await test.Gateway.IndexWatch.RunAsync(default));
        Assert.InRange(await CheckedAsync(test), 20, await test.Gateway.Log.SizeAsync(LogName.Of(test.Agreement)));
        await FindAsync(test, filter); // What nobody has asked since isn't checked again.
        await using (var connection = new SqliteConnection($"Data Source={IndexPath(test)}")) await connection.ExecuteAsync(change);
        test.Clock.Advance(TimeSpan.FromDays(1.1));
        var (log, found) = Assert.Single(await test.Gateway.IndexWatch.RunAsync(default));
        Assert.Equal(LogName.Of(test.Agreement), log);
        Assert.Contains(finding, found, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IndexContradictedException>(() => FindAsync(test, filter));
        Assert.NotEmpty(await FindAsync(test, new EventFilter()));
        Assert.False(File.Exists($"{IndexPath(test)}.check"));

        // A restart doesn't make it forget; made anew, it answers.
        await test.RestartAsync();
        await Assert.ThrowsAsync<IndexContradictedException>(() => FindAsync(test, filter));
        await test.Gateway.DisposeAsync();
        File.Delete(IndexPath(test));
        SqliteConnection.ClearAllPools();
        await test.OpenAsync();
        Assert.NotEmpty(await FindAsync(test, filter));
        Assert.Empty(await test.Gateway.IndexWatch.RunAsync(default));
    }

    [Theory]
    [InlineData("BEFORE INSERT ON term")]
    [InlineData("BEFORE INSERT ON posting")]
    [InlineData("BEFORE INSERT ON moment")]
    [InlineData("BEFORE INSERT ON span")]
    [InlineData("BEFORE INSERT ON carried")]
    [InlineData("BEFORE UPDATE OF size ON log")]
    [InlineData("BEFORE UPDATE OF root ON log")] // Everything is in, and it was reported as failed.
    public async Task Whichever_write_of_the_index_fails_the_next_question_is_answered_in_full(string write)
    {
        await using var test = await BusyAsync();
        var filter = new EventFilter { Outcome = EventOutcome.Refused };
        await using var connection = new SqliteConnection($"Data Source={IndexPath(test)}");
        await connection.ExecuteAsync($"CREATE TRIGGER broken {write} BEGIN SELECT RAISE(ABORT, 'as the test told it to'); END");
        await Assert.ThrowsAsync<SqliteException>(() => FindAsync(test, filter));
        await connection.ExecuteAsync("DROP TRIGGER broken");
        await ExpectAsync(test, filter, e => Text(e, "kind")?.EndsWith(".refused", StringComparison.Ordinal) == true);
        Assert.Empty(await test.Gateway.IndexWatch.RunAsync(default));
        Assert.NotEqual(0, await CheckedAsync(test));
    }

    [Fact]
    public async Task A_log_that_was_put_back_is_found_by_the_index_that_has_seen_more_of_it()
    {
        await using var test = await BusyAsync();
        await FindAsync(test, new EventFilter { Outcome = EventOutcome.Done });
        await using (var connection = new SqliteConnection($"Data Source={IndexPath(test)}"))
            await connection.ExecuteAsync("UPDATE log SET root_size = root_size - 1");
        await Assert.ThrowsAsync<IndexContradictedException>(() => FindAsync(test, new EventFilter { Outcome = EventOutcome.Done }));
    }

    [Fact]
    public async Task A_stranger_s_question_about_an_agreement_is_answered_like_one_about_none()
    {
        await using var test = await BusyAsync();
        var stranger = TestGateway.Caller("stranger", "auditor-9", Role.Auditor);
        var foreign = Assert.IsType<SearchResult.Denied>(await test.Gateway.Search.RunAsync(stranger, test.Agreement.Value, new EventFilter(), null, 10, default));
        var absent = Assert.IsType<SearchResult.Denied>(await test.Gateway.Search.RunAsync(stranger, "client.nothing", new EventFilter(), null, 10, default));
        Assert.Equal((DenialReason.NotFound, LogName.Gateway), (foreign.Refusal.Reason, foreign.Refusal.Logged.Log));
        Assert.Equal((absent.Refusal.Reason, absent.Refusal.Logged.Log), (foreign.Refusal.Reason, foreign.Refusal.Logged.Log));
        var everything = Assert.IsType<SearchResult.Found>(await test.Gateway.Search.RunAsync(stranger, null, new EventFilter(), null, null, default));
        Assert.Empty(everything.Logged);
        Assert.Equal(0, await everything.ReadAsync(default).CountAsync());
    }

    [Fact]
    public async Task The_gateway_s_own_log_is_searched_by_the_operator_alone_who_names_callers_as_they_are()
    {
        await using var test = await BusyAsync();
        var stranger = TestGateway.Caller("stranger", "auditor-9", Role.Auditor);
        await test.Gateway.Search.RunAsync(stranger, test.Agreement.Value, new EventFilter(), null, 10, default);
        Assert.IsType<SearchResult.Denied>(await test.Gateway.Search.RunAsync(TestGateway.Auditor, "gateway", new EventFilter(), null, 10, default));
        var found = Assert.IsType<SearchResult.Found>(await test.Gateway.Search.RunAsync(
            s_operator, "gateway", new EventFilter { Caller = (stranger.Party, stranger.Id) }, null, null, default));
        var one = Assert.Single(await found.ReadAsync(default).ToListAsync());
        using var entry = JsonDocument.Parse(one.Entry);
        Assert.Equal("access.denied", Text(entry.RootElement, "kind"));
    }

    [Fact]
    public async Task A_question_is_an_event_which_names_no_field_that_the_agreement_does_not_have()
    {
        await using var test = await BusyAsync();
        await FindAsync(test, new EventFilter { Field = "ssn", Kind = AuditEventKind.DispatchRefused });
        await FindAsync(test, new EventFilter { Field = "123-45-6789" });
        var asked = (await LogAsync(test)).TakeLast(2).ToList();
        Assert.Equal(
            """{"caller":"auditor/auditor-1","filters":["field=ssn","kind=dispatch.refused"],"from":0,"kind":"events.searched"}""",
            JsonSerializer.Serialize(asked[0].EnumerateObject().Where(m => m.Name is "caller" or "filters" or "from" or "kind").ToDictionary(m => m.Name, m => m.Value)));
        Assert.Equal("field=?", asked[1].GetProperty("filters")[0].GetString());
    }

    /// <summary>A gateway whose log has a bit of everything.</summary>
    private static async Task<TestGateway> BusyAsync()
    {
        var test = await TestGateway.StartAsync();
        for (var i = 0; i < 4; i++)
        {
            var sent = await test.SentAsync(TestGateway.Csv);
            await test.SendAsync("claim_id,name,ssn,notes\n1,Ada,not-a-number,\n");
            await test.Gateway.Fetches.RunAsync(TestGateway.Auditor, sent, null, default);
            await test.ReturnAsync(sent, "claim_id,name,ssn\n1,nobody,000-00-0000\n");
            await test.Gateway.Transfers.ListAsync(TestGateway.Agent, test.Agreement, 0, 10, default);
        }

        return test;
    }

    private static async Task ExpectAsync(TestGateway test, EventFilter filter, Func<JsonElement, bool> fits)
    {
        var log = await LogAsync(test);
        var expected = Enumerable.Range(0, log.Count).Where(i => fits(log[i])).Select(i => (long)i).ToList();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, await FindAsync(test, filter));
    }

    private static async Task<List<long>> FindAsync(TestGateway test, EventFilter filter)
    {
        var found = Assert.IsType<SearchResult.Found>(
            await test.Gateway.Search.RunAsync(TestGateway.Auditor, test.Agreement.Value, filter, null, null, default));
        return await found.ReadAsync(default).Select(one => one.Index).ToListAsync();
    }

    /// <summary>Up to where a search says that the index was held against the log.</summary>
    private static async Task<long> CheckedAsync(TestGateway test)
    {
        var found = Assert.IsType<SearchResult.Found>(await test.Gateway.Search.RunAsync(
            TestGateway.Auditor, test.Agreement.Value, new EventFilter { Outcome = EventOutcome.Refused }, null, null, default));
        return Assert.Single(found.Checked).Index;
    }

    private static async Task<List<string?>> CallersAsync(TestGateway test, EventFilter filter)
    {
        var log = await LogAsync(test);
        return [.. (await FindAsync(test, filter)).Select(index => Text(log[(int)index], "caller"))];
    }

    private static async Task<List<JsonElement>> LogAsync(TestGateway test)
    {
        var entries = new List<JsonElement>();
        await foreach (var entry in test.Gateway.Log.ReadAsync(LogName.Of(test.Agreement), 0, long.MaxValue, default))
            entries.Add(JsonSerializer.Deserialize<JsonElement>(entry.Data.Span));
        return entries;
    }

    /// <summary>A question about a transfer isn't about it.</summary>
    private static bool IsAbout(JsonElement entry, TransferId transfer) =>
        Text(entry, "kind") != "events.searched" && entry.GetRawText().Contains(transfer.Value, StringComparison.Ordinal);

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var found) ? found.GetString() : null;

    private static string IndexPath(TestGateway test) => Path.Combine(test.Data, "audit-index.db");
}
