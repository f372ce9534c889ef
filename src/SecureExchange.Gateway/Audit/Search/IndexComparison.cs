using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace SecureExchange.Gateway.Audit.Search;

/// <summary>Holds the index of one log against one that was made anew, up to where that goes.</summary>
internal sealed class IndexComparison
{
    private readonly SqliteConnection _connection;
    private readonly long _log;
    private readonly long _fresh;

    private IndexComparison(SqliteConnection connection, long log, long fresh, long size) => (_connection, _log, _fresh, Size) = (connection, log, fresh, size);

    /// <summary>How many entries both have.</summary>
    internal long Size { get; }

    /// <summary>Attaches the one that was made anew, as <c>fresh</c>.</summary>
    internal static async Task<IndexComparison> BeginAsync(SqliteConnection connection, string path, LogName name)
    {
        await connection.ExecuteAsync("ATTACH DATABASE @path AS fresh", new { path });
        var log = await connection.ExecuteScalarAsync<long>("SELECT id FROM main.log WHERE name = @name", new { name = name.Value });
        var (fresh, size) = await connection.QuerySingleAsync<(long, long)>("SELECT id, size FROM fresh.log WHERE name = @name", new { name = name.Value });
        return new IndexComparison(connection, log, fresh, size);
    }

    /// <summary>What differs; null for nothing. Terms have numbers of their own in each.</summary>
    internal async Task<string?> FindAsync() =>
        await CountAsync("leaves out", "terms of entries", """
            SELECT count(*) FROM fresh.posting AS its JOIN fresh.term AS word ON word.id = its.term LEFT JOIN main.term AS ours ON ours.text = word.text
            WHERE its.log = @fresh AND NOT EXISTS (SELECT 1 FROM main.posting WHERE log = @log AND term = ours.id AND entry = its.entry)
            """)
        ?? await CountAsync("makes up", "terms of entries", """
            SELECT count(*) FROM main.posting AS its JOIN main.term AS word ON word.id = its.term LEFT JOIN fresh.term AS ours ON ours.text = word.text
            WHERE its.log = @log AND its.entry < @size AND NOT EXISTS (SELECT 1 FROM fresh.posting WHERE log = @fresh AND term = ours.id AND entry = its.entry)
            """)
        ?? await CountAsync("leaves out", "moments", """
            SELECT count(*) FROM fresh.moment AS its
            WHERE log = @fresh AND NOT EXISTS (SELECT 1 FROM main.moment WHERE log = @log AND entry = its.entry AND at = its.at)
            """)
        ?? await CountAsync("makes up", "moments", """
            SELECT count(*) FROM main.moment AS its
            WHERE log = @log AND entry < @size AND NOT EXISTS (SELECT 1 FROM fresh.moment WHERE log = @fresh AND entry = its.entry)
            """)
        // The last span may have grown on one side since.
        ?? await CountAsync("leaves out", "spans of time", """
            SELECT count(*) FROM fresh.span AS its
            WHERE log = @fresh AND NOT EXISTS (SELECT 1 FROM main.span WHERE log = @log AND number = its.number AND first <= its.first AND last >= its.last)
            """)
        ?? await CountAsync("leaves out", "fields of transfers", """
            SELECT count(*) FROM fresh.carried AS its
            JOIN fresh.term AS transfer ON transfer.id = its.transfer JOIN fresh.term AS field ON field.id = its.field
            LEFT JOIN main.term AS t ON t.text = transfer.text LEFT JOIN main.term AS f ON f.text = field.text
            WHERE its.log = @fresh AND NOT EXISTS
                (SELECT 1 FROM main.carried WHERE log = @log AND transfer = t.id AND field = f.id AND kept = its.kept)
            """);

    private async Task<string?> CountAsync(string does, string what, string sql)
    {
        var count = await _connection.ExecuteScalarAsync<long>(sql, new { log = _log, fresh = _fresh, size = Size }, commandTimeout: 0);
        return count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"the index {does} {count} {what} of the first {Size} entries");
    }
}
