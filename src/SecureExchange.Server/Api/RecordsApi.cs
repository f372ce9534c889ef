using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Release;

namespace SecureExchange.Server.Api;

/// <summary><c>/v1/agreements/{id}/records</c>: NDJSON in, an answer for each line; sealed batches out.</summary>
internal static class RecordsApi
{
    private const string NdJson = "application/x-ndjson";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    internal static void MapRecords(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/agreements/{agreement}/records", SendAsync).RequireRateLimiting(WorkLimits.Policy);
        routes.MapGet("/v1/agreements/{agreement}/records", FetchAsync);
    }

    private static async Task<IResult> SendAsync(HttpContext http, ExchangeGateway gateway, string agreement)
    {
        var caller = http.Caller();
        if (!AgreementId.TryParse(agreement, out var id))
            return Problems.Of(http, await gateway.Gate.DenyAsync(caller, Permission.SendRecords, terms: null, DenialReason.NotFound));
        using var lines = new RecordLines(http.Request.Body);
        await using var answers = gateway.Records.RunAsync(caller, id, http.RequestKey(), lines, http.RequestAborted)
            .GetAsyncEnumerator(http.RequestAborted);
        if (!await answers.MoveNextAsync()) return Problems.Of(422, "records.empty", "the request has no records: one JSON object on each line");
        switch (answers.Current)
        {
            case RecordsAnswer.Denied denied:
                return Problems.Of(http, denied.Refusal);
            case RecordsAnswer.InProgress:
                return Problems.InProgress();
            case RecordsAnswer.WrongFormat wrong:
                http.Answer(wrong.Logged);
                return Problems.Of(422, "records.wrong-format", "the agreement's masking profile is for CSV files; send a file instead");
            case RecordsAnswer.Refused refused:
                http.Answer(refused.Logged);
                return Problems.Of(http, refused.Fault);
            case RecordsAnswer.Batch { Logged: { } logged }:
                http.Answer(logged); // Of the first batch; each line names its own.
                break;
        }

        http.Response.ContentType = NdJson;
        do
        {
            // A later batch may be refused as a whole, or find its key in use: what was answered before it stands.
            if (answers.Current is RecordsAnswer.Refused refused)
                await WriteLineAsync(http, new RecordLine(0, "refused", null, refused.Logged.ToString(), refused.Fault.Code, refused.Fault.Message, null));
            if (answers.Current is RecordsAnswer.InProgress)
                await WriteLineAsync(http, new RecordLine(0, "refused", null, null, "request.in-progress", "an earlier request with this key is still running", null));
            if (answers.Current is RecordsAnswer.Denied { Refusal: var denied })
                await WriteLineAsync(http, new RecordLine(0, "refused", null, denied.Logged.ToString(), Problems.CodeOf(denied.Reason), PermissionText.Of(denied.Reason), null));
            if (answers.Current is not RecordsAnswer.Batch batch) break;
            foreach (var verdict in batch.Verdicts) await WriteLineAsync(http, Describe(verdict, batch));
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
        while (await answers.MoveNextAsync());
        return TypedResults.Empty;
    }

    private static async Task<IResult> FetchAsync(
        HttpContext http, ExchangeGateway gateway, string agreement, long after = 0, bool clear = false)
    {
        var caller = http.Caller();
        if (!AgreementId.TryParse(agreement, out var id))
            return Problems.Of(http, await gateway.Gate.DenyAsync(caller, Permission.FetchMasked, terms: null, DenialReason.NotFound));
        switch (await gateway.RecordsDesk.RunAsync(caller, id, after, clear, http.RequestAborted))
        {
            case RecordsResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            case RecordsResult.NoCustody none:
                http.Answer(none.Logged);
                return Problems.NoCustody();
            case RecordsResult.Ready ready:
                http.Answer(ready.Logged);
                http.Response.ContentType = NdJson;
                http.Response.Headers.CacheControl = "no-store";
                try
                {
                    await foreach (var batch in ready.ReadAsync(http.RequestAborted)) await WriteLineAsync(http, Describe(batch, clear));
                }
                catch (ReleaseStoppedException) when (http.Response.HasStarted)
                {
                    http.Abort(); // The end of the answer is missing, and the receiver sees that it is.
                }

                return TypedResults.Empty;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static BatchLine Describe(RecordBatch batch, bool clear) => clear
        ? new BatchLine(batch.Transfer.Sequence, batch.Transfer.Id.Value, batch.Transfer.Records, null, Encoding.UTF8.GetString(batch.Content.Span))
        : new BatchLine(batch.Transfer.Sequence, batch.Transfer.Id.Value, batch.Transfer.Records, Convert.ToBase64String(batch.Content.Span), null);

    private static RecordLine Describe(RecordVerdict verdict, RecordsAnswer.Batch batch) => verdict.Fault is { } fault
        ? new RecordLine(verdict.Line, "refused", null, null, fault.Code, fault.Message, fault.Field)
        : verdict.Record is null ? new RecordLine(verdict.Line, "left-out", null, null, null, null, null)
        : new RecordLine(verdict.Line, "taken", verdict.Record, batch.Logged?.ToString(), null, null, null);

    private static async Task WriteLineAsync<T>(HttpContext http, T line)
    {
        var json = new ArrayBufferWriter<byte>();
        await using (var writer = new Utf8JsonWriter(json)) JsonSerializer.Serialize(writer, line, s_json);
        json.Write("\n"u8);
        await http.Response.Body.WriteAsync(json.WrittenMemory, http.RequestAborted);
    }

    private sealed record RecordLine(
        long Line, string Status, string? Record, string? Event, string? Code, string? Detail, string? Field);

    /// <summary>A batch: <c>message</c> is an OpenPGP message in base64, <c>records</c> in clear where custody allows.</summary>
    private sealed record BatchLine(long Sequence, string Transfer, long Count, string? Message, string? Records);
}
