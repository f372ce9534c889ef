using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace SecureExchange.Gateway.Audit.Search;

/// <summary>A question to the index: entries that have a term of each group.</summary>
internal sealed class IndexQuery
{
    /// <summary>How far a group is counted to find the rarest one.</summary>
    private const int CountTo = 20_000;

    private readonly SqliteConnection _connection;
    private readonly long _log;
    private readonly IReadOnlyList<IReadOnlyList<long>> _groups;

    private IndexQuery(SqliteConnection connection, long log, IReadOnlyList<IReadOnlyList<long>> groups)
    {
        _connection = connection;
        _log = log;
        _groups = groups;
    }

    /// <returns>Null where nothing can fit.</returns>
    internal static async Task<IndexQuery?> PlanAsync(SqliteConnection connection, LogName name, IReadOnlyList<IReadOnlyList<string>> terms)
    {
        if (await connection.ExecuteScalarAsync<long?>("SELECT id FROM log WHERE name = @name", new { name = name.Value }) is not { } log) return null;
        var groups = new List<(long Count, IReadOnlyList<long> Ids)>();
        foreach (var group in terms)
        {
            var ids = (await connection.QueryAsync<long>("SELECT id FROM term WHERE text IN @group", new { group })).ToList();
            if (ids.Count == 0) return null;
            var count = await connection.ExecuteScalarAsync<long>(
                "SELECT count(*) FROM (SELECT 1 FROM posting WHERE log = @log AND term IN @ids LIMIT @most)", new { log, ids, most = CountTo });
            groups.Add((count, ids));
        }

        // The rarest first: the others are only asked about its entries.
        return new IndexQuery(connection, log, [.. groups.OrderBy(g => g.Count).Select(g => g.Ids)]);
    }

    internal async Task<IReadOnlyList<long>> RunAsync(EventFilter filter, long after, long before, int limit)
    {
        var (from, to) = (filter.From?.ToUnixTimeMilliseconds() ?? long.MinValue, filter.To?.ToUnixTimeMilliseconds() ?? long.MaxValue);
        if (filter.From is not null || filter.To is not null)
        {
            // Entries are in order of time but for those that raced: whole spans narrow it, the moments decide.
            var (first, last) = await _connection.QuerySingleAsync<(long?, long?)>(
                "SELECT min(number), max(number) FROM span WHERE log = @log AND last >= @from AND first < @to", new { log = _log, from, to });
            if (first is null || last is null) return [];
            after = Math.Max(after, (first.Value * IndexRows.Span) - 1);
            before = Math.Min(before, (last.Value + 1) * IndexRows.Span);
        }

        var sql = new StringBuilder("SELECT ");
        var parameters = new DynamicParameters(new { log = _log, after, before, from, to, limit });
        var isTimed = filter.From is not null || filter.To is not null;
        if (_groups.Count == 0)
        {
            sql.Append("entry FROM moment AS found WHERE log = @log AND entry > @after AND entry < @before AND at >= @from AND at < @to");
        }
        else
        {
            parameters.Add("g0", _groups[0]);
            sql.Append(_groups[0].Count > 1 ? "DISTINCT " : "").Append(
                "entry FROM posting AS found WHERE log = @log AND term IN @g0 AND entry > @after AND entry < @before");
            for (var i = 1; i < _groups.Count; i++)
            {
                parameters.Add($"g{i}", _groups[i]);
                sql.Append($" AND EXISTS (SELECT 1 FROM posting WHERE log = @log AND term IN @g{i} AND entry = found.entry)");
            }

            if (isTimed)
                sql.Append(" AND EXISTS (SELECT 1 FROM moment WHERE log = @log AND entry = found.entry AND at >= @from AND at < @to)");
        }

        return [.. await _connection.QueryAsync<long>(sql.Append(" ORDER BY entry LIMIT @limit").ToString(), parameters)];
    }
}
