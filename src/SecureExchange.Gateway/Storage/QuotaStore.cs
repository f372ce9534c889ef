using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Intake;

namespace SecureExchange.Gateway.Storage;

/// <summary>How much each party may send, and how much it has sent.</summary>
/// <remarks>An upload reserves before it takes: what it announces at once, the rest in slices as it comes. Each look and what follows
/// from it are one transaction, and SQLite has one writer, so uploads that race for the last bytes can't both have them. What is
/// reserved stands in the transfer's row: when that is forgotten, after a failure or a crash, so is the reservation.</remarks>
/// <param name="database">Where it is counted.</param>
/// <param name="ofParty">What the operator allows a party over all its agreements.</param>
/// <param name="ofAgreement">What the operator allows a party under each agreement; the agreement may allow less.</param>
/// <param name="clock">Says which hours count.</param>
public sealed class QuotaStore(Database database, QuotaTerms ofParty, QuotaTerms ofAgreement, TimeProvider clock)
{
    private const long LeastSlice = 1 << 20;
    private const long MostSlice = 64 << 20;
    private const long HourInMilliseconds = 3_600_000;

    private readonly ConcurrentDictionary<(QuotaLimit, QuotaScope), long> _refusals = new();

    /// <summary>How many uploads were refused since the start, by limit.</summary>
    public IReadOnlyDictionary<(QuotaLimit Limit, QuotaScope Of), long> Refusals => _refusals;

    /// <summary>Wants room for a transfer that begins.</summary>
    /// <param name="connection">Where the transfer is noted,</param>
    /// <param name="transaction">at the same time.</param>
    /// <param name="transfer">The transfer.</param>
    /// <exception cref="TransferFaultException">There is none.</exception>
    internal async Task RequireAsync(SqliteConnection connection, DbTransaction transaction, NewTransfer transfer)
    {
        var quotas = new Quotas(transfer.Grant.Caller.Party, transfer.Grant.Agreement, ofParty, ofAgreement.And(transfer.Quota));
        // Of a length that isn't known one byte is: where there is no room for that, nothing needs to be read.
        var bytes = Math.Max(1, transfer.Announced ?? 1);
        await RequireAsync(connection, transaction, quotas, own: 0, new QuotaDemand(bytes, 1, bytes));
    }

    /// <summary>Reserves more for a transfer that is on its way.</summary>
    /// <param name="grant">Whose.</param>
    /// <param name="terms">What the agreement allows.</param>
    /// <param name="id">Which transfer.</param>
    /// <param name="reserved">What it has reserved.</param>
    /// <param name="bytes">What it needs at least.</param>
    /// <returns>What it has reserved now.</returns>
    /// <exception cref="TransferFaultException">There isn't so much.</exception>
    internal async Task<long> ReserveAsync(Grant grant, QuotaTerms terms, TransferId id, long reserved, long bytes)
    {
        var quotas = new Quotas(grant.Caller.Party, grant.Agreement, ofParty, ofAgreement.And(terms));
        if (quotas.AreNone) return long.MaxValue;
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        var room = await RequireAsync(connection, transaction, quotas, own: reserved, new QuotaDemand(bytes, 0, bytes));
        var received = Math.Max(bytes, Math.Min(room, reserved + Math.Clamp(reserved, LeastSlice, MostSlice)));
        await connection.ExecuteAsync("UPDATE transfer SET received = @received WHERE id = @id", new { id = id.Value, received }, transaction);
        await transaction.CommitAsync();
        return received;
    }

    /// <summary>Wants room in the store for the parts of a transfer, in place of what was reserved for it.</summary>
    /// <exception cref="TransferFaultException">There is none.</exception>
    internal async Task RequireStoredAsync(
        SqliteConnection connection, DbTransaction transaction, Grant grant, QuotaTerms terms, TransferId id, IReadOnlyList<SealedPart> parts)
    {
        var quotas = new Quotas(grant.Caller.Party, grant.Agreement, ofParty, ofAgreement.And(terms));
        if (quotas.AreNone) return;
        var reserved = await connection.ExecuteScalarAsync<long>("SELECT received FROM transfer WHERE id = @id", new { id = id.Value }, transaction);
        await RequireAsync(connection, transaction, quotas, own: reserved, new QuotaDemand(0, 0, parts.Sum(part => part.Size)));
    }

    /// <summary>How much of its quotas a party has used up: of the operator's over all its agreements, and of those under one.</summary>
    /// <param name="grant">Whose. An auditor sends nothing, so it has none.</param>
    /// <param name="terms">What the agreement allows.</param>
    /// <param name="ct">The connection.</param>
    public async Task<IReadOnlyList<QuotaStanding>> StandingsAsync(Grant grant, QuotaTerms terms, CancellationToken ct)
    {
        grant.Require(Permission.ReadAgreement);
        if (grant.Terms!.RelationOf(grant.Caller.Party) is not (Relation.Client or Relation.Vendor)) return [];
        var (quotas, now) = (new Quotas(grant.Caller.Party, grant.Agreement, ofParty, ofAgreement.And(terms)), clock.GetUtcNow());
        if (quotas.AreNone) return [];
        await using var connection = await database.ConnectAsync(ct);
        var underAgreement = await UseAsync(connection, transaction: null, quotas.Party, quotas.Agreement.Value, now);
        var overAll = await UseAsync(connection, transaction: null, quotas.Party, agreement: null, now);
        return [.. overAll.Standings(quotas.OfParty, QuotaScope.Party), .. underAgreement.Standings(quotas.OfAgreement, QuotaScope.Agreement)];
    }

    /// <returns>How many bytes there is room for, with what is the upload's own.</returns>
    private async Task<long> RequireAsync(SqliteConnection connection, DbTransaction transaction, Quotas quotas, long own, QuotaDemand upload)
    {
        var room = long.MaxValue;
        var now = clock.GetUtcNow();
        foreach (var (scope, terms, agreement) in ((QuotaScope, QuotaTerms, string?)[])
            [(QuotaScope.Agreement, quotas.OfAgreement, quotas.Agreement.Value), (QuotaScope.Party, quotas.OfParty, null)])
        {
            if (terms.IsNone) continue;
            var use = await UseAsync(connection, transaction, quotas.Party, agreement, now) with { Own = own };
            if (use.Exceeded(terms, scope, upload, now) is { } excess)
            {
                _refusals.AddOrUpdate((excess.Limit, scope), 1, (_, count) => count + 1);
                throw new TransferFaultException(excess.ToFault());
            }

            room = Math.Min(room, use.Room(terms));
        }

        return room;
    }

    private static async Task<QuotaUse> UseAsync(SqliteConnection connection, DbTransaction? transaction, PartyId party, string? agreement, DateTimeOffset now)
    {
        var from = (now.ToUnixTimeMilliseconds() / HourInMilliseconds) - QuotaUse.HoursOfDay + 1;
        var hours = await connection.QueryAsync<(long Hour, long Bytes, long Transfers)>(
            """
            SELECT hour, sum(bytes), sum(transfers) FROM sent
            WHERE party = @party AND (@agreement IS NULL OR agreement = @agreement) AND hour >= @from GROUP BY hour ORDER BY hour
            """,
            new { party = party.Value, agreement, from }, transaction);
        var stored = await connection.ExecuteScalarAsync<long>(
            """
            SELECT coalesce((SELECT sum(bytes) FROM stored WHERE party = @party AND (@agreement IS NULL OR agreement = @agreement)), 0)
                + coalesce((SELECT sum(received) FROM transfer
                    WHERE state < 3 AND state = @receiving AND party = @party AND (@agreement IS NULL OR agreement = @agreement)), 0)
            """,
            new { party = party.Value, agreement, receiving = TransferState.Receiving }, transaction);
        return new QuotaUse([.. hours.Select(h => new HourOfUse(h.Hour, h.Bytes, h.Transfers))], stored, Own: 0);
    }

    /// <summary>Whose, and how much.</summary>
    private sealed record Quotas(PartyId Party, AgreementId Agreement, QuotaTerms OfParty, QuotaTerms OfAgreement)
    {
        internal bool AreNone => OfParty.IsNone && OfAgreement.IsNone;
    }
}
