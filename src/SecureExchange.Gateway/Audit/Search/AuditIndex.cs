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
    private const int Version = 1;

    private const string Tables = $"""
        CREATE TABLE log (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
            size INTEGER NOT NULL, root_size INTEGER NOT NULL, root BLOB);
        CREATE TABLE term (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
        CREATE TABLE posting (log INTEGER NOT NULL, term INTEGER NOT NULL, entry INTEGER NOT NULL,
            PRIMARY KEY (log, term, entry)) WITHOUT ROWID;
        CREATE TABLE moment (log INTEGER NOT NULL, entry INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (log, entry)) WITHOUT ROWID;
        CREATE TABLE span (log INTEGER NOT NULL, number INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY (log, number)) WITHOUT ROWID;
        CREATE TABLE carried (log INTEGER NOT NULL, transfer INTEGER NOT NULL, field INTEGER NOT NULL, kept INTEGER NOT NULL,
            PRIMARY KEY (log, transfer, field)) WITHOUT ROWID;
        PRAGMA user_version = 1;
        """;

    private readonly string _path;
    private readonly string _connection;
    private readonly SemaphoreSlim _writing = new(1);

    private AuditIndex(string path)
    {
        _path = path;
        _connection = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();
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

    public void Dispose() => _writing.Dispose();

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

    private void Make()
    {
        SqliteConnection.ClearPool(new SqliteConnection(_connection));
        foreach (var ending in (ReadOnlySpan<string>)["", "-wal", "-shm"]) File.Delete(_path + ending);
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

/// <summary>A log isn't the one that the index was made from: the log was rolled back or rewritten, or the index is another's.</summary>
public sealed class IndexContradictedException(LogName log) : Exception(
    $"the log {log} contradicts the index that was made from it: find out which was changed, and start with --rebuild-index true if it was the index");
