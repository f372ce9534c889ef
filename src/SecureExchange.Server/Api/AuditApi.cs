using SecureExchange.Gateway;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Audit.Search;

namespace SecureExchange.Server.Api;

/// <summary><c>/v1/audit</c> and <c>/audit</c>: logs, as entries and as C2SP tiles.</summary>
internal static class AuditApi
{
    internal static void MapAudit(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/audit/logs", LogsAsync);
        routes.MapPost("/v1/audit/checks", CheckAsync);
        routes.MapGet("/v1/audit/events", EventsAsync);
        routes.MapGet("/v1/audit/events/{log}/{index:long:min(0)}", EntryAsync);
        routes.MapGet("/v1/audit/events/{log}/{index:long:min(0)}/proof", ProofAsync);
        // Reading tiles makes no event, and who verifies a long log reads thousands.
        routes.MapGet("/audit/gateway/{**path}", (HttpContext http, ExchangeGateway gateway, string path) =>
            ServeAsync(http, gateway, LogName.Gateway, path)).AllowAnonymous().DisableRateLimiting();
        routes.MapGet("/audit/{log}/{**path}", ObjectAsync).DisableRateLimiting();
    }

    private static async Task<IResult> LogsAsync(HttpContext http, ExchangeGateway gateway)
    {
        var logs = await gateway.Audit.LogsAsync(http.Caller(), http.RequestAborted);
        return TypedResults.Ok(new LogPage([.. logs.Select(l => l.Value)]));
    }

    /// <summary>Verifies all of a log now, and its index where it has one. One that was stopped goes on when it is intact.</summary>
    private static async Task<IResult> CheckAsync(HttpContext http, ExchangeGateway gateway, string log)
    {
        var (admission, name) = await gateway.Audit.AdmitRecheckAsync(http.Caller(), log, http.RequestAborted);
        if (admission is not Admission.Admitted { Grant: var grant }) return Problems.Of(http, (Admission.Refused)admission);
        var (logged, finding) = await gateway.Watch.RecheckAsync(grant, name, http.RequestAborted);
        var index = finding is null ? await gateway.IndexWatch.RecheckAsync(grant, name, http.RequestAborted) : null;
        http.Answer(logged);
        return TypedResults.Ok(new CheckAnswer(name.Value, finding is null, finding, index));
    }

    /// <summary>Events by what is asked for in the query, as JSON lines or as a table.</summary>
    private static async Task<IResult> EventsAsync(HttpContext http, ExchangeGateway gateway)
    {
        var query = EventQuery.Read(http.Request);
        return await gateway.Search.RunAsync(http.Caller(), query.Log, query.Filter, query.After, query.Limit, http.RequestAborted) switch
        {
            SearchResult.Found found => new EventsResult(found, query.IsTable),
            SearchResult.Denied denied => Problems.Of(http, denied.Refusal),
            SearchResult.TooManyLogs => Problems.Of(
                400, "audit.too-many-logs", $"you may read more than {AuditSearch.MaxLogs} logs; name the agreement"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<IResult> ProofAsync(HttpContext http, ExchangeGateway gateway, string log, long index)
    {
        var (admission, name) = await gateway.Audit.AdmitAsync(http.Caller(), log, http.RequestAborted);
        if (admission is not Admission.Admitted { Grant: var grant }) return Problems.Of(http, (Admission.Refused)admission);
        var (logged, proof) = await gateway.Audit.ProveAsync(grant, index, http.RequestAborted);
        http.Answer(logged);
        return proof is null ? NoSuchEvent() : TypedResults.Text(proof, "text/plain");
    }

    /// <summary>One entry, as it was logged, to the byte.</summary>
    private static async Task<IResult> EntryAsync(HttpContext http, ExchangeGateway gateway, string log, long index)
    {
        var (admission, name) = await gateway.Audit.AdmitAsync(http.Caller(), log, http.RequestAborted);
        if (admission is not Admission.Admitted { Grant: var grant }) return Problems.Of(http, (Admission.Refused)admission);
        var (logged, entries) = await gateway.Audit.ReadAsync(grant, index, index + 1, http.RequestAborted);
        http.Answer(logged);
        await foreach (var entry in entries) return TypedResults.Bytes(entry.Data, "application/json");
        return NoSuchEvent();
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult NoSuchEvent() =>
        Problems.Of(404, "audit.no-such-event", "the log has no event of this index yet");

    private static async Task<IResult> ObjectAsync(HttpContext http, ExchangeGateway gateway, string log, string path)
    {
        var (admission, name) = await gateway.Audit.AdmitAsync(http.Caller(), log, http.RequestAborted);
        return admission is Admission.Admitted
            ? await ServeAsync(http, gateway, name, path)
            : Problems.Of(http, (Admission.Refused)admission);
    }

    private static async Task<IResult> ServeAsync(HttpContext http, ExchangeGateway gateway, LogName name, string path)
    {
        if (await gateway.Audit.ReadObjectAsync(name, path, http.RequestAborted) is not { } content) return Problems.NotFound();
        var isTile = path.StartsWith("tile/", StringComparison.Ordinal);
        http.Response.Headers.CacheControl = isTile ? "private, max-age=31536000, immutable" : "no-cache";
        return TypedResults.Bytes(content, isTile ? "application/octet-stream" : "text/plain; charset=utf-8");
    }

    private sealed record CheckAnswer(string Log, bool Intact, string? Finding, string? Index);

    private sealed record LogPage(IReadOnlyList<string> Logs);
}
