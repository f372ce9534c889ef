using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;

namespace SecureExchange.Gateway.Storage;

/// <summary>The embedded database: agreements, and which transfers stand how. Trusted: who can write here can change
/// what an agreement allows. Holds no plaintext: file names and keys are sealed.</summary>
public sealed class Database
{
    private readonly string _connection;

    private Database(string path) => _connection = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        ForeignKeys = true,
        DefaultTimeout = 30,
    }.ToString();

    /// <summary>Opens the database file, making it and bringing it up to date as needed.</summary>
    /// <param name="path">Made with mode 0600.</param>
    /// <param name="ct">Cancels the opening.</param>
    /// <exception cref="InvalidOperationException">It was written by a newer version.</exception>
    public static async Task<Database> OpenAsync(string path, CancellationToken ct)
    {
        if (!File.Exists(path) && !OperatingSystem.IsWindows())
        {
            await using var made = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }

        var database = new Database(path);
        await database.MigrateAsync(ct);
        return database;
    }

    /// <summary>Whether nothing has happened under this database yet: a first start that failed half-way is one still.</summary>
    internal async Task<bool> IsUnusedAsync(CancellationToken ct)
    {
        await using var connection = await ConnectAsync(ct);
        return await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM agreement") == 0;
    }

    /// <summary>The agreements that have a row, drafts too that were never seen.</summary>
    internal async Task<IReadOnlyList<AgreementId>> AgreementsAsync(CancellationToken ct)
    {
        await using var connection = await ConnectAsync(ct);
        return [.. (await connection.QueryAsync<string>("SELECT id FROM agreement ORDER BY id"))
            .Select(text => AgreementId.TryParse(text, out var id) ? id : throw new InvalidDataException("agreement.id"))];
    }

    /// <summary>Writes everything into the database's file and empties the write-ahead log, which has pages as they were before.</summary>
    /// <exception cref="IOException">Somebody reads for so long that it can't be emptied.</exception>
    internal static async Task EmptyWriteAheadLogAsync(SqliteConnection connection)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var busy = await connection.ExecuteScalarAsync<long>("PRAGMA wal_checkpoint(TRUNCATE)");
            if (busy == 0) return;
            await Task.Delay(100);
        }

        throw new IOException("the database's write-ahead log can't be emptied: something reads it all the time");
    }

    /// <summary>Whether a failure says that the disk is full.</summary>
    public static bool IsFull(Exception e) => e is SqliteException { SqliteErrorCode: 13 }; // SQLITE_FULL

    internal async Task<SqliteConnection> ConnectAsync(CancellationToken ct)
    {
        var connection = new SqliteConnection(_connection);
        await connection.OpenAsync(ct);
        // FULL: an answered request survives a power cut, not only a crash of the process.
        await connection.ExecuteAsync("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        return connection;
    }

    private async Task MigrateAsync(CancellationToken ct)
    {
        await using var connection = await ConnectAsync(ct);
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var version = await connection.ExecuteScalarAsync<long>("PRAGMA user_version");
        if (version > scripts.Count)
            throw new InvalidOperationException($"the database has version {version}, this gateway knows {scripts.Count}: start the newer one");
        for (var next = (int)version; next < scripts.Count; next++)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(scripts[next])!);
            var script = await reader.ReadToEndAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await connection.ExecuteAsync($"{script}; PRAGMA user_version = {next + 1};", transaction: transaction);
            await transaction.CommitAsync(ct);
        }
    }
}
