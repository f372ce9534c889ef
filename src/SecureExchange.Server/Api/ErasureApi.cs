using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Erasure;

namespace SecureExchange.Server.Api;

/// <summary><c>/v1/agreements/{id}/erasures</c> and <c>/hold</c>: destroy, and keep from being destroyed.</summary>
internal static class ErasureApi
{
    /// <summary>A request names at most 1,000 transfers of 26 characters.</summary>
    private const int MaxBody = 64 * 1024;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    internal static void MapErasure(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/agreements/{agreement}/erasures", EraseAsync);
        routes.MapPost("/v1/agreements/{agreement}/hold", (HttpContext http, ExchangeGateway gateway, string agreement) =>
            HoldAsync(http, reason => gateway.Erasures.SetHoldAsync(http.Caller(), Id(agreement), reason, http.RequestAborted)));
        routes.MapDelete("/v1/agreements/{agreement}/hold", (HttpContext http, ExchangeGateway gateway, string agreement) =>
            HoldAsync(http, reason => gateway.Erasures.LiftHoldAsync(http.Caller(), Id(agreement), reason, http.RequestAborted)));
    }

    private static async Task<IResult> EraseAsync(HttpContext http, ExchangeGateway gateway, string agreement)
    {
        var request = await ReadAsync<ErasureRequest>(http);
        switch (await gateway.Erasures.EraseAsync(http.Caller(), Id(agreement), ScopeOf(request), request.DryRun, http.RequestAborted))
        {
            case ErasureResult.Found found:
                http.Answer(found.Logged);
                return TypedResults.Ok(new ErasureAnswer(
                    found.IsErased, found.Transfers.Count, found.Transfers.Sum(t => t.Records), found.Logged.ToString(),
                    [.. found.Transfers.Select(t => new ErasedTransfer(
                        t.Id.Value, t.Kind.ToString().ToLowerInvariant(), t.Records,
                        t.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), t.Rows))]));
            case ErasureResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            case ErasureResult.NotFindable:
                return Problems.Of(
                    422, "erasure.field-not-findable",
                    "rows can be found by the profile's row key and by fields that turn back, outside of arrays; name one of those, or the transfers");
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task<IResult> HoldAsync(HttpContext http, Func<HoldReason, Task<HoldResult>> run)
    {
        if (!HoldReasonNames.TryParse((await ReadAsync<HoldRequest>(http)).Reason, out var reason))
            throw new MalformedRequestException("'reason' is litigation, investigation, regulator or other");
        switch (await run(reason))
        {
            case HoldResult.Done done:
                http.Answer(done.Logged);
                return TypedResults.Ok(new HoldAnswer(done.Logged.ToString()));
            case HoldResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Exactly one of transfers, a value, and everything: what isn't clear isn't destroyed.</summary>
    private static ErasureScope ScopeOf(ErasureRequest request)
    {
        var asked = (request.Transfers is null ? 0 : 1) + (request.Value is null ? 0 : 1) + (request.All ? 1 : 0);
        if (asked != 1 || (request.Field is not null && request.Value is null))
            throw new MalformedRequestException("say one of 'transfers', 'value' (with 'field', or of the row key), and 'all': true");
        if (request.All) return new ErasureScope.Everything();
        if (request.Value is { } value) return new ErasureScope.Value(request.Field, value);
        var ids = new List<TransferId>();
        foreach (var text in request.Transfers!)
            ids.Add(TransferId.TryParse(text, out var id) ? id : throw new MalformedRequestException("'transfers' is a list of transfers' ids"));
        return new ErasureScope.Transfers(ids);
    }

    /// <summary>A value is in the body: URLs are logged by whatever they pass.</summary>
    private static async Task<T> ReadAsync<T>(HttpContext http)
    {
        var buffer = new byte[MaxBody + 1];
        try
        {
            var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
            return length <= MaxBody && JsonSerializer.Deserialize<T>(buffer.AsSpan(0, length), s_json) is { } read
                ? read
                : throw new MalformedRequestException($"the body is a JSON object of at most {MaxBody} bytes");
        }
        catch (JsonException)
        {
            throw new MalformedRequestException("the body isn't a JSON object with the members that this route takes");
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private static AgreementId? Id(string agreement) => AgreementId.TryParse(agreement, out var id) ? id : null;

    private sealed record ErasureRequest(IReadOnlyList<string>? Transfers, string? Field, string? Value, bool All, bool DryRun);

    private sealed record HoldRequest(string? Reason);

    private sealed record ErasureAnswer(bool Erased, int Count, long Records, string Event, IReadOnlyList<ErasedTransfer> Transfers);

    private sealed record ErasedTransfer(string Id, string Kind, long Records, string CreatedAt, IReadOnlyList<long> Rows);

    private sealed record HoldAnswer(string Event);
}
