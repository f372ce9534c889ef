using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Audit.Search;
using SecureExchange.Gateway.Erasure;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Release;

namespace SecureExchange.Gateway.Tests;

/// <summary>What is erased is gone, what the log proved stays proven, and a crash in between changes neither.</summary>
public class ErasureTests
{
    [Fact]
    public async Task An_erased_transfer_leaves_no_key_no_blob_and_no_name_and_all_earlier_receipts_hold()
    {
        await using var test = await TestGateway.StartAsync();
        var (sent, other) = (await test.SentAsync(TestGateway.Csv), await test.SentAsync(TestGateway.Csv));
        var returned = await test.ReturnAsync(sent, "claim_id,name,ssn\n1,x,y\n");
        var (key, name) = await SecretsAsync(test, sent);
        var log = LogName.Of(test.Agreement);
        var receipt = await test.Gateway.Log.ProveAsync(log, 1, default);
        Assert.True(IsInDatabase(test, key) && IsInDatabase(test, name));

        var done = Assert.IsType<ErasureResult.Found>(await EraseAsync(test, new ErasureScope.Transfers([sent])));
        Assert.True(done.IsErased);
        Assert.Equal(2, done.Transfers.Count); // With what came back of it.
        Assert.False(IsInDatabase(test, key) || IsInDatabase(test, name));
        Assert.DoesNotContain(test.TransferBlobs(), path => path.Contains(sent.Value, StringComparison.Ordinal));
        Assert.IsType<FetchResult.Denied>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, sent, null, default));
        Assert.Equal(TestGateway.Csv, await test.FetchAsync(TestGateway.Uploader, test.ClientKey, other));
        Assert.Equal(["erasure.requested", "erasure.done"], (await test.EventsAsync()).Where(kind => kind.StartsWith("erasure", StringComparison.Ordinal)));

        var entry = (await test.Gateway.Log.ReadAsync(log, 1, 2, default).ToListAsync())[0];
        var vkey = Transparency.Checkpoints.NoteVerifier.Parse((await File.ReadAllTextAsync(Path.Combine(test.LogFolder, "vkey"))).Trim());
        Assert.True(Transparency.Proofs.LogProof.Verify(receipt, entry.Data, vkey).IsIncluded);
        Assert.NotNull(returned);
    }

    [Theory]
    [InlineData(null, "2", 2)]
    [InlineData("name", "Ada", 1)]
    [InlineData("ssn", "987-65-4321", 2)]
    [InlineData("name", "Nobody", 0)]
    [InlineData("ssn", "not a number", 0)]
    public async Task A_person_s_transfers_are_found_by_a_value_that_is_written_nowhere(string? field, string value, int expected)
    {
        await using var test = await TestGateway.StartAsync();
        await test.SentAsync(TestGateway.Csv);
        await test.SentAsync("claim_id,name,ssn,notes\n2,Eve,987-65-4321,\n");
        await test.SentAsync("claim_id,name,ssn,notes\n7,Eve,111-22-3333,\n");
        var found = Assert.IsType<ErasureResult.Found>(await test.Gateway.Erasures.EraseAsync(
            TestGateway.Admin, test.Agreement, new ErasureScope.Value(field, value), dryRun: true, default));
        Assert.Equal((false, expected), (found.IsErased, found.Transfers.Count));
        await foreach (var entry in test.Gateway.Log.ReadAsync(LogName.Of(test.Agreement), 0, long.MaxValue, default))
            Assert.True(value.Length < 3 || !System.Text.Encoding.UTF8.GetString(entry.Data.Span).Contains(value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_field_that_does_not_turn_back_finds_nobody_and_says_so()
    {
        await using var test = await TestGateway.StartAsync();
        await test.SentAsync(TestGateway.Csv);
        Assert.IsType<ErasureResult.NotFindable>(await EraseAsync(test, new ErasureScope.Value("notes", "hello")));
    }

    [Fact]
    public async Task An_agreement_that_is_erased_is_read_no_more_and_takes_nothing_and_its_log_stays()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        await EraseAsync(test, new ErasureScope.Everything());
        Assert.Empty(test.TransferBlobs());
        var refused = Assert.IsType<IntakeResult.Denied>(await test.SendAsync(TestGateway.Csv));
        Assert.Equal(DenialReason.Ended, refused.Refusal.Reason);
        Assert.IsType<FetchResult.Denied>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, sent, null, default));
        var found = Assert.IsType<SearchResult.Found>(await test.Gateway.Search.RunAsync(
            TestGateway.Auditor, test.Agreement.Value, new EventFilter { Transfers = [sent] }, null, null, default));
        Assert.True(await found.ReadAsync(default).CountAsync() >= 2);
    }

    [Fact]
    public async Task A_hold_stops_erasures_and_deadlines_until_it_is_lifted()
    {
        await using var test = await TestGateway.StartAsync(more: "retention: P30D");
        await test.SentAsync(TestGateway.Csv);
        Assert.IsType<HoldResult.Done>(await test.Gateway.Erasures.SetHoldAsync(TestGateway.Admin, test.Agreement, HoldReason.Litigation, default));
        var denied = Assert.IsType<ErasureResult.Denied>(await EraseAsync(test, new ErasureScope.Everything()));
        Assert.Equal(DenialReason.OnHold, denied.Refusal.Reason);
        test.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(0, await test.Gateway.Retention.RunAsync(default));
        Assert.IsType<HoldResult.Denied>(await test.Gateway.Erasures.LiftHoldAsync(TestGateway.Uploader, test.Agreement, HoldReason.Litigation, default));
        Assert.IsType<HoldResult.Done>(await test.Gateway.Erasures.LiftHoldAsync(TestGateway.Admin, test.Agreement, HoldReason.Litigation, default));
        Assert.Equal(1, await test.Gateway.Retention.RunAsync(default));
        Assert.Empty(test.TransferBlobs());
    }

    [Fact]
    public async Task Each_transfer_is_erased_when_its_own_time_is_over_and_the_key_when_the_agreement_s_is()
    {
        await using var test = await TestGateway.StartAsync(more: "retention: P30D");
        await test.SentAsync(TestGateway.Csv);
        test.Clock.Advance(TimeSpan.FromDays(20));
        var later = await test.SentAsync(TestGateway.Csv);
        Assert.Equal(0, await test.Gateway.Retention.RunAsync(default));
        test.Clock.Advance(TimeSpan.FromDays(11));
        Assert.Equal(1, await test.Gateway.Retention.RunAsync(default));
        Assert.Equal(TestGateway.Csv, await test.FetchAsync(TestGateway.Uploader, test.ClientKey, later));
        Assert.Equal(0L, await ScalarAsync(test, "SELECT count(*) FROM secret WHERE length(wrapped) = 0"));
        test.Clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(1, await test.Gateway.Retention.RunAsync(default));
        Assert.Equal(1L, await ScalarAsync(test, "SELECT count(*) FROM secret WHERE length(wrapped) = 0"));
        Assert.Equal(0, await test.Gateway.Retention.RunAsync(default));
    }

    [Fact]
    public async Task An_erasure_that_its_log_has_is_finished_after_a_crash()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var kept = Copy(test);
        await EraseAsync(test, new ErasureScope.Transfers([sent]));
        await test.Gateway.DisposeAsync();
        // As a crash behind the log leaves it: the note, the keys, the blobs.
        Restore(test, kept);
        await ExecuteAsync(test, "UPDATE erasure SET state = 1");
        await test.OpenAsync();
        Assert.Empty(test.TransferBlobs());
        Assert.Equal(2, (await test.EventsAsync()).Count(kind => kind == "erasure.done"));
        Assert.Equal(3L, await ScalarAsync(test, "SELECT state FROM erasure"));
    }

    [Fact]
    public async Task An_erasure_that_its_log_does_not_have_has_destroyed_nothing()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        await ExecuteAsync(test, $"INSERT INTO erasure SELECT 'e1', id, 1, 0, 1, 1 FROM agreement; INSERT INTO erasure_transfer VALUES ('e1', '{sent}')");
        await test.RestartAsync();
        Assert.Equal(TestGateway.Csv, await test.FetchAsync(TestGateway.Uploader, test.ClientKey, sent));
        Assert.Equal(0L, await ScalarAsync(test, "SELECT count(*) FROM erasure"));
    }

    [Fact]
    public async Task While_the_log_cannot_be_written_nothing_is_erased()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var before = test.TransferBlobs().Count();
        await File.WriteAllTextAsync(Path.Combine(test.LogFolder, "head"), "broken");
        await Assert.ThrowsAsync<Transparency.Log.LogUnavailableException>(() => EraseAsync(test, new ErasureScope.Transfers([sent])));
        Assert.Equal(before, test.TransferBlobs().Count());
        Assert.Equal(3L, await ScalarAsync(test, "SELECT state FROM transfer"));
    }

    private static Task<ErasureResult> EraseAsync(TestGateway test, ErasureScope scope) =>
        test.Gateway.Erasures.EraseAsync(TestGateway.Admin, test.Agreement, scope, dryRun: false, default);

    private static async Task<(byte[] Key, byte[] Name)> SecretsAsync(TestGateway test, TransferId id)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(test.Data, "gateway.db")}");
        return await connection.QuerySingleAsync<(byte[], byte[])>("SELECT wrapped_key, sealed_name FROM transfer WHERE id = @id", new { id = id.Value });
    }

    /// <summary>In the file itself or its write-ahead log, in use or not.</summary>
    private static bool IsInDatabase(TestGateway test, byte[] secret) => Directory.GetFiles(test.Data, "gateway.db*").Any(path =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(secret) >= 0;
    });

    private static Dictionary<string, byte[]> Copy(TestGateway test) => test.TransferBlobs().ToDictionary(path => path, File.ReadAllBytes);

    private static void Restore(TestGateway test, Dictionary<string, byte[]> blobs)
    {
        foreach (var (path, content) in blobs)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }

        Assert.Equal(blobs.Count, test.TransferBlobs().Count());
    }

    private static async Task ExecuteAsync(TestGateway test, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(test.Data, "gateway.db")}");
        await connection.ExecuteAsync(sql);
    }

    private static async Task<long> ScalarAsync(TestGateway test, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(test.Data, "gateway.db")}");
        return await connection.ExecuteScalarAsync<long>(sql);
    }
}
