using System.Buffers.Text;
using System.Text.Json;

namespace SecureExchange.Server.Identity;

/// <summary>What a compact JWT claims to be, before anything of it is believed.</summary>
/// <remarks>Looks before a library does, so that no two readers can differ: of members that are there twice one reader
/// takes the first and another the last, and a header can name a key of the attacker's choice (RFC 8725 §3.1, §3.10).</remarks>
internal sealed class TokenShape
{
    /// <summary>Real ones have up to 4 KiB; Entra ID's groups make some of 8.</summary>
    internal const int MaxLength = 12 * 1024;

    private const int MaxDepth = 8;

    /// <summary>Header members that bring a key, a rule or another token with them.</summary>
    private static readonly string[] s_refused = ["crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc", "cty", "epk", "p2c", "p2s"];

    /// <summary>Claims that ID tokens have and access tokens don't: an ID token tells a client who signed in, and isn't for us.</summary>
    private static readonly string[] s_idTokens = ["at_hash", "c_hash", "nonce"];

    private readonly JsonElement _payload;

    private TokenShape(string token, JsonElement header, JsonElement payload)
    {
        Token = token;
        _payload = payload;
        Algorithm = Text(header, "alg") ?? "";
        KeyId = Text(header, "kid");
        Type = Text(header, "typ");
        Issuer = Text(payload, "iss") ?? "";
    }

    /// <summary>The token itself.</summary>
    internal string Token { get; }

    internal string Algorithm { get; }

    internal string? KeyId { get; }

    internal string? Type { get; }

    internal string Issuer { get; }

    /// <summary>A claim that is one text; null where it's absent or anything else.</summary>
    internal string? Claim(string name) => Text(_payload, name);

    /// <summary>A claim that is a text or a list of texts; empty where it's absent, null where it's anything else.</summary>
    internal IReadOnlyList<string>? Claims(string name)
    {
        if (!_payload.TryGetProperty(name, out var value)) return [];
        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array when value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String) =>
                [.. value.EnumerateArray().Select(v => v.GetString()!)],
            _ => null,
        };
    }

    /// <summary>Seconds since 1970; null where there is no such whole number.</summary>
    internal long? Time(string name) =>
        _payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) ? seconds : null;

    /// <summary>Whether it's an access token by its type (RFC 9068 §2.1), or has none.</summary>
    internal bool IsAccessToken =>
        (Type is null || Matches(Type, "JWT") || Matches(Type, "at+jwt") || Matches(Type, "application/at+jwt"))
        && !s_idTokens.Any(name => _payload.TryGetProperty(name, out _));

    /// <summary>Reads the shape.</summary>
    /// <returns>Null where it isn't a signed JWT that has exactly one reading.</returns>
    internal static TokenShape? Read(string token)
    {
        if (token.Length > MaxLength || token.Count(c => c == '.') != 2) return null;
        var parts = token.Split('.');
        if (parts.Any(part => part.Length == 0)) return null;
        if (Json(parts[0]) is not { } header || Json(parts[1]) is not { } payload || Decode(parts[2]) is null) return null;
        if (s_refused.Any(name => header.TryGetProperty(name, out _))) return null;
        foreach (var name in (string[])["alg", "kid", "typ"])
        {
            if (header.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.String) return null;
        }

        var shape = new TokenShape(token, header, payload);
        return shape.Issuer.Length > 0 && shape.KeyId is null or { Length: <= 256 } ? shape : null;
    }

    private static bool Matches(string type, string wanted) => string.Equals(type, wanted, StringComparison.OrdinalIgnoreCase);

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>One JSON object in which no name is there twice, at any depth.</summary>
    private static JsonElement? Json(string part)
    {
        if (Decode(part) is not { } bytes) return null;
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            RequireText(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads every text once: what isn't UTF-8, or half of a surrogate pair, throws here and nowhere later.</summary>
    private static void RequireText(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String) _ = json.GetString();
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray()) RequireText(item);
        }

        if (json.ValueKind != JsonValueKind.Object) return;
        foreach (var member in json.EnumerateObject())
        {
            _ = member.Name;
            RequireText(member.Value);
        }
    }

    /// <summary>Base64url without padding or white space, spelt as it is when it's encoded again.</summary>
    private static byte[]? Decode(string part)
    {
        if (part.AsSpan().ContainsAny("= \t\r\n") || !Base64Url.IsValid(part)) return null;
        var bytes = Base64Url.DecodeFromChars(part);
        return Base64Url.EncodeToString(bytes) == part ? bytes : null;
    }
}
