using Dapper;
using SecureExchange.Gateway.Audit;

namespace SecureExchange.Gateway.Storage;

/// <summary>How far each log was verified. In the database and not beside the logs: who can write to the store can't set it.</summary>
public sealed class LogWatchStore(Database database)
{
    internal async Task<WatchedLog> FindAsync(LogName log, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var (checkpoint, wholeAt, finding) = await connection.QuerySingleOrDefaultAsync<(string?, long?, string?)>(
            "SELECT checkpoint, whole_at, finding FROM log_watch WHERE log = @log", new { log = log.Value });
        return new WatchedLog(checkpoint, wholeAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, finding);
    }

    /// <summary>What was found wrong, by log.</summary>
    internal async Task<IReadOnlyList<(string Log, string Finding)>> FindingsAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return [.. await connection.QueryAsync<(string, string)>("SELECT log, finding FROM log_watch WHERE finding IS NOT NULL")];
    }

    internal async Task SaveAsync(LogName log, WatchedLog state)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            INSERT INTO log_watch (log, checkpoint, whole_at, finding) VALUES (@log, @checkpoint, @wholeAt, @finding)
            ON CONFLICT (log) DO UPDATE SET checkpoint = @checkpoint, whole_at = @wholeAt, finding = @finding
            """,
            new { log = log.Value, checkpoint = state.Checkpoint, wholeAt = state.WholeAt?.ToUnixTimeMilliseconds(), finding = state.Finding });
    }
}

/// <param name="Checkpoint">The signed checkpoint up to which all was right; null for none yet.</param>
/// <param name="WholeAt">When all of it was verified last.</param>
/// <param name="Finding">What was wrong; null for nothing.</param>
internal sealed record WatchedLog(string? Checkpoint, DateTimeOffset? WholeAt, string? Finding);
