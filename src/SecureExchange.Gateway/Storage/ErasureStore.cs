using Dapper;
using SecureExchange.Access;
using SecureExchange.Gateway.Keys;

namespace SecureExchange.Gateway.Storage;

/// <summary>What is to be destroyed, and the destroying in the database. Whoever has read the log decides; this only does it.</summary>
internal sealed class ErasureStore(Database database)
{
    /// <summary>Transfers that there are, with the returns that answer them.</summary>
    /// <param name="agreement">Under which agreement.</param>
    /// <param name="only">These; null: all.</param>
    /// <param name="before">Sent before this; null: whenever.</param>
    /// <param name="ct">Cancels the query.</param>
    internal async Task<IReadOnlyList<ErasableTransfer>> FindAsync(
        AgreementId agreement, IReadOnlyList<TransferId>? only, DateTimeOffset? before, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(string Id, long Kind, long Records, long At, string? Of)>(
            $"SELECT id, kind, records, created_at, return_of FROM transfer WHERE agreement = @id AND {StateSql.IsVisible} ORDER BY created_at, id",
            new { id = agreement.Value });
        var all = rows.Select(r => new ErasableTransfer(Id(r.Id), (TransferKind)r.Kind, r.Records, DateTimeOffset.FromUnixTimeMilliseconds(r.At)) { Of = r.Of is null ? null : Id(r.Of) }).ToList();
        var wanted = all.Where(t => (only is null || only.Contains(t.Id)) && (before is null || t.CreatedAt < before)).Select(t => t.Id).ToHashSet();
        // What came back holds what was sent.
        return [.. all.Where(t => wanted.Contains(t.Id) || (t.Of is { } dispatch && wanted.Contains(dispatch)))];
    }

    /// <summary>When the oldest transfer that there is was sent; null: there is none.</summary>
    internal async Task<DateTimeOffset?> OldestAsync(AgreementId agreement, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var at = await connection.ExecuteScalarAsync<long?>(
            $"SELECT min(created_at) FROM transfer WHERE agreement = @id AND {StateSql.IsVisible}", new { id = agreement.Value });
        return at is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;
    }

    /// <summary>The wrapped data keys of an agreement's dispatches and records, and the version and the keys' epoch that each was sent under.</summary>
    internal async Task<IReadOnlyList<(TransferId Id, byte[] WrappedKey, int Version, int KeyEpoch)>> SearchableAsync(Grant grant, CancellationToken ct)
    {
        grant.Require(Permission.EraseData, Permission.TraceLeak);
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(string Id, byte[] Key, int Version, int KeyEpoch)>(
            $"SELECT id, wrapped_key, agreement_version, key_epoch FROM transfer WHERE agreement = @id AND {StateSql.IsVisible} AND kind <> @returned ORDER BY created_at, id",
            new { id = grant.Agreement.Value, returned = TransferKind.Return });
        return [.. rows.Select(r => (Id(r.Id), r.Key, r.Version, r.KeyEpoch))];
    }

    /// <summary>Notes an erasure. Nothing is destroyed before its event is in the log.</summary>
    internal async Task NoteAsync(Erasure erasure, long logSize, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(
            "INSERT INTO erasure (id, agreement, version, whole, state, log_size) VALUES (@id, @agreement, @version, @whole, @noted, @logSize)",
            new { noted = ErasureState.Noted, id = erasure.Id, agreement = erasure.Agreement.Value, version = erasure.Version, whole = erasure.Whole, logSize }, transaction);
        await connection.ExecuteAsync(
            "INSERT INTO erasure_transfer (erasure, transfer) VALUES (@id, @transfer)",
            erasure.Transfers.Select(t => new { id = erasure.Id, transfer = t.Value }), transaction);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Erasures that aren't finished, and from where in its log the event of each can stand.</summary>
    internal async Task<IReadOnlyList<(Erasure Erasure, bool IsLogged, long LogSize)>> UnsettledAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var found = new List<(Erasure, bool, long)>();
        foreach (var row in await connection.QueryAsync<(string Id, string Agreement, int Version, bool Whole, long State, long LogSize)>(
            "SELECT id, agreement, version, whole, state, log_size FROM erasure WHERE state < @done", new { done = ErasureState.Done }))
        {
            var transfers = await connection.QueryAsync<string>("SELECT transfer FROM erasure_transfer WHERE erasure = @Id", new { row.Id });
            if (!AgreementId.TryParse(row.Agreement, out var agreement)) throw new InvalidDataException("erasure.agreement");
            found.Add((new Erasure(row.Id, agreement, row.Version, row.Whole, [.. transfers.Select(Id)]), row.State == (long)ErasureState.Logged, row.LogSize));
        }

        return found;
    }

    /// <summary>Forgets an erasure that its log doesn't have.</summary>
    internal async Task ForgetAsync(string id)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            "DELETE FROM erasure_transfer WHERE erasure = @id; DELETE FROM erasure WHERE id = @id AND state = @noted", new { id, noted = ErasureState.Noted });
    }

    /// <summary>Destroys the keys, names and parts' rows, and the cells of reveals, so that nobody sees the transfers any more and
    /// nothing opens what is sealed under them. May be done again.</summary>
    /// <remarks>What is deleted is overwritten in the file (<c>secure_delete</c>), and the write-ahead log, which has the pages as
    /// they were, is emptied.</remarks>
    internal async Task DestroyAsync(Erasure erasure)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync("PRAGMA secure_delete = ON");
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await connection.ExecuteAsync("UPDATE erasure SET state = @logged WHERE id = @id", new { id = erasure.Id, logged = ErasureState.Logged }, transaction);
            await connection.ExecuteAsync(
                """
                UPDATE transfer SET state = @erased, wrapped_key = x'', sealed_name = NULL, request_key = NULL
                    WHERE id IN (SELECT transfer FROM erasure_transfer WHERE erasure = @id);
                DELETE FROM part WHERE transfer IN (SELECT transfer FROM erasure_transfer WHERE erasure = @id);
                UPDATE reveal SET sealed_cell = x'', sealed_subject = NULL WHERE transfer IN (SELECT transfer FROM erasure_transfer WHERE erasure = @id);
                DELETE FROM notice WHERE sent_at IS NULL AND reveal IN
                    (SELECT id FROM reveal WHERE transfer IN (SELECT transfer FROM erasure_transfer WHERE erasure = @id));
                """,
                new { id = erasure.Id, erased = TransferState.Erased }, transaction);
            // What only they remembered isn't to stay in the agreement's map, nor in a copy of it: its key goes, and the next one is made
            // of the transfers that are left.
            await connection.ExecuteAsync("DELETE FROM token_map WHERE agreement = @id", new { id = erasure.Agreement.Value }, transaction);
            if (erasure.Whole)
                await connection.ExecuteAsync("UPDATE secret SET wrapped = x'' WHERE purpose = @purpose", new { purpose = SecretPurpose.Of(erasure.Agreement) }, transaction);
            await transaction.CommitAsync();
        }

        await Database.EmptyWriteAheadLogAsync(connection);
    }

    internal async Task DoneAsync(string id)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync("UPDATE erasure SET state = @done WHERE id = @id", new { id, done = ErasureState.Done });
    }

    /// <summary>Why nothing of an agreement may be destroyed; null: it may.</summary>
    internal async Task<string?> HoldAsync(AgreementId agreement, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return await connection.ExecuteScalarAsync<string?>("SELECT reason FROM hold WHERE agreement = @id", new { id = agreement.Value });
    }

    internal async Task<int> HoldAsync(Grant grant, string reason, DateTimeOffset now, CancellationToken ct)
    {
        grant.Require(Permission.HoldData);
        await using var connection = await database.ConnectAsync(ct);
        return await connection.ExecuteAsync(
            "INSERT INTO hold (agreement, reason, set_at) VALUES (@id, @reason, @now) ON CONFLICT DO UPDATE SET reason = excluded.reason",
            new { id = grant.Agreement.Value, reason, now = now.ToUnixTimeMilliseconds() });
    }

    internal async Task LiftAsync(Grant grant, CancellationToken ct)
    {
        grant.Require(Permission.HoldData);
        await using var connection = await database.ConnectAsync(ct);
        await connection.ExecuteAsync("DELETE FROM hold WHERE agreement = @id", new { id = grant.Agreement.Value });
    }

    /// <summary>Whether an agreement's key was destroyed.</summary>
    internal async Task<bool> IsErasedAsync(AgreementId agreement, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return await connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM secret WHERE purpose = @purpose AND length(wrapped) = 0", new { purpose = SecretPurpose.Of(agreement) }) > 0;
    }

    private static TransferId Id(string text) => TransferId.TryParse(text, out var id) ? id : throw new InvalidDataException("transfer.id");
}

/// <summary>How far an erasure has come. Persisted: append only.</summary>
internal enum ErasureState
{
    /// <summary>Nothing is destroyed: its event may not be in the log.</summary>
    Noted = 1,

    /// <summary>Its event is in the log, so it will be destroyed.</summary>
    Logged = 2,

    Done = 3,
}

/// <summary>What is to be destroyed.</summary>
/// <param name="Id">Stands in its events.</param>
/// <param name="Agreement">Under which agreement.</param>
/// <param name="Version">Which version of it stood then.</param>
/// <param name="Whole">The agreement's key too: nothing under it opens any more.</param>
/// <param name="Transfers">Which transfers.</param>
internal sealed record Erasure(string Id, AgreementId Agreement, int Version, bool Whole, IReadOnlyList<TransferId> Transfers);

/// <summary>A transfer that can be erased.</summary>
public sealed record ErasableTransfer(TransferId Id, TransferKind Kind, long Records, DateTimeOffset CreatedAt)
{
    /// <summary>Where a value was looked for: the rows that hold it, from 1, at most 1,000; empty of a return, and where none was.</summary>
    public IReadOnlyList<long> Rows { get; init; } = [];

    /// <summary>The dispatch that a return answers.</summary>
    internal TransferId? Of { get; init; }
}
