using System.Text.Json;

namespace SecureExchange.Cli.SignIn;

/// <summary>A successful answer of a token endpoint (RFC 6749 §5.1).</summary>
internal static class TokenAnswer
{
    internal static Login Read(JsonElement answer)
    {
        var seconds = answer.TryGetProperty("expires_in", out var lifetime) && lifetime.TryGetInt64(out var given) ? given : 300;
        return new Login
        {
            AccessToken = answer.GetProperty("access_token").GetString()!,
            Expires = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + seconds,
            RefreshToken = answer.TryGetProperty("refresh_token", out var refresh) ? refresh.GetString() : null,
        };
    }

    /// <summary>The gateway's own answer to a request.</summary>
    internal static async Task<Login> ReadAsync(GatewayClient client, HttpRequestMessage request, CancellationToken ct)
    {
        using var response = await client.SendAsync(request, ct);
        return Read(await JsonSerializer.DeserializeAsync<JsonElement>(await response.Content.ReadAsStreamAsync(ct), cancellationToken: ct));
    }
}
