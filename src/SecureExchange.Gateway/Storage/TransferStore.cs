using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Keys;

namespace SecureExchange.Gateway.Storage;

/// <summary>Which transfers there are. Whatever shows one wants a <see cref="Grant"/> for its agreement.</summary>
public sealed class TransferStore(Database database, AgreementStore agreements)
{
    private const string Columns =
        "id, agreement, kind, state, return_of, sealed_name, wrapped_key, records, created_at, event, sequence, agreement_version";

    /// <summary>Under which agreement a transfer is: only for asking <see cref="AccessPolicy"/>, so it tells nothing else.</summary>
    public async Task<AgreementId?> AgreementOfAsync(TransferId id, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var found = await connection.ExecuteScalarAsync<string?>(
            "SELECT agreement FROM transfer WHERE id = @id AND state >= @visible",
            new { id = id.Value, visible = TransferState.Published });
        return AgreementId.TryParse(found, out var agreement) ? agreement : null;
    }

    /// <summary>One transfer of the grant's agreement; null where there is none.</summary>
    public async Task<Transfer?> FindAsync(Grant grant, TransferId id, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            $"SELECT {Columns} FROM transfer WHERE id = @id AND agreement = @agreement AND state >= @visible",
            new { id = id.Value, agreement = grant.Agreement.Value, visible = TransferState.Published });
        return row is null ? null : (await ReadAsync(connection, grant, [row], ct))[0];
    }

    /// <summary>The grant's agreement's transfers, in the order of their publication.</summary>
    /// <param name="grant">Whose agreement.</param>
    /// <param name="kind">Only these; null: all.</param>
    /// <param name="after">Those whose sequence is above this.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="ct">Cancels the query.</param>
    public async Task<IReadOnlyList<Transfer>> ListAsync(Grant grant, TransferKind? kind, long after, int limit, CancellationToken ct)
    {
        grant.Require(Permission.ListTransfers, Permission.FetchMasked);
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<Row>(
            $"""
             SELECT {Columns} FROM transfer
             WHERE agreement = @agreement AND state >= @visible AND sequence > @after AND (@kind IS NULL OR kind = @kind)
             ORDER BY sequence LIMIT @limit
             """,
            new { agreement = grant.Agreement.Value, visible = TransferState.Published, after, kind, limit });
        return await ReadAsync(connection, grant, [.. rows], ct);
    }

    /// <summary>The transfer that an earlier request with the same key made.</summary>
    /// <returns>The transfer; or null with <c>InProgress</c> where that request is still running.</returns>
    /// <exception cref="TransferFaultException">The key was used for something else: a bug in its sender, who would take
    /// another transfer's answer for this one's.</exception>
    internal async Task<(Transfer? Made, bool InProgress)> EarlierAsync(
        Grant grant, string requestKey, TransferKind kind, TransferId? returnOf, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            $"SELECT {Columns} FROM transfer WHERE agreement = @agreement AND party = @party AND request_key = @requestKey",
            new { agreement = grant.Agreement.Value, party = grant.Caller.Party.Value, requestKey });
        if (row is null) return (null, false);
        if (row.Kind != (long)kind || row.Return_of != returnOf?.Value) throw new TransferFaultException(TransferFault.KeyReused);
        return row.State < (long)TransferState.Published ? (null, true) : ((await ReadAsync(connection, grant, [row], ct))[0], false);
    }

    /// <summary>Notes a transfer before its first byte is stored, so that whatever a crash leaves has a row that says so.</summary>
    /// <returns>False where another request with the same key came first.</returns>
    internal async Task<bool> BeginAsync(NewTransfer transfer, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        try
        {
            await connection.ExecuteAsync(
                """
                INSERT INTO transfer (id, agreement, kind, state, return_of, party, request_key, sealed_name, wrapped_key, created_at, agreement_version)
                VALUES (@id, @agreement, @kind, @state, @returnOf, @party, @requestKey, @sealedName, @wrappedKey, @createdAt, @version)
                """,
                new
                {
                    id = transfer.Id.Value,
                    agreement = transfer.Grant.Agreement.Value,
                    kind = transfer.Kind,
                    state = TransferState.Receiving,
                    returnOf = transfer.ReturnOf?.Value,
                    party = transfer.Grant.Caller.Party.Value,
                    requestKey = transfer.RequestKey,
                    sealedName = transfer.SealedName,
                    wrappedKey = transfer.WrappedKey,
                    createdAt = transfer.CreatedAt.ToUnixTimeMilliseconds(),
                    version = transfer.Grant.Terms!.Number,
                });
            return true;
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == 2067) // SQLITE_CONSTRAINT_UNIQUE
        {
            return false;
        }
    }

    /// <summary>Notes that all parts are stored, and from where in the log the event of acceptance can stand.</summary>
    internal async Task StagedAsync(TransferId id, long records, long logSize, IReadOnlyList<SealedPart> parts, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(
            "UPDATE transfer SET state = @state, records = @records, log_size = @logSize WHERE id = @id",
            new { id = id.Value, state = TransferState.Staged, records, logSize }, transaction);
        await connection.ExecuteAsync(
            "INSERT INTO part (transfer, name, size, digest, recipient) VALUES (@id, @Name, @Size, @Digest, @Recipient)",
            parts.Select(p => new { id = id.Value, p.Name, p.Size, p.Digest, p.Recipient }), transaction);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Lets a staged transfer be seen. Wants the logged event: no log entry, no bytes.</summary>
    internal async Task<long> PublishAsync(TransferId id, TransferState state, LoggedEvent logged)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        // SQLite has one writer at a time, so the next number is nobody else's.
        return await connection.ExecuteScalarAsync<long>(
            """
            UPDATE transfer SET state = @state, event = @index, sequence = coalesce(sequence,
                (SELECT coalesce(max(sequence), 0) + 1 FROM transfer AS other WHERE other.agreement = transfer.agreement))
            WHERE id = @id RETURNING sequence
            """,
            new { id = id.Value, state, index = logged.Index });
    }

    /// <summary>Forgets a transfer that was never seen.</summary>
    internal async Task ForgetAsync(TransferId id)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            DELETE FROM part WHERE transfer IN (SELECT id FROM transfer WHERE id = @id AND state < @visible);
            DELETE FROM transfer WHERE id = @id AND state < @visible
            """,
            new { id = id.Value, visible = TransferState.Published });
    }

    /// <summary>Transfers that a crash or an outage left unfinished.</summary>
    internal async Task<IReadOnlyList<UnsettledTransfer>> UnsettledAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(string Id, string Agreement, long State, long? LogSize)>(
            "SELECT id, agreement, state, log_size FROM transfer WHERE state < @visible", new { visible = TransferState.Published });
        return [.. rows.Select(r => new UnsettledTransfer(Id(r.Id), Agreement(r.Agreement), (TransferState)r.State, r.LogSize ?? 0))];
    }

    private async Task<IReadOnlyList<Transfer>> ReadAsync(
        SqliteConnection connection, Grant grant, IReadOnlyList<Row> rows, CancellationToken ct)
    {
        if (rows.Count == 0) return [];
        var parts = (await connection.QueryAsync<(string Transfer, string Name, long Size, string Digest, string? Recipient)>(
            "SELECT transfer, name, size, digest, recipient FROM part WHERE transfer IN @ids", new { ids = rows.Select(r => r.Id) }))
            .ToLookup(p => p.Transfer, p => new SealedPart(p.Name, p.Size, p.Digest, p.Recipient));
        using var key = await agreements.OpenKeyAsync(grant, ct);
        return [.. rows.Select(row => new Transfer(
            Id(row.Id), Agreement(row.Agreement), (TransferKind)row.Kind, (TransferState)row.State,
            row.Return_of is null ? null : Id(row.Return_of), NameOf(row, key), row.Records,
            DateTimeOffset.FromUnixTimeMilliseconds(row.Created_at), row.Event, row.Sequence, [.. parts[row.Id]])
        { WrappedKey = row.Wrapped_key, AgreementVersion = (int)row.Agreement_version })];
    }

    private static string? NameOf(Row row, AgreementKey key)
    {
        if (row.Sealed_name is null) return null;
        using var dataKey = key.OpenDataKey(Id(row.Id), row.Wrapped_key);
        return dataKey.OpenText(row.Sealed_name, "name");
    }

    private static TransferId Id(string text) => TransferId.TryParse(text, out var id) ? id : throw new InvalidDataException("transfer.id");

    private static AgreementId Agreement(string text) =>
        AgreementId.TryParse(text, out var id) ? id : throw new InvalidDataException("transfer.agreement");

    private sealed record Row(
        string Id, string Agreement, long Kind, long State, string? Return_of, byte[]? Sealed_name, byte[] Wrapped_key,
        long Records, long Created_at, long Event, long Sequence, long Agreement_version);
}

/// <summary>A transfer that is about to be received.</summary>
internal sealed record NewTransfer(
    TransferId Id, Grant Grant, TransferKind Kind, TransferId? ReturnOf, string? RequestKey, byte[]? SealedName, byte[] WrappedKey,
    DateTimeOffset CreatedAt);

/// <summary>What a crash or an outage left.</summary>
internal sealed record UnsettledTransfer(TransferId Id, AgreementId Agreement, TransferState State, long LogSize);
