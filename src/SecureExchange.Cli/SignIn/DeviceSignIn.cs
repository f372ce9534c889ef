using System.Text.Json;

namespace SecureExchange.Cli.SignIn;

/// <summary>Signs a person in who has a browser somewhere: the device flow (RFC 8628), with the person's own provider.</summary>
internal static class DeviceSignIn
{
    private const int MaxBytes = 1 << 20;

    internal static async Task<Login> RunAsync(Provider provider, CancellationToken ct)
    {
        using var http = Http();
        var document = await DiscoverAsync(http, provider, ct);
        var (asked, device) = await PostAsync(http, Endpoint(document, "device_authorization_endpoint", provider), Fields(provider, ("scope", provider.Scope)), ct);
        if (!asked) throw Refused(provider, device);
        var page = device.TryGetProperty("verification_uri_complete", out var whole) ? whole.GetString()! : device.GetProperty("verification_uri").GetString()!;
        Terminal.Say($"open {page} in a browser, and confirm the code {device.GetProperty("user_code").GetString()}");
        Terminal.Say($"you sign in with {new Uri(provider.Authority).Authority}; if somebody else told you to do this, stop here");
        var pause = TimeSpan.FromSeconds(device.TryGetProperty("interval", out var interval) ? interval.GetInt32() : 5);
        var end = TimeProvider.System.GetUtcNow().AddSeconds(device.GetProperty("expires_in").GetInt32());
        while (TimeProvider.System.GetUtcNow() < end)
        {
            await Task.Delay(pause, ct);
            var (granted, answer) = await PostAsync(
                http, Endpoint(document, "token_endpoint", provider),
                Fields(provider, ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", device.GetProperty("device_code").GetString()!)), ct);
            if (granted) return TokenAnswer.Read(answer) with { Provider = provider };
            switch (Error(answer))
            {
                case "authorization_pending":
                    break;
                case "slow_down":
                    pause += TimeSpan.FromSeconds(5); // RFC 8628 §3.5
                    break;
                default:
                    throw Refused(provider, answer);
            }
        }

        throw new CliException(Terminal.Refused, "nobody confirmed the code in time; start again with sx login");
    }

    /// <summary>The next token, by the refresh token; the provider may have changed that one too.</summary>
    internal static async Task<Login> RefreshAsync(Login login, CancellationToken ct)
    {
        var provider = login.Provider!;
        using var http = Http();
        var document = await DiscoverAsync(http, provider, ct);
        var (granted, answer) = await PostAsync(
            http, Endpoint(document, "token_endpoint", provider),
            Fields(provider, ("grant_type", "refresh_token"), ("refresh_token", login.RefreshToken!)), ct);
        if (!granted) throw Refused(provider, answer);
        var next = TokenAnswer.Read(answer);
        return next with { Provider = provider, RefreshToken = next.RefreshToken ?? login.RefreshToken };
    }

    /// <summary>Tells the provider that the refresh token is wanted no more (RFC 7009), where it listens.</summary>
    internal static async Task RevokeAsync(Login login, CancellationToken ct)
    {
        var provider = login.Provider!;
        using var http = Http();
        var document = await DiscoverAsync(http, provider, ct);
        if (!document.TryGetProperty("revocation_endpoint", out _)) return;
        await PostAsync(
            http, Endpoint(document, "revocation_endpoint", provider),
            Fields(provider, ("token", login.RefreshToken!), ("token_type_hint", "refresh_token")), ct);
    }

    private static HttpClient Http() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(30),
        MaxResponseContentBufferSize = MaxBytes,
    };

    private static async Task<JsonElement> DiscoverAsync(HttpClient http, Provider provider, CancellationToken ct)
    {
        var address = Safe(provider.Authority.TrimEnd('/') + "/.well-known/openid-configuration", provider);
        using var answer = await http.GetAsync(address, ct);
        if (!answer.IsSuccessStatusCode)
            throw new CliException(Terminal.Unreachable, $"{provider.Name}: the identity provider answers {(int)answer.StatusCode}; ask the gateway's operator");
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(ct));
    }

    private static Uri Endpoint(JsonElement document, string name, Provider provider) =>
        document.TryGetProperty(name, out var endpoint) && endpoint.GetString() is { } text
            ? Safe(text, provider)
            : throw new CliException(Terminal.Refused, $"{provider.Name}: the identity provider has no {name}");

    /// <summary>What gets tokens goes over HTTPS, but for a provider on this machine.</summary>
    private static Uri Safe(string text, Provider provider) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback))
            ? uri
            : throw new CliException(Terminal.Refused, $"{provider.Name}: the identity provider isn't reached over https");

    private static Dictionary<string, string> Fields(Provider provider, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var fields = new Dictionary<string, string> { ["client_id"] = provider.ClientId };
        if (provider.Resource is { } resource) fields["resource"] = resource;
        foreach (var (name, value) in more) fields[name] = value;
        return fields;
    }

    private static async Task<(bool Granted, JsonElement Answer)> PostAsync(HttpClient http, Uri endpoint, Dictionary<string, string> fields, CancellationToken ct)
    {
        using var answer = await http.PostAsync(endpoint, new FormUrlEncodedContent(fields), ct);
        var body = await answer.Content.ReadAsStringAsync(ct);
        return (answer.IsSuccessStatusCode, body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body));
    }

    private static string Error(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("error", out var error) ? error.GetString() ?? "" : "";

    private static CliException Refused(Provider provider, JsonElement answer) => new(Terminal.Refused, Error(answer) switch
    {
        "access_denied" => "the sign-in was denied in the browser",
        "expired_token" => "nobody confirmed the code in time; start again with sx login",
        "invalid_grant" => "the sign-in has ended; sign in again with sx login",
        "" => $"{provider.Name}: the identity provider said no, without a reason",
        var error => $"{provider.Name}: the identity provider said no ({error})",
    });
}
