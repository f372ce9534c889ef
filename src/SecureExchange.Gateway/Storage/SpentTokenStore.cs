using System.Security.Cryptography;
using System.Text;
using Dapper;

namespace SecureExchange.Gateway.Storage;

/// <summary>Which assertions and sign-in links have been used: each is good once, also after a restart.</summary>
public sealed class SpentTokenStore(Database database, TimeProvider clock)
{
    /// <summary>Uses one up.</summary>
    /// <param name="issuer">Whose it is.</param>
    /// <param name="id">Its <c>jti</c>.</param>
    /// <param name="expires">When it expires by itself, and may be forgotten.</param>
    /// <param name="ct">Cancels it.</param>
    /// <returns>False where it has been used before.</returns>
    public async Task<bool> SpendAsync(string issuer, string id, DateTimeOffset expires, CancellationToken ct)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{id}")));
        await using var connection = await database.ConnectAsync(ct);
        await connection.ExecuteAsync("DELETE FROM spent_token WHERE expires < @now", new { now = clock.GetUtcNow().ToUnixTimeSeconds() });
        return await connection.ExecuteAsync(
            "INSERT INTO spent_token (id, expires) VALUES (@digest, @expires) ON CONFLICT DO NOTHING",
            new { digest, expires = expires.ToUnixTimeSeconds() }) == 1;
    }
}
