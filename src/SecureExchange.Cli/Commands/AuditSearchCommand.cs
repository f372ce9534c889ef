using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SecureExchange.Cli.Audit;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx audit search|seen|events</c>: the auditor's questions.</summary>
internal static class AuditSearchCommand
{
    private static Option<string?> Agreement { get; } = new("--agreement", "-a") { Description = "under this agreement (default: all that you may read)" };

    private static Option<string?> Log { get; } = new("--log") { Description = "an agreement's id, or gateway" };

    private static Option<string?> From { get; } = new("--from") { Description = "not before this day or moment, UTC" };

    private static Option<string?> To { get; } = new("--to") { Description = "before this day or moment, UTC" };

    private static Option<string?> Party { get; } = new("--party") { Description = "by somebody of this party" };

    private static Option<string?> Caller { get; } = new("--caller") { Description = "by this caller, as party/caller" };

    private static Option<string[]> Transfer { get; } = new("--transfer") { Description = "about this transfer; may be given again" };

    private static Option<string[]> Record { get; } = new("--record") { Description = "about the record of this number in its transfer, or the transfer as a whole; may be given again" };

    private static Option<string?> Field { get; } = new("--field") { Description = "that name this field" };

    private static Option<string?> Outcome { get; } = new("--outcome") { Description = "done, denied, refused, quarantined or damaged" };

    private static Option<string?> Kind { get; } = new("--kind") { Description = "of this kind, such as content.fetched" };

    private static Option<long?> After { get; } = new("--after") { Description = "only entries after this index; of one log" };

    private static Option<bool> Json { get; } = new("--json") { Description = "one JSON object on each line, with the entry as it was logged" };

    private static Option<bool> Csv { get; } = new("--csv") { Description = "a table for a spreadsheet" };

    private static Option<bool> Count { get; } = new("--count") { Description = "how many of which kind, first and last" };

    private static Option<string?> Output { get; } = new("--output", "-o") { Description = "into this file (default: stdout)" };

    internal static Command CreateSearch() => new Command("search", "find events: by whom, when, about what, with which end")
    {
        Agreement, Log, From, To, Party, Caller, Transfer, Record, Field, Outcome, Kind, Json, Csv, Count, Output,
    }.ForGateway((parsed, client, ct) => RunAsync(parsed, client, seen: null, ct));

    internal static Command CreateSeen()
    {
        var field = new Option<string>("--field") { Description = "the field of the masking profile", Required = true };
        var row = new Option<string?>("--record-file") { Description = "client.admin: of the record whose key is in this file (- : stdin), in whatever transfer it was sent" };
        return new Command("seen", "who has seen a field in clear: fetches of files that show it, and reveals")
        {
            Agreement, field, row, From, To, Party, Caller, Transfer, Record, Json, Csv, Count, Output,
        }.ForGateway(async (parsed, client, ct) =>
        {
            if (parsed.GetValue(row) is not { } file) return await RunAsync(parsed, client, parsed.GetRequiredValue(field), ct);
            if (parsed.GetValue(Agreement) is not { } agreement) throw new CliException(Terminal.Usage, "--record-file wants to know of which --agreement");
            if (parsed.GetValue(Csv) || parsed.GetValue(Count) || parsed.GetValue(Output) is not null || parsed.GetValue(Transfer) is { Length: > 0 } || parsed.GetValue(Record) is { Length: > 0 })
                throw new CliException(Terminal.Usage, "--record-file goes with --from, --to, --party, --caller and --json");
            return await SeenOfRecordAsync(parsed, client, parsed.GetRequiredValue(field), await RecordPlaces.FindAsync(client, agreement, file, ct), ct);
        });
    }

    internal static Command CreateEvents() => new Command("events", "show a log's entries, one JSON object on each line") { Log, After, Output }
        .ForGateway(async (parsed, client, ct) =>
        {
            if (parsed.GetValue(Log) is null) throw new CliException(Terminal.Usage, "which log? name it with --log");
            await StreamAsync(parsed, client, Query(parsed, seen: null), "application/x-ndjson", ct);
            return 0;
        });

    private static async Task<int> RunAsync(ParseResult parsed, GatewayClient client, string? seen, CancellationToken ct)
    {
        var query = Query(parsed, seen);
        if (parsed.GetValue(Csv)) await StreamAsync(parsed, client, query, "text/csv", ct);
        else if (parsed.GetValue(Json)) await StreamAsync(parsed, client, query, "application/x-ndjson", ct);
        else await ShowAsync(client, query, parsed.GetValue(Output), parsed.GetValue(Count), ct);
        return 0;
    }

    /// <summary>Asks transfer by transfer: the record has another number in each.</summary>
    private static async Task<int> SeenOfRecordAsync(ParseResult parsed, GatewayClient client, string field, IReadOnlyList<RecordPlace> places, CancellationToken ct)
    {
        foreach (var place in places)
        {
            Terminal.Say($"{place.Transfer} ({place.Kind}{(place.Rows.Count == 0 ? "" : $", row {string.Join(", ", place.Rows)}")}):");
            var query = Query(parsed, field) + string.Concat(place.Rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"&record={row}")))
                + $"&transfer={Uri.EscapeDataString(place.Transfer)}";
            if (parsed.GetValue(Json)) await StreamAsync(parsed, client, query, "application/x-ndjson", ct);
            else await ShowAsync(client, query, path: null, counted: false, ct);
        }

        if (places.Count == 0) Terminal.Say("no transfer that there is holds this record");
        return 0;
    }

    private static string Query(ParseResult parsed, string? seen)
    {
        var query = new List<string> { "limit=none" };
        void Add(string name, string? value)
        {
            if (value is not null) query.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        Add("agreement", parsed.GetValue(Agreement));
        Add("log", parsed.GetValue(Log));
        Add("from", parsed.GetValue(From));
        Add("to", parsed.GetValue(To));
        Add("party", parsed.GetValue(Party));
        Add("caller", parsed.GetValue(Caller));
        foreach (var transfer in parsed.GetValue(Transfer) ?? []) Add("transfer", transfer);
        foreach (var record in parsed.GetValue(Record) ?? []) Add("record", record);
        Add("field", seen is null ? parsed.GetValue(Field) : null);
        Add("seen", seen);
        Add("outcome", parsed.GetValue(Outcome));
        Add("kind", parsed.GetValue(Kind));
        Add("after", parsed.GetValue(After)?.ToString(CultureInfo.InvariantCulture));
        return string.Join('&', query);
    }

    /// <summary>As the gateway gives it. The bytes aren't touched: entries are what proofs are about.</summary>
    private static async Task StreamAsync(ParseResult parsed, GatewayClient client, string query, string type, CancellationToken ct)
    {
        using var response = await OpenAsync(client, query, type, ct);
        await using var output = parsed.GetValue(Output) is { } path ? File.Create(path) : StandardOutput.Open();
        await response.Content.CopyToAsync(output, ct);
    }

    private static async Task ShowAsync(GatewayClient client, string query, string? path, bool counted, CancellationToken ct)
    {
        await using var file = path is null ? null : new StreamWriter(path);
        void Print(string line)
        {
            if (file is null) Terminal.Print(line);
            else file.WriteLine(Terminal.Plain(line));
        }

        using var response = await OpenAsync(client, query, "application/x-ndjson", ct);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        var counts = new SortedDictionary<string, (long Count, string First, string Last)>(StringComparer.Ordinal);
        var shown = 0L;
        while (await lines.ReadLineAsync(ct) is { } line)
        {
            using var json = JsonDocument.Parse(line);
            var entry = json.RootElement.GetProperty("entry");
            var (at, kind) = (Text(entry, "at"), Text(entry, "kind"));
            if (counted)
            {
                counts[kind] = counts.TryGetValue(kind, out var before) ? (before.Count + 1, before.First, at) : (1, at, at);
            }
            else
            {
                if (shown == 0) Print($"{"AT",-24}  {"KIND",-20}  {"CALLER",-28}  {"EVENT",-28}  ABOUT");
                var place = $"{json.RootElement.GetProperty("log").GetString()}/{json.RootElement.GetProperty("index")}";
                Print($"{at,-24}  {kind,-20}  {Text(entry, "caller"),-28}  {place,-28}  {About(entry)}".TrimEnd());
            }

            shown++;
        }

        if (counted && shown > 0) Print($"{"KIND",-20}  {"COUNT",9}  {"FIRST",-24}  LAST");
        foreach (var (kind, of) in counts) Print($"{kind,-20}  {of.Count,9}  {of.First,-24}  {of.Last}");
        var held = response.Headers.TryGetValues("Audit-Index", out var index) ? string.Join(", ", index) : null;
        Terminal.Say($"{(shown == 1 ? "1 event" : $"{shown} events")}{(held is null ? "" : $"; from an index that was held against the whole log up to {held}")}");
    }

    private static string About(JsonElement entry)
    {
        string[] told = ["transfer", "field", "record", "code", "permission", "reason"];
        return string.Join(' ', told.Select(name => Text(entry, name)).Where(text => text.Length > 0));
    }

    private static string Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString()! : "";

    private static async Task<HttpResponseMessage> OpenAsync(GatewayClient client, string query, string type, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/audit/events?{query}");
        request.Headers.Accept.ParseAdd(type);
        return await client.SendAsync(request, ct);
    }
}
