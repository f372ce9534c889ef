using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Keys;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Gateway.Storage;

/// <summary>The agreements, and the keys under which their work is.</summary>
public sealed class AgreementStore(Database database, KeyRing keys)
{
    /// <summary>Parsed documents. An agreement's text never changes, so nothing here gets old.</summary>
    private readonly ConcurrentDictionary<AgreementId, Agreement> _parsed = new();

    /// <summary>An agreement's terms: only for asking <see cref="AccessPolicy"/>.</summary>
    public async Task<AgreementTerms?> TermsAsync(AgreementId id, CancellationToken ct) => (await FindAsync(id, ct))?.Terms;

    /// <summary>All agreements.</summary>
    internal async Task<IReadOnlyList<AgreementId>> AllAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var ids = await connection.QueryAsync<string>("SELECT id FROM agreement WHERE event IS NOT NULL ORDER BY id");
        return [.. ids.Select(text => AgreementId.TryParse(text, out var id) ? id : throw new InvalidDataException("agreement.id"))];
    }

    /// <summary>Whose cosignatures an agreement asks for before content leaves.</summary>
    internal async Task<TrustPolicy?> WitnessesAsync(AgreementId id) => (await FindAsync(id, CancellationToken.None))?.Witnesses;

    /// <summary>The grant's agreement.</summary>
    public async Task<Agreement> LoadAsync(Grant grant, CancellationToken ct) =>
        await FindAsync(grant.Agreement, ct) ?? throw new InvalidOperationException("a grant under an agreement that isn't there");

    /// <summary>The agreements in which a party has a part.</summary>
    public async Task<IReadOnlyList<AgreementTerms>> OfPartyAsync(PartyId party, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var ids = await connection.QueryAsync<string>(
            """
            SELECT agreement.id FROM agreement_party JOIN agreement ON agreement.id = agreement
            WHERE party = @party AND event IS NOT NULL ORDER BY agreement.id
            """,
            new { party = party.Value });
        var found = new List<AgreementTerms>();
        foreach (var text in ids)
        {
            if (AgreementId.TryParse(text, out var id) && await TermsAsync(id, ct) is { } terms) found.Add(terms);
        }

        return found;
    }

    /// <summary>Notes a new agreement with a key of its own. It isn't there until <see cref="PublishAsync"/>.</summary>
    /// <returns>False where the client has an agreement of this name already.</returns>
    internal async Task<bool> BeginAsync(Grant grant, Agreement agreement, string document, DateTimeOffset now, CancellationToken ct)
    {
        grant.Require(Permission.CreateAgreement);
        var terms = agreement.Terms;
        await using var connection = await database.ConnectAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        try
        {
            await connection.ExecuteAsync(
                """
                DELETE FROM agreement_party WHERE agreement IN (SELECT id FROM agreement WHERE id = @id AND event IS NULL);
                DELETE FROM agreement WHERE id = @id AND event IS NULL;
                INSERT INTO agreement (id, client, vendor, version, document, wrapped_key, created_at)
                VALUES (@id, @client, @vendor, @version, @document, @wrappedKey, @createdAt)
                """,
                new
                {
                    id = terms.Id.Value,
                    client = terms.Client.Value,
                    vendor = terms.Vendor.Value,
                    version = terms.Version,
                    document,
                    wrappedKey = keys.NewAgreementKey(terms.Id),
                    createdAt = now.ToUnixTimeMilliseconds(),
                }, transaction);
            await connection.ExecuteAsync(
                "INSERT INTO agreement_party (agreement, party) VALUES (@id, @party)",
                terms.Auditors.Append(terms.Client).Append(terms.Vendor).Distinct()
                    .Select(party => new { id = terms.Id.Value, party = party.Value }), transaction);
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == 1555) // SQLITE_CONSTRAINT_PRIMARYKEY
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Lets a new agreement be there. Wants the logged event.</summary>
    internal async Task PublishAsync(AgreementId id, string version, LoggedEvent logged)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            "UPDATE agreement SET event = @index WHERE id = @id AND version = @version AND event IS NULL",
            new { id = id.Value, version, index = logged.Index });
    }

    /// <summary>Agreements whose making a crash or an outage interrupted.</summary>
    internal async Task<IReadOnlyList<(AgreementId Id, string Version)>> UnsettledAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(string Id, string Version)>("SELECT id, version FROM agreement WHERE event IS NULL");
        return [.. rows.Select(row => AgreementId.TryParse(row.Id, out var id)
            ? (id, row.Version)
            : throw new InvalidDataException("agreement.id"))];
    }

    /// <summary>The last event of a log that the database knows to have happened; null where it knows none.</summary>
    internal async Task<long?> LastEventAsync(AgreementId id, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return await connection.ExecuteScalarAsync<long?>(
            """
            SELECT max(event) FROM (SELECT event FROM agreement WHERE id = @id
                UNION ALL SELECT event FROM transfer WHERE agreement = @id)
            """,
            new { id = id.Value });
    }

    /// <summary>Opens the key of the grant's agreement.</summary>
    internal async Task<AgreementKey> OpenKeyAsync(Grant grant, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var wrapped = await connection.QuerySingleAsync<byte[]>(
            "SELECT wrapped_key FROM agreement WHERE id = @id", new { id = grant.Agreement.Value });
        return keys.OpenAgreementKey(grant.Agreement, wrapped);
    }

    private async Task<Agreement?> FindAsync(AgreementId id, CancellationToken ct)
    {
        // Asked each time, also for what is in memory: how long the answer takes must not tell which ids there are.
        await using var connection = await database.ConnectAsync(ct);
        var isThere = await connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM agreement WHERE id = @id AND event IS NOT NULL", new { id = id.Value }) > 0;
        if (!isThere) return null;
        if (_parsed.TryGetValue(id, out var parsed)) return parsed;
        var document = await connection.QuerySingleAsync<string>("SELECT document FROM agreement WHERE id = @id", new { id = id.Value });
        return _parsed[id] = Agreement.Parse(document);
    }
}
