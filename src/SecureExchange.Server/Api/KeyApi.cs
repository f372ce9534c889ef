using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Server.Api;

/// <summary><c>/v1/keys</c>: which keys the gateway has, and rotating them. No key passes here.</summary>
internal static class KeyApi
{
    private const int MaxBody = 1024;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    internal static void MapKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/keys", ListAsync);
        routes.MapPost("/v1/keys/rotations", RotateAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ExchangeGateway gateway) =>
        Answer(http, await gateway.Keys.ListAsync(http.Caller(), http.RequestAborted));

    private static async Task<IResult> RotateAsync(HttpContext http, ExchangeGateway gateway)
    {
        var buffer = new byte[MaxBody + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        var (kind, agreement, client) = Read(buffer.AsSpan(0, length));
        return Answer(http, client is { } party
            ? await gateway.Keys.RotateClientAsync(http.Caller(), party, http.RequestAborted)
            : await gateway.Keys.RotateAsync(http.Caller(), kind, agreement, http.RequestAborted));
    }

    private static (KeyKind Kind, AgreementId? Agreement, PartyId? Client) Read(ReadOnlySpan<byte> body)
    {
        try
        {
            if (body.Length <= MaxBody && JsonSerializer.Deserialize<RotationRequest>(body, s_json) is { } request
                && (request.Key == "agreement") == (request.Agreement is not null) && (request.Key == "log") == (request.Log is not null)
                && (request.Key == "client") == (request.Client is not null))
            {
                AgreementId? agreement = AgreementId.TryParse(request.Agreement, out var id) ? id : null;
                switch (request.Key)
                {
                    case "root": return (KeyKind.Root, null, null);
                    case "gateway": return (KeyKind.Gateway, null, null);
                    case "caller-tags": return (KeyKind.CallerTags, null, null);
                    case "client" when PartyId.TryParse(request.Client, out var party): return (KeyKind.Client, null, party);
                    case "agreement": return (KeyKind.Agreement, agreement, null);
                    case "log" when request.Log == LogName.Gateway.Value: return (KeyKind.Log, null, null);
                    case "log" when AgreementId.TryParse(request.Log, out var ofLog): return (KeyKind.Log, ofLog, null);
                }
            }
        }
        catch (JsonException)
        {
            // As below.
        }

        throw new MalformedRequestException("""the body is {"key":"root"}, {"key":"gateway"}, {"key":"caller-tags"}, {"key":"agreement","agreement":"…"}, {"key":"client","client":"…"} or {"key":"log","log":"…"}""");
    }

    private static IResult Answer(HttpContext http, KeysResult result)
    {
        switch (result)
        {
            case KeysResult.Listed listed:
                http.Answer(listed.Logged);
                return TypedResults.Ok(new KeyPage([.. listed.Keys.Select(key => new KeyItem(
                    key.Purpose, key.Epoch, key.Use.ToString().ToLowerInvariant(),
                    key.Since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), key.Place))]));
            case KeysResult.Rotated rotated:
                http.Answer(rotated.Logged);
                return TypedResults.Ok(new RotationAnswer(rotated.Epoch, rotated.Logged.ToString()));
            case KeysResult.Erased:
                return Problems.Of(409, "keys.erased", "the agreement was erased: its key is destroyed, and there is none to rotate");
            case KeysResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private sealed record RotationRequest(string? Key, string? Agreement, string? Client, string? Log);

    private sealed record KeyPage(IReadOnlyList<KeyItem> Keys);

    private sealed record KeyItem(string Purpose, int Epoch, string Use, string Since, string? Place);

    private sealed record RotationAnswer(int Epoch, string Event);
}
