using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace SecureExchange.Gateway.Storage;

/// <summary>The gateway's own secrets as they are stored: wrapped. Opens none.</summary>
internal sealed class SecretStore(Database database, TimeProvider clock)
{
    internal const string Columns = "purpose, epoch, root, wrapped, client_epoch AS clientEpoch, made_at AS madeAt, used_from AS usedFrom";

    /// <summary>The root key that wraps the secrets; null before there is one.</summary>
    internal async Task<StoredRoot?> RootAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return await RootAsync(connection, null);
    }

    /// <summary>Notes the first root key and what is wrapped under it, all or nothing.</summary>
    internal async Task BeginAsync(StoredRoot root, IEnumerable<(string Purpose, byte[] Wrapped)> secrets, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(
            "INSERT INTO root_key (epoch, id, place, made_at) VALUES (@Epoch, @Id, @Place, @now)", new { root.Epoch, root.Id, root.Place, now = Now() }, transaction);
        foreach (var (purpose, wrapped) in secrets) await AddAsync(connection, transaction, root.Epoch, purpose, wrapped);
        await transaction.CommitAsync(ct);
    }

    /// <summary>The epochs of one purpose, oldest first; those of a rotation that isn't through are left out.</summary>
    internal async Task<IReadOnlyList<StoredSecret>> FindAsync(string purpose, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return [.. await connection.QueryAsync<StoredSecret>(
            $"SELECT {Columns} FROM secret WHERE purpose = @purpose AND used_from IS NOT NULL ORDER BY epoch", new { purpose })];
    }

    /// <summary>One epoch of a purpose, one that isn't used yet too; null where there is none.</summary>
    internal async Task<StoredSecret?> FindAsync(string purpose, int epoch, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<StoredSecret>(
            $"SELECT {Columns} FROM secret WHERE purpose = @purpose AND epoch = @epoch", new { purpose, epoch });
    }

    /// <summary>What there is, without the secrets, by purpose and epoch.</summary>
    internal async Task<IReadOnlyList<StoredSecret>> AllAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return [.. await connection.QueryAsync<StoredSecret>($"SELECT {Columns} FROM secret ORDER BY purpose, epoch")];
    }

    /// <summary>Notes a purpose's first secret, unless it has one.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="transaction">Begun for writing: the root key can't be rotated meanwhile.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="clientPurpose">Of an agreement's: its client's, of which the newest goes with it; else null.</param>
    /// <param name="wrap">Wraps it under the root key of this epoch.</param>
    /// <param name="now">When.</param>
    internal static async Task AddAsync(
        SqliteConnection connection, DbTransaction transaction, string purpose, string? clientPurpose, Func<int, byte[]> wrap, DateTimeOffset now)
    {
        var root = await RootAsync(connection, transaction) ?? throw new InvalidOperationException("there is no root key yet");
        await InsertAsync(connection, transaction, root.Epoch, purpose, clientPurpose, wrap(root.Epoch), now.ToUnixTimeMilliseconds());
    }

    private Task<int> AddAsync(SqliteConnection connection, DbTransaction transaction, int root, string purpose, byte[] wrapped) =>
        InsertAsync(connection, transaction, root, purpose, clientPurpose: null, wrapped, Now());

    private static Task<int> InsertAsync(
        SqliteConnection connection, DbTransaction transaction, int root, string purpose, string? clientPurpose, byte[] wrapped, long now) =>
        connection.ExecuteAsync(
            """
            INSERT INTO secret (purpose, epoch, root, wrapped, client_epoch, made_at, used_from) VALUES (@purpose, 1, @root, @wrapped,
                coalesce((SELECT max(epoch) FROM secret WHERE purpose = @clientPurpose AND used_from IS NOT NULL), 1), @now, @now)
            ON CONFLICT DO NOTHING
            """,
            new { purpose, clientPurpose, root, wrapped, now }, transaction);

    private static async Task<StoredRoot?> RootAsync(SqliteConnection connection, DbTransaction? transaction) =>
        await connection.QuerySingleOrDefaultAsync<StoredRoot>(
            "SELECT epoch, id, place, made_at AS madeAt FROM root_key", transaction: transaction);

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>Which root key wraps the secrets.</summary>
internal sealed record StoredRoot
{
    /// <summary>From 1.</summary>
    public int Epoch { get; init; }

    /// <summary>Tells whether a root key is this one.</summary>
    public string Id { get; init; } = "";

    /// <summary>Where it is kept.</summary>
    public string Place { get; init; } = "";

    public long MadeAt { get; init; }
}

/// <summary>A secret as it is stored.</summary>
internal sealed record StoredSecret
{
    public string Purpose { get; init; } = "";

    /// <summary>From 1.</summary>
    public int Epoch { get; init; }

    /// <summary>Epoch of the root key that wraps it.</summary>
    public int Root { get; init; }

    /// <summary>Empty where it was destroyed.</summary>
    public byte[] Wrapped { get; init; } = [];

    /// <summary>Of an agreement's: which epoch of its client's secret goes with it.</summary>
    public int ClientEpoch { get; init; }

    public long MadeAt { get; init; }

    /// <summary>Null while the rotation that made it isn't through.</summary>
    public long? UsedFrom { get; init; }
}
