using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Gateway.Audit.Search;

/// <summary>Adds to the index what a log has gained.</summary>
internal sealed class IndexWriter(SqliteConnection connection, LogName name)
{
    /// <summary>Entries of one transaction: a reader, and a crash, lose at most this work.</summary>
    private const int Batch = 8192;

    private readonly Dictionary<string, long> _terms = new(StringComparer.Ordinal);

    internal async Task CatchUpAsync(AuditLog log, CancellationToken ct)
    {
        var state = await StateAsync();
        var (size, root) = await log.TipAsync(name);
        if (state.Finding is not null || size < state.Size || !await log.ContainsAsync(name, state.RootSize, state.Root is { } known ? MerkleHash.Read(known) : default, ct))
            throw new IndexContradictedException(name);
        for (var from = state.Size; from < size;)
        {
            var to = Math.Min(size, from + Batch);
            await using var transaction = (SqliteTransaction)await connection.BeginTransactionAsync(ct);
            await using (var rows = new IndexRows(connection, transaction, state.Id, _terms))
            {
                await foreach (var entry in log.ReadAsync(name, from, to, ct)) Add(rows, entry.Index, entry.Data);
                rows.Flush();
            }

            await connection.ExecuteAsync("UPDATE log SET size = @to WHERE id = @id", new { to, id = state.Id }, transaction);
            await transaction.CommitAsync(ct);
            from = to;
        }

        // Only now: the root covers everything that was read.
        await connection.ExecuteAsync(
            "UPDATE log SET root_size = @size, root = @root WHERE id = @id", new { size, root = root.ToArray(), id = state.Id });
    }

    private static void Add(IndexRows rows, long index, ReadOnlyMemory<byte> data)
    {
        using var json = JsonDocument.Parse(data);
        var entry = json.RootElement;
        var found = IndexedEvent.Read(entry);
        rows.Moment(index, found.At);
        foreach (var term in found.Terms) rows.Posting(index, term);
        foreach (var field in SeenFields(rows, entry)) rows.Posting(index, EventTerm.Seen(field));
    }

    /// <summary>The fields whose values reach somebody in clear with this event. Of a vendor those that the profile keeps, of
    /// the client all that it sent; of a reveal the one.</summary>
    private static IEnumerable<string> SeenFields(IndexRows rows, JsonElement entry)
    {
        var transfer = IndexedEvent.Text(entry, "transfer");
        switch (IndexedEvent.Text(entry, "kind"))
        {
            case "dispatch.accepted" or "dispatch.held" or "records.accepted" when transfer is not null:
                foreach (var (field, kept) in IndexedEvent.FieldsOf(entry)) rows.Carried(transfer, field, kept);
                return [];
            case "return.accepted" or "return.quarantined" when transfer is not null && IndexedEvent.Text(entry, "return_of") is { } dispatch:
                // What comes back is put together from what was sent, so it carries the same fields.
                foreach (var field in rows.Carried(dispatch, keptOnly: false)) rows.Carried(transfer, field, kept: false);
                return [];
            case "content.fetched" when transfer is not null:
                return rows.Carried(transfer, keptOnly: IndexedEvent.IsMasked(IndexedEvent.PartOf(entry)));
            case "records.fetched":
                return IndexedEvent.Items(entry, "transfers").SelectMany(batch => rows.Carried(batch.GetString()!, keptOnly: true)).ToHashSet();
            case "reveal.shown" when IndexedEvent.Text(entry, "field") is { } revealed:
                return [revealed];
            default:
                return [];
        }
    }

    private async Task<(long Id, long Size, long RootSize, byte[]? Root, string? Finding)> StateAsync()
    {
        await connection.ExecuteAsync(
            "INSERT INTO log (name, size, root_size) VALUES (@name, 0, 0) ON CONFLICT DO NOTHING", new { name = name.Value });
        return await connection.QuerySingleAsync<(long, long, long, byte[]?, string?)>(
            "SELECT id, size, root_size, root, finding FROM log WHERE name = @name", new { name = name.Value });
    }
}

/// <summary>The rows of one batch.</summary>
internal sealed class IndexRows(SqliteConnection connection, SqliteTransaction transaction, long log, Dictionary<string, long> terms)
    : IAsyncDisposable
{
    /// <summary>Entries whose earliest and latest moment are kept together.</summary>
    internal const int Span = 256;

    private readonly Statement _findTerm = new(connection, transaction, "SELECT id FROM term WHERE text = $a", 1);
    private readonly Statement _addTerm = new(connection, transaction, "INSERT INTO term (text) VALUES ($a) RETURNING id", 1);
    private readonly Statement _span = new(connection, transaction,
        """
        INSERT INTO span (log, number, first, last) VALUES ($a, $b, $c, $d)
        ON CONFLICT DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)
        """, 4);
    private readonly Statement _carry = new(connection, transaction, "INSERT OR IGNORE INTO carried (log, transfer, field, kept) VALUES ($a, $b, $c, $d)", 4);
    private readonly Statement _carried = new(connection, transaction,
        """
        SELECT term.text FROM carried JOIN term ON term.id = carried.field
        WHERE log = $a AND transfer = $b AND kept >= $c
        """, 3);

    private readonly List<(long Term, long Entry)> _postings = [];
    private readonly List<(long Entry, long At)> _moments = [];
    private readonly Dictionary<(string Transfer, bool KeptOnly), IReadOnlyList<string>> _known = [];
    private (long Number, long First, long Last)? _open;

    internal void Moment(long index, long at)
    {
        _moments.Add((index, at));
        var number = index / Span;
        if (_open is { } open && open.Number == number) _open = (number, Math.Min(open.First, at), Math.Max(open.Last, at));
        else
        {
            CloseSpan();
            _open = (number, at, at);
        }
    }

    /// <summary>Writes what is gathered, in the order of the tables, so that neighbours are written together.</summary>
    internal void Flush()
    {
        CloseSpan();
        _postings.Sort();
        Insert("posting (log, term, entry)", _postings);
        Insert("moment (log, entry, at)", _moments);
    }

    internal void Posting(long index, string term) => _postings.Add((Term(term), index));

    internal void Carried(string transfer, string field, bool kept)
    {
        _known.Clear();
        _carry.Run(log, Term(EventTerm.Transfer(transfer)), Term(EventTerm.Field(field)), kept ? 1L : 0L);
    }

    internal IReadOnlyList<string> Carried(string transfer, bool keptOnly)
    {
        if (_known.TryGetValue((transfer, keptOnly), out var known)) return known;
        var found = _carried.Read(log, Term(EventTerm.Transfer(transfer)), keptOnly ? 1L : 0L);
        return _known[(transfer, keptOnly)] = [.. found.Select(text => text[EventTerm.Field("").Length..])];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var statement in (IReadOnlyList<Statement>)[_findTerm, _addTerm, _span, _carry, _carried])
            await statement.DisposeAsync();
    }

    private void CloseSpan()
    {
        if (_open is { } open) _span.Run(log, open.Number, open.First, open.Last);
        _open = null;
    }

    /// <summary>Many rows in one statement: numbers only, so they stand in its text.</summary>
    private void Insert(string table, List<(long, long)> rows)
    {
        const int AtOnce = 250;
        var sql = new StringBuilder();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        for (var i = 0; i < rows.Count; i += AtOnce)
        {
            sql.Clear().Append("INSERT OR IGNORE INTO ").Append(table).Append(" VALUES ");
            foreach (var (a, b) in rows.Skip(i).Take(AtOnce)) sql.Append(CultureInfo.InvariantCulture, $"({log},{a},{b}),");
            command.CommandText = sql.ToString(0, sql.Length - 1);
            command.ExecuteNonQuery();
        }
    }

    private long Term(string text)
    {
        if (terms.TryGetValue(text, out var id)) return id;
        id = (long?)_findTerm.One(text) ?? (long)_addTerm.One(text)!;
        if (terms.Count > 10_000) terms.Clear(); // Transfers come by once or twice, and there are many.
        return terms[text] = id;
    }

    /// <summary>A statement that is run again and again: prepared once.</summary>
    private sealed class Statement : IAsyncDisposable
    {
        private readonly SqliteCommand _command;

        internal Statement(SqliteConnection connection, SqliteTransaction transaction, string sql, int parameters)
        {
            _command = connection.CreateCommand();
            _command.Transaction = transaction;
            _command.CommandText = sql;
            for (var i = 0; i < parameters; i++) _command.Parameters.Add(new SqliteParameter($"${(char)('a' + i)}", null));
        }

        internal void Run(params ReadOnlySpan<object> values)
        {
            Bind(values);
            _command.ExecuteNonQuery();
        }

        internal object? One(object value)
        {
            Bind([value]);
            return _command.ExecuteScalar();
        }

        internal List<string> Read(params ReadOnlySpan<object> values)
        {
            Bind(values);
            var found = new List<string>();
            using var reader = _command.ExecuteReader();
            while (reader.Read()) found.Add(reader.GetString(0));
            return found;
        }

        public ValueTask DisposeAsync() => _command.DisposeAsync();

        private void Bind(ReadOnlySpan<object> values)
        {
            for (var i = 0; i < values.Length; i++) _command.Parameters[i].Value = values[i];
        }
    }
}
