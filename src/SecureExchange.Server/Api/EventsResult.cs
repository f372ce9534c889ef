using System.Buffers;
using System.Text;
using System.Text.Json;
using SecureExchange.Gateway.Audit.Search;

namespace SecureExchange.Server.Api;

/// <summary>Streams events as JSON lines <c>{"log":…,"index":…,"entry":{…}}</c>, or as a table (RFC 4180).</summary>
internal sealed class EventsResult(SearchResult.Found found, bool isTable) : IResult
{
    private const int FlushAt = 32 * 1024;

    private static readonly string[] s_columns =
        ["at", "kind", "outcome", "caller", "agreement", "agreement_version", "transfer", "field", "record", "code", "reason"];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var ct = httpContext.RequestAborted;
        var response = httpContext.Response;
        if (found.Logged.Count > 0) response.Headers[Answers.AuditEventHeader] = string.Join(", ", found.Logged);
        if (found.Checked.Count > 0) response.Headers["Audit-Index"] = string.Join(", ", found.Checked);
        if (found.Next is { } next) response.Headers["Next-Cursor"] = next.ToString();
        response.Headers.CacheControl = "no-store";
        response.ContentType = isTable ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson";
        if (isTable) response.Headers.ContentDisposition = "attachment; filename=\"audit-events.csv\"";
        // The first event is read before anything is answered: what is wrong with a log is said with a status.
        await using var events = found.ReadAsync(ct).GetAsyncEnumerator(ct);
        var output = new ArrayBufferWriter<byte>(2 * FlushAt);
        var hasMore = await events.MoveNextAsync();
        try
        {
            if (isTable) Write(output, $"log,index,{string.Join(',', s_columns)},entry\r\n");
            for (; hasMore; hasMore = await events.MoveNextAsync())
            {
                if (isTable) WriteRow(output, events.Current);
                else WriteLine(output, events.Current);
                if (output.WrittenCount < FlushAt) continue;
                await response.Body.WriteAsync(output.WrittenMemory, ct);
                output.ResetWrittenCount();
            }

            await response.Body.WriteAsync(output.WrittenMemory, ct);
        }
        catch (Exception e) when (response.HasStarted && e is not OperationCanceledException)
        {
            httpContext.Abort(); // A list that is cut short must not look complete.
            throw;
        }
    }

    /// <summary>Entries are canonical JSON already, and are given as they were logged, to the byte.</summary>
    private static void WriteLine(ArrayBufferWriter<byte> output, FoundEvent one)
    {
        Write(output, $"{{\"log\":\"{one.Log}\",\"index\":{one.Index},\"entry\":");
        output.Write(one.Entry.Span);
        output.Write("}\n"u8);
    }

    private static void WriteRow(ArrayBufferWriter<byte> output, FoundEvent one)
    {
        using var json = JsonDocument.Parse(one.Entry);
        Write(output, $"{one.Log},{one.Index}");
        foreach (var column in s_columns)
        {
            var cell = column == "outcome"
                ? EventOutcomeNames.OfKind(Text(json.RootElement, "kind"))
                : Text(json.RootElement, column);
            Write(output, $",{Cell(cell)}");
        }

        Write(output, $",{Cell(Encoding.UTF8.GetString(one.Entry.Span))}\r\n");
    }

    private static string Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString()! : "";

    /// <summary>A cell that a spreadsheet can't take for a formula, whatever an issuer calls its people or a profile its fields.</summary>
    private static string Cell(string text)
    {
        if (text.Length > 0 && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal)) text = $"'{text}";
        return text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static void Write(ArrayBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);
}
