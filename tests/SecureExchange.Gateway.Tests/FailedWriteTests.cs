using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Erasure;
using SecureExchange.Gateway.Release;
using SecureExchange.Gateway.Tests.Audit;

namespace SecureExchange.Gateway.Tests;

/// <summary>Each write of what the gateway does by itself goes wrong twice: it fails, or it is done and reported as failed; as a fault
/// that passes, and as the end of the process.</summary>
public sealed class FailedWriteTests
{
    public static TheoryData<bool, bool> Faults => new() { { false, false }, { true, false }, { false, true }, { true, true } };

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Faults))]
    public async Task A_day_is_closed_once_whichever_write_of_its_statement_goes_wrong(bool isDone, bool isCrash)
    {
        await using var test = await TestGateway.StartAsync();
        var days = 0;
        for (var write = 1; ; write++)
        {
            await test.Gateway.Transfers.ListAsync(TestGateway.Agent, test.Agreement, 0, 10, default);
            test.Clock.Advance(TimeSpan.FromDays(1));
            test.Blobs.FailAt(write, isDone, isCrash);
            try
            {
                await test.Gateway.Days.RunAsync(default);
            }
            catch (SecureExchange.Gateway.Storage.BlobStoreException)
            {
                Assert.True(isCrash); // The store is away for all of them.
            }

            var hasStruck = test.Blobs.HasStruck;
            test.Blobs.Mend();
            if (isCrash && hasStruck) await test.RestartAsync();
            await test.Gateway.Transfers.ListAsync(TestGateway.Agent, test.Agreement, 0, 10, default); // Opens the log again.
            await test.Gateway.Days.RunAsync(default);
            days++;
            if (!hasStruck) break;
        }

        Assert.True(days > 4, $"only {days} writes");
        Assert.Equal(days, (await test.EventsAsync()).Count(kind => kind == "day.closed"));
        Assert.Null(await WrittenLog.JudgeAsync(test, await WrittenLog.EntriesAsync(test), new DateOnly(2026, 6, 1).AddDays(days - 1)));
    }

    [Theory(Timeout = 300_000)]
    [MemberData(nameof(Faults))]
    public async Task An_erasure_has_destroyed_nothing_or_is_finished_whichever_write_of_the_store_goes_wrong(bool isDone, bool isCrash)
    {
        await using var test = await TestGateway.StartAsync();
        var (kept, gone) = (0, 0);
        for (var write = 1; ; write++)
        {
            var sent = await test.SentAsync(TestGateway.Csv);
            test.Blobs.FailAt(write, isDone, isCrash);
            var isAnswered = await TryEraseAsync(test, sent);
            var hasStruck = test.Blobs.HasStruck;
            test.Blobs.Mend();
            if (isCrash && hasStruck) await test.RestartAsync();
            await test.Gateway.Erasures.RecoverAsync(default);
            var isGone = await AssertAllOrNothingAsync(test, sent);
            Assert.True(isGone || !isAnswered, $"write {write} was acknowledged and isn't done");
            if (isGone) gone++;
            else kept++;
            if (!hasStruck) break;
        }

        Assert.True((kept >= 1 || isDone) && gone >= 10, $"{kept} kept, {gone} gone"); // The first write is the commit of its event.
    }

    [Theory]
    [InlineData("INSERT ON erasure", false)]
    [InlineData("INSERT ON erasure_transfer", false)]
    [InlineData("UPDATE OF state ON erasure WHEN new.state = 2", true)]
    [InlineData("UPDATE OF wrapped_key ON transfer", true)]
    [InlineData("DELETE ON part", true)]
    [InlineData("UPDATE OF state ON erasure WHEN new.state = 3", true)]
    public async Task And_whichever_write_of_the_database_fails(string write, bool isGoneAfterwards)
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        await test.ExecuteAsync($"CREATE TRIGGER broken BEFORE {write} BEGIN SELECT RAISE(ABORT, 'as the test told it to'); END");
        Assert.False(await TryEraseAsync(test, sent));
        await test.ExecuteAsync("DROP TRIGGER broken");
        await test.Gateway.Erasures.RecoverAsync(default);
        Assert.Equal(isGoneAfterwards, await AssertAllOrNothingAsync(test, sent));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_changed_log_stays_stopped_and_is_told_of_whichever_write_of_the_watch_goes_wrong(bool isDone, bool isCrash)
    {
        for (var write = 1; ; write++)
        {
            await using var test = await TestGateway.StartAsync();
            await test.Gateway.Watch.RunAsync(default);
            File.Delete(Path.Combine(test.LogFolder, "checkpoint"));
            test.Blobs.FailAt(write, isDone, isCrash);
            Assert.Single(await test.Gateway.Watch.RunAsync(default));
            await Assert.ThrowsAsync<LogStoppedException>(() => test.SendAsync(TestGateway.Csv));
            var hasStruck = test.Blobs.HasStruck;
            test.Blobs.Mend();
            if (isCrash) await test.RestartAsync();
            await test.Gateway.Watch.RunAsync(default);
            await Assert.ThrowsAsync<LogStoppedException>(() => test.SendAsync(TestGateway.Csv));
            Assert.InRange(await CountAsync(test, "log.differs"), 1, 2);
            if (!hasStruck) break;
            Assert.True(write < 20);
        }
    }

    [Fact]
    public async Task A_finding_that_the_database_does_not_take_stops_the_log_all_the_same()
    {
        await using var test = await TestGateway.StartAsync();
        await test.Gateway.Watch.RunAsync(default);
        File.Delete(Path.Combine(test.LogFolder, "checkpoint"));
        await test.ExecuteAsync("CREATE TRIGGER broken BEFORE UPDATE ON log_watch BEGIN SELECT RAISE(ABORT, 'as the test told it to'); END");
        await Assert.ThrowsAsync<SqliteException>(() => test.Gateway.Watch.RunAsync(default));
        await Assert.ThrowsAsync<LogStoppedException>(() => test.SendAsync(TestGateway.Csv));
        await test.ExecuteAsync("DROP TRIGGER broken");
        Assert.Single(await test.Gateway.Watch.RunAsync(default));
        Assert.Empty(await test.Gateway.Watch.RunAsync(default));
    }

    /// <returns>Whether it was acknowledged.</returns>
    private static async Task<bool> TryEraseAsync(TestGateway test, TransferId id)
    {
        try
        {
            var erased = await test.Gateway.Erasures.EraseAsync(TestGateway.Admin, test.Agreement, new ErasureScope.Transfers([id]), dryRun: false, default);
            return Assert.IsType<ErasureResult.Found>(erased).IsErased;
        }
        catch (Exception e) when (e is Transparency.Log.LogUnavailableException or SecureExchange.Gateway.Storage.BlobStoreException or SqliteException)
        {
            return false;
        }
    }

    /// <returns>Whether it is destroyed.</returns>
    private static async Task<bool> AssertAllOrNothingAsync(TestGateway test, TransferId id)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(test.Data, "gateway.db")}");
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM erasure WHERE state < 3"));
        var events = new List<string>();
        await foreach (var entry in test.Gateway.Log.ReadAsync(LogName.Of(test.Agreement), 0, long.MaxValue, default))
        {
            using var json = System.Text.Json.JsonDocument.Parse(entry.Data);
            if (json.RootElement.GetProperty("kind").GetString() is "erasure.requested" or "erasure.done") events.Add(json.RootElement.GetProperty("erasure").GetString()!);
        }

        var mine = await connection.ExecuteScalarAsync<string?>("SELECT erasure FROM erasure_transfer WHERE transfer = @id", new { id = id.Value });
        if (mine is null)
        {
            Assert.Equal(TestGateway.Csv, await test.FetchAsync(TestGateway.Uploader, test.ClientKey, id));
            return false;
        }

        Assert.InRange(events.Count(erasure => erasure == mine), 2, 3);
        Assert.DoesNotContain(test.TransferBlobs(), path => path.Contains(id.Value, StringComparison.Ordinal));
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("SELECT length(wrapped_key) FROM transfer WHERE id = @id", new { id = id.Value }));
        Assert.IsType<FetchResult.Denied>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, id, null, default));
        return true;
    }

    private static async Task<int> CountAsync(TestGateway test, string kind)
    {
        var count = 0;
        await foreach (var entry in test.Gateway.Log.ReadAsync(LogName.Gateway, 0, long.MaxValue, default))
        {
            if (WrittenLog.Kind(entry.Data.ToArray()) == kind) count++;
        }

        return count;
    }
}
