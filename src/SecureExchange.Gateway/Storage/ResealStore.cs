using Dapper;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;

namespace SecureExchange.Gateway.Storage;

/// <summary>Which sealed parts their readers haven't had yet, and what is being sealed again.</summary>
public sealed class ResealStore(Database database)
{
    /// <summary>An agreement's sealed parts that their reader hasn't had whole, and of which there is a copy that the gateway can read.</summary>
    internal async Task<IReadOnlyList<UnreadPart>> FindAsync(AgreementId agreement, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(string Transfer, byte[] Key, int KeyEpoch, string Name, string Digest, string Recipient, string Copy, int Kind)>(
            $"""
            SELECT transfer.id, wrapped_key, key_epoch, part.name, part.digest, part.recipient, copy.name, kind FROM transfer
            JOIN part ON part.transfer = transfer.id AND part.recipient IS NOT NULL AND
                CASE WHEN kind = @returned THEN part.name LIKE 'result%.pgp' OR part.name LIKE 'returned%.pgp' ELSE part.name LIKE 'masked%.pgp' END
            JOIN part AS copy ON copy.transfer = transfer.id AND copy.name IN (@custody, @spool)
            WHERE agreement = @agreement AND {StateSql.IsVisible} AND fetched_at IS NULL ORDER BY created_at, transfer.id
            """,
            new { agreement = agreement.Value, returned = TransferKind.Return, custody = PartName.Custody, spool = PartName.Spool });
        return [.. rows.Select(r => new UnreadPart(Id(r.Transfer), r.Key, r.KeyEpoch, r.Name, r.Digest, r.Recipient, r.Copy, r.Kind == (int)TransferKind.Return))];
    }

    /// <summary>Copies of what its reader has had.</summary>
    internal async Task<IReadOnlyList<ReadCopy>> ReadCopiesAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(string Agreement, long Version, string Transfer, string Name, int Kind)>(
            """
            SELECT agreement, agreement_version, transfer.id, part.name, kind FROM transfer
            JOIN part ON part.transfer = transfer.id AND part.name IN (@custody, @spool)
            WHERE fetched_at IS NOT NULL AND kind IN (@dispatch, @returned) LIMIT 1000
            """,
            new { custody = PartName.Custody, spool = PartName.Spool, dispatch = TransferKind.Dispatch, returned = TransferKind.Return });
        return [.. rows.Select(r => new ReadCopy(
            AgreementId.TryParse(r.Agreement, out var id) ? id : throw new InvalidDataException("transfer.agreement"), (int)r.Version, Id(r.Transfer), r.Name,
            r.Kind == (int)TransferKind.Return))];
    }

    /// <summary>Forgets a copy that has been removed.</summary>
    internal async Task DroppedAsync(ReadCopy copy)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync("DELETE FROM part WHERE transfer = @id AND name = @name", new { id = copy.Transfer.Value, name = copy.Name });
    }

    /// <summary>Notes that a part is about to be sealed again, so that whatever a crash leaves is found.</summary>
    internal async Task NoteAsync(string id, AgreementId agreement, UnreadPart part, string name, long logSize, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        await connection.ExecuteAsync(
            "INSERT INTO reseal (id, agreement, transfer, before, name, log_size) VALUES (@id, @agreement, @transfer, @before, @name, @logSize)",
            new { id, agreement = agreement.Value, transfer = part.Transfer.Value, before = part.Name, name, logSize });
    }

    /// <summary>Notes what came of it.</summary>
    internal async Task SealedAsync(string id, SealedPart made)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            "UPDATE reseal SET size = @Size, digest = @Digest, recipient = @Recipient WHERE id = @id", new { id, made.Size, made.Digest, made.Recipient });
    }

    /// <summary>Lets the new part take the place of the old one. Wants the logged event.</summary>
    /// <returns>The part that nobody needs any more; null where that is done.</returns>
    internal async Task<(TransferId Transfer, string Before)?> PublishAsync(string id, LoggedEvent logged)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        var (transfer, before) = await connection.QuerySingleOrDefaultAsync<(string?, string)>(
            "UPDATE reseal SET event = @index WHERE id = @id AND event IS NULL RETURNING transfer, before", new { id, index = logged.Index }, transaction);
        if (transfer is null) return null;
        await connection.ExecuteAsync(
            """
            UPDATE part SET name = new.name, size = new.size, digest = new.digest, recipient = new.recipient
            FROM reseal AS new WHERE new.id = @id AND part.transfer = new.transfer AND part.name = new.before
            """,
            new { id }, transaction);
        await transaction.CommitAsync();
        return (Id(transfer), before);
    }

    /// <summary>Where the new part of one that isn't finished would be.</summary>
    internal async Task<(TransferId Transfer, string Name)?> PlaceOfAsync(string id)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        var (transfer, name) = await connection.QuerySingleOrDefaultAsync<(string?, string)>(
            "SELECT transfer, name FROM reseal WHERE id = @id AND event IS NULL", new { id });
        return transfer is null ? null : (Id(transfer), name);
    }

    internal async Task ForgetAsync(string id)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync("DELETE FROM reseal WHERE id = @id AND event IS NULL", new { id });
    }

    /// <summary>What a crash or an outage interrupted.</summary>
    internal async Task<IReadOnlyList<UnsettledStep>> UnsettledAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(string Agreement, string Step, long LogSize)>("SELECT agreement, id, log_size FROM reseal WHERE event IS NULL");
        return [.. rows.Select(row => new UnsettledStep(
            AgreementId.TryParse(row.Agreement, out var id) ? id : throw new InvalidDataException("reseal.agreement"), row.Step, row.LogSize))];
    }

    private static TransferId Id(string text) => TransferId.TryParse(text, out var id) ? id : throw new InvalidDataException("reseal.transfer");
}

/// <summary>A sealed part that its reader hasn't had yet.</summary>
/// <param name="Transfer">Of which transfer.</param>
/// <param name="WrappedKey">That transfer's data key.</param>
/// <param name="KeyEpoch">And what wraps it.</param>
/// <param name="Name">The part's.</param>
/// <param name="Digest">The part's.</param>
/// <param name="Recipient">Which certificate it is sealed to.</param>
/// <param name="Copy">Name of the part that holds the same for the gateway to read.</param>
/// <param name="IsReturned">Whether it came back, so that the client is its reader.</param>
internal sealed record UnreadPart(
    TransferId Transfer, byte[] WrappedKey, int KeyEpoch, string Name, string Digest, string Recipient, string Copy, bool IsReturned);

/// <summary>A copy that nobody needs any more.</summary>
internal sealed record ReadCopy(AgreementId Agreement, int Version, TransferId Transfer, string Name, bool IsReturned);
