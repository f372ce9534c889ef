using Dapper;
using SecureExchange.Access;

namespace SecureExchange.Gateway.Storage;

/// <summary>Which steps the database has, whatever they are steps of.</summary>
internal sealed class StepStore(Database database)
{
    private const string Steps =
        """
        SELECT id, event FROM agreement_step WHERE agreement = @id
        UNION ALL SELECT id, event FROM certificate_step WHERE agreement = @id
        UNION ALL SELECT id, event FROM reveal_step WHERE agreement = @id
        UNION ALL SELECT id, event FROM reseal WHERE agreement = @id
        """;

    /// <summary>The ids of all of an agreement's steps. One that is in the log and not yet known to have happened is among them.</summary>
    internal async Task<IReadOnlyList<string>> KnownAsync(AgreementId id, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return [.. await connection.QueryAsync<string>($"SELECT id FROM ({Steps})", new { id = id.Value })];
    }

    /// <summary>How many of an agreement's steps have their event before a place in its log.</summary>
    internal async Task<long> CountAsync(AgreementId id, long before, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return await connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM ({Steps}) WHERE event < @before", new { id = id.Value, before });
    }
}
