using Dapper;

namespace SecureExchange.Gateway.Storage;

/// <summary>Rotations of keys: noted before anything is done, so that one that was interrupted is found and goes on.</summary>
internal sealed class RotationStore(Database database, TimeProvider clock)
{
    private const string Columns = "id, kind, subject, epoch, state, log_size AS logSize, caller, place, old";

    /// <summary>Notes a rotation of the root key.</summary>
    internal async Task<Rotation> NoteRootAsync(string caller, long logSize, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var epoch = await connection.ExecuteScalarAsync<int>("SELECT epoch FROM root_key", transaction: transaction) + 1;
        var rotation = Rotation.New(KeyKind.Root, "", epoch, logSize, caller);
        await InsertAsync(connection, transaction, rotation);
        await transaction.CommitAsync(ct);
        return rotation;
    }

    /// <summary>Notes a rotation of another key, and the secret that it leads to, which nothing uses yet.</summary>
    /// <param name="kind">Which key.</param>
    /// <param name="subject">Whose: an agreement, or a log.</param>
    /// <param name="purpose">The secret's.</param>
    /// <param name="clientPurpose">Of an agreement's: its client's, of which the newest goes with it.</param>
    /// <param name="wrap">Wraps a new secret for an epoch, under the root key of another.</param>
    /// <param name="caller">Who asked for it.</param>
    /// <param name="logSize">Of the log that will have its event.</param>
    /// <param name="ct">Cancels the noting.</param>
    /// <returns>Null where the secret was destroyed: nothing new begins under it.</returns>
    internal async Task<Rotation?> NoteAsync(
        KeyKind kind, string subject, string purpose, string? clientPurpose, Func<(int Root, int Epoch), byte[]> wrap, string caller, long logSize,
        CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var (newest, destroyed) = await connection.QuerySingleAsync<(int, int)>(
            "SELECT max(epoch), sum(length(wrapped) = 0) FROM secret WHERE purpose = @purpose", new { purpose }, transaction);
        if (destroyed > 0) return null;
        var root = await connection.ExecuteScalarAsync<int>("SELECT epoch FROM root_key", transaction: transaction);
        var rotation = Rotation.New(kind, subject, newest + 1, logSize, caller);
        await connection.ExecuteAsync(
            """
            INSERT INTO secret (purpose, epoch, root, wrapped, client_epoch, made_at) VALUES (@purpose, @epoch, @root, @wrapped,
                coalesce((SELECT max(epoch) FROM secret WHERE purpose = @clientPurpose AND used_from IS NOT NULL), 1), @now)
            """,
            new { purpose, epoch = rotation.Epoch, root, wrapped = wrap((root, rotation.Epoch)), clientPurpose, now = Now() }, transaction);
        await InsertAsync(connection, transaction, rotation);
        await transaction.CommitAsync(ct);
        return rotation;
    }

    /// <summary>Rotations that aren't through, oldest first.</summary>
    internal async Task<IReadOnlyList<Rotation>> UnsettledAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return [.. await connection.QueryAsync<Rotation>($"SELECT {Columns} FROM key_rotation WHERE state < 3 ORDER BY rowid")];
    }

    /// <summary>Notes where the new root key is kept.</summary>
    internal async Task<Rotation> PlacedAsync(Rotation rotation, string place)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync("UPDATE key_rotation SET place = @place WHERE id = @Id", new { place, rotation.Id });
        return rotation with { Place = place };
    }

    /// <summary>Wraps every secret under the new root key, which is from then on the only one that opens any: all or nothing.</summary>
    /// <remarks>What was wrapped before is overwritten (<c>secure_delete</c>).</remarks>
    internal async Task<Rotation> SwitchRootAsync(Rotation rotation, string id, Func<StoredSecret, byte[]> rewrap)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync("PRAGMA secure_delete = ON");
        await using var transaction = await connection.BeginTransactionAsync();
        var old = await connection.QuerySingleAsync<StoredRoot>("SELECT epoch, id, place, made_at AS madeAt FROM root_key", transaction: transaction);
        var secrets = await connection.QueryAsync<StoredSecret>(
            $"SELECT {SecretStore.Columns} FROM secret WHERE length(wrapped) > 0", transaction: transaction);
        await connection.ExecuteAsync(
            "UPDATE secret SET wrapped = @wrapped, root = @root WHERE purpose = @Purpose AND epoch = @Epoch",
            secrets.Select(secret => new { wrapped = rewrap(secret), root = rotation.Epoch, secret.Purpose, secret.Epoch }), transaction);
        await connection.ExecuteAsync(
            """
            DELETE FROM root_key;
            INSERT INTO root_key (epoch, id, place, made_at) VALUES (@epoch, @id, @place, @now);
            UPDATE key_rotation SET state = @switched, old = @old WHERE id = @rotation
            """,
            new { epoch = rotation.Epoch, id, place = rotation.Place, now = Now(), switched = RotationState.Switched, old = old.Place, rotation = rotation.Id },
            transaction);
        await transaction.CommitAsync();
        return rotation with { State = RotationState.Switched, Old = old.Place };
    }

    /// <summary>Writes the whole database file anew and empties the write-ahead log, so that no page is left that an old root key opens.</summary>
    internal async Task ScrubAsync()
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync("VACUUM");
        await Database.EmptyWriteAheadLogAsync(connection);
    }

    /// <summary>Lets the new secret be used.</summary>
    internal async Task<Rotation> SwitchAsync(Rotation rotation, string purpose, RotationState state)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            """
            UPDATE secret SET used_from = @now WHERE purpose = @purpose AND epoch = @epoch AND used_from IS NULL;
            UPDATE key_rotation SET state = @state WHERE id = @id
            """,
            new { purpose, epoch = rotation.Epoch, now = Now(), state, id = rotation.Id }, transaction);
        await transaction.CommitAsync();
        return rotation with { State = state };
    }

    /// <summary>The agreements of a client whose newest key doesn't go with its newest one yet. One that its log hasn't yet, so that nothing was
    /// masked under it, takes that up here.</summary>
    internal async Task<IReadOnlyList<string>> BehindAsync(Rotation rotation)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        const string begun = "SELECT 1 FROM agreement_step AS step WHERE step.agreement = substr(secret.purpose, 11) AND step.event IS NOT NULL";
        await connection.ExecuteAsync(
            $"UPDATE secret SET client_epoch = @epoch WHERE substr(purpose, 1, length(@prefix)) = @prefix AND NOT EXISTS ({begun})",
            new { prefix = $"agreement/{rotation.Subject}.", epoch = rotation.Epoch }, transaction);
        var behind = await connection.QueryAsync<string>(
            $"""
            SELECT substr(purpose, 11) FROM secret WHERE substr(purpose, 1, length(@prefix)) = @prefix AND used_from IS NOT NULL AND EXISTS ({begun})
            GROUP BY purpose HAVING max(client_epoch) < @epoch AND min(length(wrapped)) > 0 ORDER BY purpose
            """,
            new { prefix = $"agreement/{rotation.Subject}.", epoch = rotation.Epoch }, transaction);
        await transaction.CommitAsync();
        return [.. behind];
    }

    internal async Task DoneAsync(Rotation rotation)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync("UPDATE key_rotation SET state = @done WHERE id = @id", new { id = rotation.Id, done = RotationState.Done });
    }

    private static Task<int> InsertAsync(
        Microsoft.Data.Sqlite.SqliteConnection connection, System.Data.Common.DbTransaction transaction, Rotation rotation) => connection.ExecuteAsync(
        "INSERT INTO key_rotation (id, kind, subject, epoch, state, log_size, caller) VALUES (@Id, @Kind, @Subject, @Epoch, @State, @LogSize, @Caller)",
        new { rotation.Id, rotation.Kind, rotation.Subject, rotation.Epoch, rotation.State, rotation.LogSize, rotation.Caller }, transaction);

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>Which key is rotated. Numbers are persisted.</summary>
public enum KeyKind
{
    Root = 1,
    Agreement = 2,
    Gateway = 3,
    Log = 4,

    /// <summary>Of a client: what fields with <c>scope: client</c> are masked with in all its agreements.</summary>
    Client = 5,

    /// <summary>What callers are named by in the gateway's own log.</summary>
    CallerTags = 6,
}

/// <summary>How far a rotation is. Numbers are persisted.</summary>
internal enum RotationState
{
    Noted = 1,
    Switched = 2,
    Done = 3,
}

/// <summary>A rotation of a key.</summary>
internal sealed record Rotation
{
    /// <summary>Stands in its event.</summary>
    public string Id { get; init; } = "";

    public KeyKind Kind { get; init; }

    /// <summary>Which agreement, or which log; empty for the others.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The epoch that it leads to.</summary>
    public int Epoch { get; init; }

    public RotationState State { get; init; } = RotationState.Noted;

    /// <summary>Of the log that will have its event: that can't stand before.</summary>
    public long LogSize { get; init; }

    /// <summary>Who asked for it, as <c>party/caller</c>.</summary>
    public string Caller { get; init; } = "";

    /// <summary>Of a root key: where the new one is kept; null: nowhere yet.</summary>
    public string? Place { get; init; }

    /// <summary>Of a root key: where the one before is.</summary>
    public string? Old { get; init; }

    internal static Rotation New(KeyKind kind, string subject, int epoch, long logSize, string caller) => new()
    {
        Id = Guid.NewGuid().ToString("N"),
        Kind = kind,
        Subject = subject,
        Epoch = epoch,
        LogSize = logSize,
        Caller = caller,
    };
}
