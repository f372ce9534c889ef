using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Reveal;
using SecureExchange.Masking;

namespace SecureExchange.Server.Api;

/// <summary><c>/v1/reveals</c>: ask to see one cell, decide, look. Values are in the body of one answer, and nowhere else.</summary>
internal static class RevealApi
{
    /// <summary>A masked cell is as long as its value, or a token of it.</summary>
    private const int MaxRequest = 256 * 1024;

    private static readonly JsonSerializerOptions s_strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    internal static void MapReveals(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/reveals", RequestAsync);
        routes.MapGet("/v1/reveals", async (HttpContext http, ExchangeGateway gateway, string agreement) => Answer(
            http, await gateway.Reveals.ListAsync(http.Caller(), AgreementId.TryParse(agreement, out var id) ? id : null, http.RequestAborted)));
        routes.MapGet("/v1/reveals/{reveal}", (HttpContext http, ExchangeGateway gateway, string reveal) =>
            WithIdAsync(http, gateway, Permission.ReadReveals, reveal, id => gateway.Reveals.FindAsync(http.Caller(), id, http.RequestAborted)));
        routes.MapGet("/v1/reveals/{reveal}/text", TextAsync);
        routes.MapPost("/v1/reveals/{reveal}/signature", SignAsync);
        routes.MapPost("/v1/reveals/{reveal}/deny", (HttpContext http, ExchangeGateway gateway, string reveal) =>
            WithIdAsync(http, gateway, Permission.DecideReveal, reveal, id => gateway.Reveals.DenyAsync(http.Caller(), id, http.RequestAborted)));
        routes.MapPost("/v1/reveals/{reveal}/withdraw", (HttpContext http, ExchangeGateway gateway, string reveal) =>
            WithIdAsync(http, gateway, Permission.RequestReveal, reveal, id => gateway.Reveals.WithdrawAsync(http.Caller(), id, http.RequestAborted)));
        routes.MapPost("/v1/reveals/{reveal}/show", (HttpContext http, ExchangeGateway gateway, string reveal) =>
            WithIdAsync(http, gateway, Permission.ShowReveal, reveal, id => gateway.Reveals.ShowAsync(http.Caller(), id, http.RequestAborted)));
        routes.MapGet("/v1/agreements/{agreement}/webhook-key", async (HttpContext http, ExchangeGateway gateway, string agreement) => Answer(
            http, await gateway.Reveals.WebhookKeyAsync(http.Caller(), AgreementId.TryParse(agreement, out var id) ? id : null, http.RequestAborted)));
    }

    private static async Task<IResult> RequestAsync(HttpContext http, ExchangeGateway gateway)
    {
        var buffer = new byte[MaxRequest + 1];
        try
        {
            var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
            if (length > MaxRequest) return Problems.Of(413, "request.too-large", $"a request for a reveal has at most {MaxRequest} bytes");
            if (Read(buffer.AsSpan(0, length)) is not { Transfer: { } transfer, Field: { } field } asked)
                throw new MalformedRequestException("the body has to be a JSON object with transfer, record or rowKey, field, masked (where the field turns back), purpose and ticket, and nothing unknown");
            if (asked.Record is null == asked.RowKey is null) throw new MalformedRequestException("one of 'record' and 'rowKey' says which row");
            if (!TransferId.TryParse(transfer, out var id))
                return Problems.Of(http, await gateway.Gate.DenyAsync(http.Caller(), Permission.RequestReveal, terms: null, DenialReason.NotFound));
            var cell = new ClaimedCell(field, asked.Masked is { } masked ? Encoding.UTF8.GetBytes(masked) : null)
            {
                Row = asked.Record,
                RowKey = asked.RowKey is { } key ? Encoding.UTF8.GetBytes(key) : null,
                MaskedSubject = asked.MaskedSubject is { } subject ? Encoding.UTF8.GetBytes(subject) : null,
            };
            return Answer(http, await gateway.Reveals.RequestAsync(
                http.Caller(), new RevealQuestion(id, cell, asked.Purpose ?? "", asked.Ticket ?? "", asked.BreakGlass), http.RequestAborted));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private static RevealBody? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<RevealBody>(json, s_strict);
        }
        catch (JsonException)
        {
            return null; // Its message quotes what was sent.
        }
    }

    /// <summary>What an approver signs, to the byte.</summary>
    private static async Task<IResult> TextAsync(HttpContext http, ExchangeGateway gateway, string reveal) =>
        await WithIdAsync(http, gateway, Permission.ReadReveals, reveal, id => gateway.Reveals.FindAsync(http.Caller(), id, http.RequestAborted), done =>
            TypedResults.Bytes(RevealText.Canonical(done.View.Request, done.View.Terms.Minutes), "text/plain; charset=utf-8"));

    private static async Task<IResult> SignAsync(HttpContext http, ExchangeGateway gateway, string reveal)
    {
        var buffer = new byte[RevealDesk.MaxSignature + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length > RevealDesk.MaxSignature) return Problems.Of(413, "request.too-large", $"a signature has at most {RevealDesk.MaxSignature} bytes");
        return await WithIdAsync(
            http, gateway, Permission.DecideReveal, reveal, id => gateway.Reveals.SignAsync(http.Caller(), id, buffer.AsMemory(0, length), http.RequestAborted));
    }

    private static async Task<IResult> WithIdAsync(
        HttpContext http, ExchangeGateway gateway, Permission permission, string reveal, Func<RevealId, Task<RevealResult>> ask,
        Func<RevealResult.Done, IResult>? show = null)
    {
        if (!RevealId.TryParse(reveal, out var id))
            return Problems.Of(http, await gateway.Gate.DenyAsync(http.Caller(), permission, terms: null, DenialReason.NotFound));
        return Answer(http, await ask(id), show);
    }

    private static IResult Answer(HttpContext http, RevealResult result, Func<RevealResult.Done, IResult>? show = null)
    {
        http.Response.Headers.CacheControl = "no-store";
        switch (result)
        {
            case RevealResult.Done done:
                http.Answer(done.Logged);
                return show?.Invoke(done) ?? TypedResults.Json(
                    Describe(done.View, done.Logged.ToString()), statusCode: HttpMethods.IsPost(http.Request.Method) ? StatusCodes.Status201Created : StatusCodes.Status200OK);
            case RevealResult.Listed listed:
                http.Answer(listed.Logged);
                return TypedResults.Ok(new RevealPage([.. listed.Views.Select(v => Describe(v, null))]));
            case RevealResult.Shown shown:
                http.Answer(shown.Logged);
                return new ShownResult(shown);
            case RevealResult.WebhookKey key:
                http.Answer(key.Logged);
                return TypedResults.Ok(new KeyAnswer(key.Key, key.Logged.ToString()));
            case RevealResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            case RevealResult.Refused { Fault: var fault } refused:
                http.Answer(refused.Logged);
                return Problems.Of(
                    fault.Code switch { "reveal.wrong-state" or "reveal.agreement-changed" => 409, "reveal.erased" => 410, "reveal.too-many" => 429, _ => 422 }, fault.Code, fault.Message);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static RevealAnswer Describe(RevealView view, string? logged) => new(
        view.Request.Id.Value, view.Request.Agreement.Value, view.Request.Number, view.Request.Transfer.Value, view.Request.Record, view.Request.Field,
        view.Request.Purpose, view.Request.Ticket, view.Request.Caller, view.Request.IsBreakGlass, view.Standing.StateAt(view.Now).ToString().ToLowerInvariant(),
        view.Request.RequestedAt, view.Request.ExpiresAt, view.Standing.Approvers, view.Terms.Approvals, view.Standing.OpenUntil, view.Standing.Shown,
        view.Standing.ReviewDue, view.Standing.IsReviewed, logged);

    /// <summary>Writes the value from bytes that are zeroed behind it, and never through a string.</summary>
    private sealed class ShownResult(RevealResult.Shown shown) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "application/json";
            try
            {
                await using var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter);
                writer.WriteStartObject();
                writer.WriteString("value"u8, shown.Value);
                writer.WriteString("until"u8, shown.Until);
                writer.WriteString("event"u8, shown.Logged.ToString());
                writer.WriteEndObject();
                await writer.FlushAsync(httpContext.RequestAborted);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(shown.Value);
            }
        }
    }

    private sealed record RevealBody(
        string? Transfer, long? Record, string? RowKey, string? Field, string? Masked, string? MaskedSubject, string? Purpose, string? Ticket, bool BreakGlass = false);

    private sealed record RevealPage(IReadOnlyList<RevealAnswer> Reveals);

    private sealed record KeyAnswer(string Key, string Event);

    private sealed record RevealAnswer(
        string Id, string Agreement, int Number, string Transfer, long Record, string Field, string Purpose, string Ticket, string RequestedBy, bool BreakGlass,
        string State, DateTimeOffset RequestedAt, DateTimeOffset ExpiresAt, IReadOnlyList<string> ApprovedBy, int ApprovalsNeeded, DateTimeOffset? OpenUntil,
        int Shown, DateTimeOffset? ReviewDue, bool Reviewed, string? Event);
}
