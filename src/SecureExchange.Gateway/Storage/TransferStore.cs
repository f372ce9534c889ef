using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Keys;

namespace SecureExchange.Gateway.Storage;

/// <summary>Which transfers there are. Whatever shows one wants a <see cref="Grant"/> for its agreement.</summary>
public sealed class TransferStore(Database database, AgreementStore agreements, QuotaStore quotas)
{
    private const string Columns =
        "id, agreement, kind, state, return_of, sealed_name, wrapped_key, records, created_at, event, sequence, agreement_version, sender, key_epoch";

    /// <summary>What a grant may see. A held dispatch is the client's alone: to everybody else there is no such thing.</summary>
    private static readonly string s_seen = $"{StateSql.IsVisible} AND (@client OR NOT {StateSql.IsHeld})";

    /// <summary>Under which agreement a transfer is: only for asking <see cref="AccessPolicy"/>, so it tells nothing else.</summary>
    /// <remarks>A held one is the client's alone: for anybody else it isn't there.</remarks>
    public async Task<AgreementId?> AgreementOfAsync(TransferId id, PartyId asks, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var found = await connection.ExecuteScalarAsync<string?>(
            $"""
             SELECT transfer.agreement FROM transfer JOIN agreement ON agreement.id = transfer.agreement
             WHERE transfer.id = @id AND {StateSql.IsVisible} AND (NOT {StateSql.IsHeld} OR agreement.client = @asks)
             """,
            new { id = id.Value, asks = asks.Value });
        return AgreementId.TryParse(found, out var agreement) ? agreement : null;
    }

    /// <summary>One transfer of the grant's agreement; null where there is none.</summary>
    public async Task<Transfer?> FindAsync(Grant grant, TransferId id, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            $"SELECT {Columns} FROM transfer WHERE id = @id AND agreement = @agreement AND {s_seen}",
            new { id = id.Value, agreement = grant.Agreement.Value, client = IsClient(grant) });
        return row is null ? null : (await ReadAsync(connection, grant, [row], ct))[0];
    }

    /// <summary>Whether a transfer's keys were destroyed: what isn't there then isn't damage.</summary>
    internal async Task<bool> IsErasedAsync(TransferId id, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return await connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM transfer WHERE id = @id AND state = @erased", new { id = id.Value, erased = TransferState.Erased }) > 0;
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
             WHERE agreement = @agreement AND state IN (@published, @quarantined) AND sequence > @after AND (@kind IS NULL OR kind = @kind)
             ORDER BY sequence LIMIT @limit
             """,
            new { agreement = grant.Agreement.Value, published = TransferState.Published, quarantined = TransferState.Quarantined, after, kind, limit });
        return await ReadAsync(connection, grant, [.. rows], ct);
    }

    /// <summary>The transfers that wait for an approver, oldest first; to anybody but the client there are none.</summary>
    public async Task<IReadOnlyList<Transfer>> HeldAsync(Grant grant, int limit, CancellationToken ct)
    {
        grant.Require(Permission.ListTransfers);
        if (!IsClient(grant)) return [];
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<Row>(
            $"SELECT {Columns} FROM transfer WHERE agreement = @agreement AND {StateSql.IsHeld} ORDER BY created_at, id LIMIT @limit",
            new { agreement = grant.Agreement.Value, limit });
        return await ReadAsync(connection, grant, [.. rows], ct);
    }

    private static bool IsClient(Grant grant) => grant.Terms!.RelationOf(grant.Caller.Party) == Relation.Client;

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
    /// <exception cref="TransferFaultException">It would be more than a quota allows.</exception>
    internal async Task<bool> BeginAsync(NewTransfer transfer, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await quotas.RequireAsync(connection, transaction, transfer);
        try
        {
            await connection.ExecuteAsync(
                """
                INSERT INTO transfer (id, agreement, kind, state, return_of, party, request_key, sealed_name, wrapped_key, created_at, agreement_version, sender, key_epoch, received)
                VALUES (@id, @agreement, @kind, @state, @returnOf, @party, @requestKey, @sealedName, @wrappedKey, @createdAt, @version, @sender, @keyEpoch, @received)
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
                    keyEpoch = transfer.KeyEpoch,
                    createdAt = transfer.CreatedAt.ToUnixTimeMilliseconds(),
                    version = transfer.Grant.Terms!.Number,
                    sender = transfer.Grant.Caller.ToString(),
                    received = transfer.Announced ?? 0,
                }, transaction);
            await transaction.CommitAsync(ct);
            return true;
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == 2067) // SQLITE_CONSTRAINT_UNIQUE
        {
            return false;
        }
    }

    /// <summary>Reserves more of the sender's quotas for a transfer that is on its way.</summary>
    /// <inheritdoc cref="QuotaStore.ReserveAsync"/>
    internal Task<long> ReserveAsync(Grant grant, QuotaTerms terms, TransferId id, long reserved, long bytes) =>
        quotas.ReserveAsync(grant, terms, id, reserved, bytes);

    /// <summary>Notes that all parts are stored, and from where in the log the event of acceptance can stand.</summary>
    /// <exception cref="TransferFaultException">They would be more than a quota allows to be stored.</exception>
    internal async Task StagedAsync(Grant grant, QuotaTerms terms, StagedParts staged, CancellationToken ct)
    {
        var (id, records, received, logSize, parts) = staged;
        await using var connection = await database.ConnectAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await quotas.RequireStoredAsync(connection, transaction, grant, terms, id, parts);
        await connection.ExecuteAsync(
            "UPDATE transfer SET state = @state, records = @records, log_size = @logSize, received = @received WHERE id = @id",
            new { id = id.Value, state = TransferState.Staged, records, logSize, received }, transaction);
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
            UPDATE transfer SET state = @state, event = @index, sequence = CASE WHEN @state = @held THEN NULL ELSE coalesce(sequence,
                (SELECT coalesce(max(sequence), 0) + 1 FROM transfer AS other WHERE other.agreement = transfer.agreement)) END
            WHERE id = @id AND state <> @erased RETURNING coalesce(sequence, 0) -- Erased in the meantime, it stays so.
            """,
            new { id = id.Value, state, held = TransferState.Held, erased = TransferState.Erased, index = logged.Index });
    }

    /// <summary>Notes that a held transfer's release is on its way into the log, and from where on it can stand there.</summary>
    /// <returns>False where it isn't held any more, or somebody else is releasing it.</returns>
    internal async Task<bool> ReleasingAsync(Grant grant, TransferId id, long logSize)
    {
        grant.Require(Permission.ReleaseDispatch);
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        return await connection.ExecuteAsync(
            "UPDATE transfer SET state = @releasing, log_size = @logSize WHERE id = @id AND agreement = @agreement AND state = @held",
            new { id = id.Value, agreement = grant.Agreement.Value, logSize, releasing = TransferState.Releasing, held = TransferState.Held }) == 1;
    }

    /// <summary>A release that didn't come into the log: it is held as before.</summary>
    internal async Task HeldAgainAsync(TransferId id)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            "UPDATE transfer SET state = @held WHERE id = @id AND state = @releasing",
            new { id = id.Value, held = TransferState.Held, releasing = TransferState.Releasing });
    }

    /// <summary>Notes that the vendor has had the masked part whole: it isn't sealed again any more.</summary>
    internal async Task FetchedAsync(TransferId id, DateTimeOffset now)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            "UPDATE transfer SET fetched_at = @now WHERE id = @id AND fetched_at IS NULL", new { id = id.Value, now = now.ToUnixTimeMilliseconds() });
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
            "SELECT id, agreement, state, log_size FROM transfer WHERE state < @visible OR state = @releasing",
            new { visible = TransferState.Published, releasing = TransferState.Releasing });
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
            DateTimeOffset.FromUnixTimeMilliseconds(row.Created_at), row.Event, row.Sequence ?? 0, [.. parts[row.Id]])
        { WrappedKey = row.Wrapped_key, KeyEpoch = (int)row.Key_epoch, AgreementVersion = (int)row.Agreement_version, Sender = row.Sender })];
    }

    private static string? NameOf(Row row, AgreementKey key)
    {
        if (row.Sealed_name is null) return null;
        using var dataKey = key.OpenDataKey(Id(row.Id), row.Wrapped_key, (int)row.Key_epoch);
        return dataKey.OpenText(row.Sealed_name, "name");
    }

    private static TransferId Id(string text) => TransferId.TryParse(text, out var id) ? id : throw new InvalidDataException("transfer.id");

    private static AgreementId Agreement(string text) =>
        AgreementId.TryParse(text, out var id) ? id : throw new InvalidDataException("transfer.agreement");

    private sealed record Row(
        string Id, string Agreement, long Kind, long State, string? Return_of, byte[]? Sealed_name, byte[] Wrapped_key,
        long Records, long Created_at, long Event, long? Sequence, long Agreement_version, string Sender, long Key_epoch);
}

/// <summary>A transfer that is about to be received.</summary>
internal sealed record NewTransfer(
    TransferId Id, Grant Grant, TransferKind Kind, TransferId? ReturnOf, string? RequestKey, byte[]? SealedName, byte[] WrappedKey, int KeyEpoch,
    DateTimeOffset CreatedAt)
{
    /// <summary>What the agreement allows its sender.</summary>
    internal QuotaTerms Quota { get; init; } = QuotaTerms.None;

    /// <summary>How many bytes it has, as far as its sender says; null: that isn't known.</summary>
    internal long? Announced { get; init; }
}

/// <summary>A transfer whose parts are stored.</summary>
/// <param name="Id">Which.</param>
/// <param name="Records">How many records it has.</param>
/// <param name="Received">How many bytes came, or what they unpacked to if that is more.</param>
/// <param name="LogSize">Of the agreement's log.</param>
/// <param name="Parts">Its parts.</param>
internal sealed record StagedParts(TransferId Id, long Records, long Received, long LogSize, IReadOnlyList<SealedPart> Parts);

/// <summary>What a crash or an outage left.</summary>
internal sealed record UnsettledTransfer(TransferId Id, AgreementId Agreement, TransferState State, long LogSize);
