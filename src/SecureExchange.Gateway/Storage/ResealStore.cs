using Dapper;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;

namespace SecureExchange.Gateway.Storage;

/// <summary>Which masked parts the vendor hasn't had yet, and what is being sealed again.</summary>
public sealed class ResealStore(Database database)
{
    /// <summary>An agreement's masked parts that the vendor hasn't had whole, and of which there is a copy that the gateway can read.</summary>
    internal async Task<IReadOnlyList<UnreadPart>> FindAsync(AgreementId agreement, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(string Transfer, byte[] Key, int KeyEpoch, string Name, string Digest, string Recipient)>(
            """
            SELECT transfer.id, wrapped_key, key_epoch, part.name, part.digest, part.recipient FROM transfer
            JOIN part ON part.transfer = transfer.id AND part.name LIKE 'masked%.pgp' AND part.recipient IS NOT NULL
            JOIN part AS copy ON copy.transfer = transfer.id AND copy.name = @copy
            WHERE agreement = @agreement AND state IN (3, 5, 6) AND fetched_at IS NULL ORDER BY created_at, transfer.id
            """,
            new { agreement = agreement.Value, copy = PartName.Custody });
        return [.. rows.Select(r => new UnreadPart(Id(r.Transfer), r.Key, r.KeyEpoch, r.Name, r.Digest, r.Recipient))];
    }

    /// <summary>Copies of what the vendor has had.</summary>
    internal async Task<IReadOnlyList<(AgreementId Agreement, int Version, TransferId Transfer)>> ReadCopiesAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(string Agreement, long Version, string Transfer)>(
            """
            SELECT agreement, agreement_version, transfer.id FROM transfer JOIN part ON part.transfer = transfer.id AND part.name = @copy
            WHERE fetched_at IS NOT NULL AND kind = @dispatch LIMIT 1000
            """,
            new { copy = PartName.Custody, dispatch = TransferKind.Dispatch });
        return [.. rows.Select(r => (
            AgreementId.TryParse(r.Agreement, out var id) ? id : throw new InvalidDataException("transfer.agreement"), (int)r.Version, Id(r.Transfer)))];
    }

    /// <summary>Forgets a copy that has been removed.</summary>
    internal async Task DroppedAsync(TransferId transfer)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync("DELETE FROM part WHERE transfer = @id AND name = @copy", new { id = transfer.Value, copy = PartName.Custody });
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

/// <summary>A masked part that the vendor hasn't had yet.</summary>
internal sealed record UnreadPart(TransferId Transfer, byte[] WrappedKey, int KeyEpoch, string Name, string Digest, string Recipient);
