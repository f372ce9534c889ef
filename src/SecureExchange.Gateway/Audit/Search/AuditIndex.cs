using Dapper;
using Microsoft.Data.Sqlite;

namespace SecureExchange.Gateway.Audit.Search;

/// <summary>Finds events by who, what and when. Made from the logs alone, so it may be thrown away at any time, and never
/// believed: it gives numbers of entries, which are then read from the log and held against what was asked.</summary>
/// <remarks>It remembers of each log the size and root up to which it has read. A log that doesn't begin with what was
/// read isn't the same log: <see cref="IndexContradictedException"/>. Format: docs/formats/audit-index.md.</remarks>
public sealed class AuditIndex : IDisposable
{
    /// <summary>Raised with each change of the tables or of what is in them: another version's index is made anew.</summary>
    private const int Version = 2;

    private const string Tables = $"""
        CREATE TABLE log (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
            size INTEGER NOT NULL, root_size INTEGER NOT NULL, root BLOB,
            checked INTEGER NOT NULL DEFAULT 0, finding TEXT);
        CREATE TABLE term (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
        CREATE TABLE posting (log INTEGER NOT NULL, term INTEGER NOT NULL, entry INTEGER NOT NULL,
            PRIMARY KEY (log, term, entry)) WITHOUT ROWID;
        CREATE TABLE moment (log INTEGER NOT NULL, entry INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (log, entry)) WITHOUT ROWID;
        CREATE TABLE span (log INTEGER NOT NULL, number INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY (log, number)) WITHOUT ROWID;
        CREATE TABLE carried (log INTEGER NOT NULL, transfer INTEGER NOT NULL, field INTEGER NOT NULL, kept INTEGER NOT NULL,
            PRIMARY KEY (log, transfer, field)) WITHOUT ROWID;
        PRAGMA user_version = 2;
        """;

    private readonly string _path;
    private readonly string _connection;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _checking = new(1);

    private AuditIndex(string path)
    {
        _path = path;
        _connection = ConnectionOf(path);
    }

    /// <summary>Opens the index, and makes it where there is none, or one of another version.</summary>
    /// <param name="path">Made with mode 0600.</param>
    /// <param name="rebuild">Throws away what there is.</param>
    public static AuditIndex Open(string path, bool rebuild)
    {
        var index = new AuditIndex(path);
        if (rebuild || !index.IsCurrent()) index.Make();
        return index;
    }

    /// <summary>Reads what the log has and the index doesn't.</summary>
    /// <exception cref="IndexContradictedException">The log isn't the one that was indexed.</exception>
    internal async Task CatchUpAsync(LogName name, AuditLog log, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            await using var connection = await ConnectAsync(ct);
            await new IndexWriter(connection, name).CatchUpAsync(log, ct);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Makes the index of a log anew, aside, from the log alone, and holds what there is against it: what it leaves out is found
    /// as well as what it makes up. Takes as long as making it did.</summary>
    /// <returns>Null where both are the same; else what isn't, and nothing is answered from it any more.</returns>
    internal async Task<string?> CheckAsync(LogName name, AuditLog log, CancellationToken ct)
    {
        await _checking.WaitAsync(ct);
        var path = $"{_path}.check";
        try
        {
            using var fresh = Open(path, rebuild: true);
            await fresh.CatchUpAsync(name, log, ct);
            await CatchUpAsync(name, log, ct); // It has at least as much now, and may go on.
            await using var connection = new SqliteConnection($"{_connection};Pooling=False"); // What is attached goes with it.
            await connection.OpenAsync(ct);
            var comparison = await IndexComparison.BeginAsync(connection, path, name);
            var finding = await comparison.FindAsync();
            await connection.ExecuteAsync(
                "UPDATE main.log SET checked = CASE WHEN @finding IS NULL THEN @size ELSE checked END, finding = @finding WHERE name = @name",
                new { finding, size = comparison.Size, name = name.Value });
            return finding;
        }
        catch (IndexContradictedException e)
        {
            return e.Message;
        }
        finally
        {
            Remove(path);
            _checking.Release();
        }
    }

    /// <summary>The logs of which there is an index, and how many entries of each: all, and those that it was held against.</summary>
    internal async Task<IReadOnlyList<(string Log, long Size, long Checked)>> LogsAsync(CancellationToken ct)
    {
        await using var connection = await ConnectAsync(ct);
        return [.. await connection.QueryAsync<(string, long, long)>("SELECT name, size, checked FROM log ORDER BY name")];
    }

    /// <summary>The numbers of the entries that fit, in their order.</summary>
    /// <param name="name">In which log.</param>
    /// <param name="terms">Of each group an entry must have one.</param>
    /// <param name="filter">From it the times.</param>
    /// <param name="after">Those above this one …</param>
    /// <param name="before">… and below this one.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="ct">Cancels the query.</param>
    internal async Task<IReadOnlyList<long>> FindAsync(
        LogName name, IReadOnlyList<IReadOnlyList<string>> terms, EventFilter filter, long after, long before, int limit, CancellationToken ct)
    {
        await using var connection = await ConnectAsync(ct);
        var query = await IndexQuery.PlanAsync(connection, name, terms);
        return query is null ? [] : await query.RunAsync(filter, after, before, limit);
    }

    public void Dispose()
    {
        _writing.Dispose();
        _checking.Dispose();
    }

    private bool IsCurrent()
    {
        if (!File.Exists(_path)) return false;
        try
        {
            using var connection = new SqliteConnection(_connection);
            connection.Open();
            return connection.ExecuteScalar<long>("PRAGMA user_version") == Version;
        }
        catch (SqliteException)
        {
            return false; // Damaged: it can be made again.
        }
    }

    private static string ConnectionOf(string path) => new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();

    private static void Remove(string path)
    {
        SqliteConnection.ClearPool(new SqliteConnection(ConnectionOf(path)));
        foreach (var ending in (ReadOnlySpan<string>)["", "-wal", "-shm"]) File.Delete(path + ending);
    }

    private void Make()
    {
        Remove(_path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(_path, options).Dispose();
        using var connection = new SqliteConnection(_connection);
        connection.Open();
        connection.Execute($"PRAGMA journal_mode = WAL; {Tables}");
    }

    private async Task<SqliteConnection> ConnectAsync(CancellationToken ct)
    {
        var connection = new SqliteConnection(_connection);
        await connection.OpenAsync(ct);
        // NORMAL: after a power cut the index may be behind, and then reads the log again from there.
        await connection.ExecuteAsync("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000;");
        return connection;
    }
}

/// <summary>A log isn't the one that the index was made from, or the index isn't what the log makes of it: the log was rolled back or
/// rewritten, or the index was changed.</summary>
public sealed class IndexContradictedException(LogName log) : Exception(
    $"the log {log} contradicts the index that was made from it: find out which was changed, and start with --rebuild-index true if it was the index");
