using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Release;
using SecureExchange.Gateway.Return;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Server.Api;

/// <summary><c>/v1/agreements/{id}/transfers</c> and <c>/v1/transfers</c>: send, list, fetch, return.</summary>
internal static class TransferApi
{
    internal static void MapTransfers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/agreements/{agreement}/transfers", ListAsync);
        routes.MapMethods("/v1/agreements/{agreement}/transfers/{name?}", ["POST", "PUT"], SendAsync).RequireRateLimiting(WorkLimits.Policy);
        routes.MapGet("/v1/transfers/{id}", FindAsync);
        routes.MapGet("/v1/transfers/{id}/content", FetchAsync);
        routes.MapGet("/v1/transfers/{id}/findings", FindingsAsync);
        routes.MapMethods("/v1/transfers/{id}/returns/{name?}", ["POST", "PUT"], ReturnAsync).RequireRateLimiting(WorkLimits.Policy);
    }

    private static async Task<Results<Ok<TransferPage>, ProblemHttpResult>> ListAsync(
        HttpContext http, ExchangeGateway gateway, string agreement, long after = 0, int limit = 100, bool held = false)
    {
        if (held) return await HeldAsync(http, gateway, agreement);
        if (limit < 1 || after < 0) return Problems.Of(400, "request.malformed", "'after' is at least 0, 'limit' at least 1");
        if (!AgreementId.TryParse(agreement, out var id)) return await NotFoundAsync(http, gateway, Permission.ListTransfers);
        return await gateway.Transfers.ListAsync(http.Caller(), id, after, limit, http.RequestAborted) switch
        {
            TransfersResult.Found found => TypedResults.Ok(Page(http, found)),
            TransfersResult.Denied denied => Problems.Of(http, denied.Refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<Results<Ok<TransferPage>, ProblemHttpResult>> HeldAsync(HttpContext http, ExchangeGateway gateway, string agreement)
    {
        if (!AgreementId.TryParse(agreement, out var id)) return await NotFoundAsync(http, gateway, Permission.ListTransfers);
        return await gateway.Transfers.HeldAsync(http.Caller(), id, http.RequestAborted) switch
        {
            TransfersResult.Found found => TypedResults.Ok(Page(http, found)),
            TransfersResult.Denied denied => Problems.Of(http, denied.Refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<Results<Ok<TransferAnswer>, ProblemHttpResult>> FindAsync(
        HttpContext http, ExchangeGateway gateway, string id)
    {
        if (!TransferId.TryParse(id, out var transfer)) return await NotFoundAsync(http, gateway, Permission.ListTransfers);
        return await gateway.Transfers.FindAsync(http.Caller(), transfer, http.RequestAborted) switch
        {
            TransfersResult.Found found => TypedResults.Ok(Page(http, found).Transfers[0]),
            TransfersResult.Denied denied => Problems.Of(http, denied.Refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<Results<Created<SentAnswer>, Ok<SentAnswer>, ProblemHttpResult>> SendAsync(
        HttpContext http, ExchangeGateway gateway, string agreement, string? name)
    {
        if (!AgreementId.TryParse(agreement, out var id)) return await NotFoundAsync(http, gateway, Permission.SendDispatch);
        var result = await gateway.Dispatches.RunAsync(
            http.Caller(), id, FileName.Of(http.Request, name), http.RequestKey(), http.Request.Body, http.Request.ContentLength, http.RequestAborted);
        switch (result)
        {
            case IntakeResult.Accepted accepted:
                http.Answer(accepted.Logged);
                var state = accepted.IsHeld ? "held" : "published";
                var answer = new SentAnswer(accepted.Transfer.Value, state, accepted.Records, accepted.Logged.ToString())
                {
                    Gates = accepted.GatesNotPassed.Count > 0 ? accepted.GatesNotPassed : null,
                    Fields = accepted.Repeated ? null : [.. accepted.Fields.Select(f => new FieldAnswer(f.Field, f.Transform, f.Count))],
                };
                return accepted.Repeated ? TypedResults.Ok(answer) : TypedResults.Created($"/v1/transfers/{answer.Transfer}", answer);
            case IntakeResult.Refused refused:
                http.Answer(refused.Logged);
                return Problems.Of(http, refused.Fault);
            case IntakeResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            case IntakeResult.InProgress:
                return Problems.InProgress();
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task<Results<Created<SentAnswer>, Ok<SentAnswer>, ProblemHttpResult>> ReturnAsync(
        HttpContext http, ExchangeGateway gateway, string id, string? name)
    {
        if (!TransferId.TryParse(id, out var dispatch)) return await NotFoundAsync(http, gateway, Permission.SendReturn);
        var result = await gateway.Returns.RunAsync(
            http.Caller(), dispatch, FileName.Of(http.Request, name), http.RequestKey(), http.Request.Body, http.Request.ContentLength, http.RequestAborted);
        switch (result)
        {
            case ReturnResult.Accepted accepted:
                http.Answer(accepted.Logged);
                var answer = new SentAnswer(accepted.Transfer.Value, "published", accepted.Records, accepted.Logged.ToString())
                {
                    MissingRows = accepted.MissingRows,
                    AddedColumns = accepted.AddedColumns,
                };
                return accepted.Repeated ? TypedResults.Ok(answer) : TypedResults.Created($"/v1/transfers/{answer.Transfer}", answer);
            case ReturnResult.Quarantined quarantined:
                http.Answer(quarantined.Logged);
                return Quarantined(quarantined);
            case ReturnResult.Refused refused:
                http.Answer(refused.Logged);
                return Problems.Of(http, refused.Fault);
            case ReturnResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            case ReturnResult.InProgress:
                return Problems.InProgress();
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task<IResult> FetchAsync(HttpContext http, ExchangeGateway gateway, string id)
    {
        if (!TransferId.TryParse(id, out var transfer)) return await NotFoundAsync(http, gateway, Permission.FetchMasked);
        switch (await gateway.Fetches.RunAsync(http.Caller(), transfer, RangeOf(http.Request), http.RequestAborted))
        {
            case FetchResult.Ready ready:
                return new ContentResult(ready);
            case FetchResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            case FetchResult.NotForCaller nothing:
                http.Answer(nothing.Logged);
                return Problems.Of(404, "transfer.nothing-for-you", "nothing of this transfer is sealed to your side");
            case FetchResult.Unsatisfiable unsatisfiable:
                http.Response.Headers.ContentRange = $"bytes */{unsatisfiable.Size}";
                return Problems.Of(416, "request.range", "the range lies outside of the content", ("size", unsatisfiable.Size));
            case FetchResult.Damaged damaged:
                http.Answer(damaged.Logged);
                return Problems.Damaged();
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task<IResult> FindingsAsync(HttpContext http, ExchangeGateway gateway, string id)
    {
        if (!TransferId.TryParse(id, out var transfer)) return await NotFoundAsync(http, gateway, Permission.ReadFindings);
        switch (await gateway.Findings.ReadAsync(http.Caller(), transfer, http.RequestAborted))
        {
            case FindingsResult.Found found:
                http.Answer(found.Logged);
                return TypedResults.Bytes(found.Json, "application/json");
            case FindingsResult.None none:
                http.Answer(none.Logged);
                return Problems.Of(404, "transfer.no-findings", "the transfer isn't in quarantine");
            case FindingsResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>One range (RFC 9110 §14.2); several, or one that can't be read, mean the whole, as a server may choose.</summary>
    private static FetchRange? RangeOf(HttpRequest request)
    {
        if (request.GetTypedHeaders() is not { Range: { Unit.Value: "bytes", Ranges.Count: 1 } header } typed) return null;
        // If-Range compares strongly (RFC 9110 §13.1.5), so a weak tag or a date matches nothing here.
        if (typed.IfRange is { EntityTag: null or { IsWeak: true } }) return null;
        var range = header.Ranges.First();
        return new FetchRange(range.From, range.To) { Digest = typed.IfRange?.EntityTag?.Tag.ToString().Trim('"') };
    }

    /// <summary>An id that can't be one answers like one that nobody has, and is logged like it.</summary>
    private static async Task<ProblemHttpResult> NotFoundAsync(HttpContext http, ExchangeGateway gateway, Permission permission) =>
        Problems.Of(http, await gateway.Gate.DenyAsync(http.Caller(), permission, terms: null, DenialReason.NotFound));

    private static ProblemHttpResult Quarantined(ReturnResult.Quarantined quarantined) => Problems.Of(
        422, "return.quarantined",
        "the file doesn't agree with what was sent, so it went into quarantine; the findings say where. Correct it and return it again",
        ("transfer", quarantined.Transfer.Value), ("event", quarantined.Logged.ToString()), ("total", quarantined.Findings?.Total),
        ("findings", quarantined.Findings?.Items.Select(f => new FindingAnswer(ReturnFindings.NameOf(f.Kind), f.Row, f.Field, f.SentRow)).ToList()));

    private static TransferPage Page(HttpContext http, TransfersResult.Found found)
    {
        http.Answer(found.Logged);
        return new TransferPage([.. found.Transfers.Select(Describe)]);
    }

    private static TransferAnswer Describe(Transfer transfer) => new(
        transfer.Id.Value, transfer.Agreement.Value, KindName(transfer.Kind),
        transfer.IsHeld ? "held" : transfer.State == TransferState.Quarantined ? "quarantined" : "published", transfer.ReturnOf?.Value, transfer.Name,
        transfer.Records, transfer.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        $"{transfer.Agreement}/{transfer.Event}", transfer.Sequence);

    private static string KindName(TransferKind kind) => kind switch
    {
        TransferKind.Dispatch => "dispatch",
        TransferKind.Return => "return",
        TransferKind.Records => "records",
    };

    private sealed record TransferPage(IReadOnlyList<TransferAnswer> Transfers);

    private sealed record TransferAnswer(
        string Id, string Agreement, string Kind, string State, string? ReturnOf, string? Name, long Records, string CreatedAt,
        string Event, long Sequence);

    private sealed record FieldAnswer(string Field, string Transform, long Count);

    private sealed record FindingAnswer(string Kind, long Row, string? Field, long? SentRow);

    private sealed record SentAnswer(string Transfer, string State, long Records, string Event)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<FieldAnswer>? Fields { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<string>? Gates { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public long? MissingRows { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? AddedColumns { get; init; }
    }
}
