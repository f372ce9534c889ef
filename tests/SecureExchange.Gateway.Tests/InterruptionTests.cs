using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Release;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Tests;

/// <summary>No log entry, no bytes; and what an interruption leaves is settled by what the log says.</summary>
public class InterruptionTests
{
    [Fact]
    public async Task While_the_log_cannot_be_written_nothing_is_taken_and_nothing_leaves()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var before = test.TransferBlobs().Count();
        BreakLog(test);
        await Assert.ThrowsAsync<LogUnavailableException>(() => test.SendAsync(TestGateway.Csv));
        await Assert.ThrowsAsync<LogUnavailableException>(() => test.Gateway.Fetches.RunAsync(TestGateway.Agent, sent, null, default));
        await Assert.ThrowsAsync<LogUnavailableException>(() => test.ReturnAsync(sent, "claim_id\n1\n"));
        await Assert.ThrowsAsync<LogUnavailableException>(() => test.Gateway.Transfers.ListAsync(TestGateway.Agent, test.Agreement, 0, 10, default));
        await Assert.ThrowsAsync<LogUnavailableException>(() => test.Gateway.Findings.ReadAsync(TestGateway.Agent, sent, default));
        await Assert.ThrowsAsync<LogUnavailableException>(
            () => test.Gateway.RecordsDesk.RunAsync(TestGateway.Agent, test.Agreement, 0, inClear: false, default));
        Assert.True(test.TransferBlobs().Count() >= before);
        Assert.Equal(1, await CountAsync(test, "SELECT count(*) FROM transfer WHERE state >= 3"));
    }

    [Fact]
    public async Task A_transfer_that_its_log_has_accepted_is_published_at_the_next_start()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        await test.Gateway.DisposeAsync();
        // As a crash between the log and the publication leaves it.
        await ExecuteAsync(test, "UPDATE transfer SET state = 2, event = NULL, sequence = NULL");
        await test.OpenAsync();
        Assert.Equal(TestGateway.Csv, await test.FetchAsync(TestGateway.Uploader, test.ClientKey, sent));
        Assert.Equal(4, await CountAsync(test, "SELECT event FROM transfer"));
    }

    [Theory]
    [InlineData("UPDATE transfer SET state = 1, event = NULL, sequence = NULL, log_size = NULL")]
    [InlineData("UPDATE transfer SET state = 2, event = NULL, sequence = NULL, log_size = 5")]
    public async Task A_transfer_that_its_log_has_not_accepted_is_removed_at_the_next_start(string crash)
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        await test.Gateway.DisposeAsync();
        await ExecuteAsync(test, crash);
        await test.OpenAsync();
        Assert.Empty(test.TransferBlobs());
        Assert.Equal(0, await CountAsync(test, "SELECT count(*) FROM transfer"));
        Assert.IsType<FetchResult.Denied>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, sent, null, default));
    }

    [Fact]
    public async Task An_agreement_that_its_log_has_is_there_at_the_next_start()
    {
        await using var test = await TestGateway.StartAsync();
        await test.Gateway.DisposeAsync();
        await ExecuteAsync(test, "UPDATE agreement_step SET event = NULL");
        await test.OpenAsync();
        await test.SentAsync(TestGateway.Csv);
    }

    [Fact]
    public async Task A_transfer_in_progress_is_left_alone()
    {
        await using var test = await TestGateway.StartAsync();
        using var body = new GatedStream(TestGateway.Csv);
        var sending = test.SendAsync(body);
        await body.Reached;
        Assert.Equal(0, await test.Gateway.Recovery.RunAsync(default));
        body.Open();
        Assert.IsType<IntakeResult.Accepted>(await sending);
    }

    [Fact]
    public async Task A_log_that_the_store_has_lost_is_not_begun_anew()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        await test.Gateway.DisposeAsync();
        Directory.Delete(test.LogFolder, recursive: true);
        await test.OpenAsync();
        await Assert.ThrowsAsync<TransparencyException>(() => test.SendAsync(TestGateway.Csv));
        await Assert.ThrowsAsync<TransparencyException>(() => test.Gateway.Fetches.RunAsync(TestGateway.Agent, sent, null, default));
        Assert.False(Directory.Exists(test.LogFolder));
    }

    [Fact]
    public async Task An_older_copy_of_a_log_is_not_continued()
    {
        await using var test = await TestGateway.StartAsync();
        await test.SentAsync(TestGateway.Csv);
        await test.Gateway.DisposeAsync();
        using var older = new SecureExchange.Testing.TempFolder();
        Copy(test.LogFolder, older.File("log"));
        await test.OpenAsync();
        await test.SentAsync(TestGateway.Csv);
        await test.Gateway.DisposeAsync();
        Directory.Delete(test.LogFolder, recursive: true);
        Copy(older.File("log"), test.LogFolder);
        await test.OpenAsync();
        await Assert.ThrowsAsync<LogRolledBackException>(() => test.SendAsync(TestGateway.Csv));
    }

    [Fact]
    public async Task A_lost_database_is_no_fresh_start()
    {
        await using var test = await TestGateway.StartAsync();
        await test.Gateway.DisposeAsync();
        foreach (var file in Directory.GetFiles(test.Data, "gateway.db*")) File.Move(file, file + ".away");
        SqliteConnection.ClearAllPools();
        var e = await Assert.ThrowsAsync<InvalidOperationException>(test.OpenAsync);
        Assert.Contains("database is missing", e.Message, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(test.Data, "gateway.db*").Where(f => !f.EndsWith(".away", StringComparison.Ordinal))) File.Delete(file);
        foreach (var file in Directory.GetFiles(test.Data, "*.away")) File.Move(file, file[..^5]);
        SqliteConnection.ClearAllPools();
        await test.OpenAsync();
    }

    [Fact]
    public async Task A_second_gateway_is_kept_out_of_the_same_folder()
    {
        await using var test = await TestGateway.StartAsync();
        var e = await Assert.ThrowsAsync<IOException>(test.OpenAsync);
        Assert.Contains("another gateway", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_cannot_be_renamed()
    {
        await using var test = await TestGateway.StartAsync();
        await test.Gateway.DisposeAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => ExchangeGateway.OpenAsync(
            new GatewayOptions { Data = test.Data, Name = "other.example" }, test.Clock, default));
        await test.OpenAsync();
    }

    /// <summary>A head that nobody signed: the log takes nothing until a person has looked.</summary>
    private static void BreakLog(TestGateway test) => File.WriteAllText(Path.Combine(test.LogFolder, "head"), "broken");

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static async Task ExecuteAsync(TestGateway test, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(test.Data, "gateway.db")}");
        await connection.ExecuteAsync(sql);
    }

    private static async Task<long> CountAsync(TestGateway test, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(test.Data, "gateway.db")}");
        return await connection.ExecuteScalarAsync<long>(sql);
    }
}
