using System.CommandLine;
using System.Text;
using System.Text.Json;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx reveal request|list|approve|deny|withdraw|show</c></summary>
internal static class RevealCommand
{
    private static Argument<string> Transfer { get; } = new("TRANSFER") { Description = "of which transfer" };

    private static Argument<string> Id { get; } = new("REVEAL") { Description = "the request's id" };

    private static Option<long?> Record { get; } = new("--record") { Description = "in which row, from 1 behind the header" };

    private static Option<string?> RowKey { get; } = new("--row-key") { Description = "in the row with this row key, as you received it" };

    private static Option<string> Field { get; } = new("--field") { Description = "which field", Required = true };

    private static Option<string?> Masked { get; } = new("--masked") { Description = "the cell, as you received it (default: read from standard input, if that is a file or a pipe); not needed where the gateway keeps the original" };

    private static Option<string?> Subject { get; } = new("--masked-subject") { Description = "of a shifted date: the cell of the field that it hangs on, as you received it" };

    private static Option<string> Purpose { get; } = new("--purpose") { Description = "one of the agreement's codes", Required = true };

    private static Option<string> Ticket { get; } = new("--ticket") { Description = "your own reference; it stands in the log", Required = true };

    private static Option<bool> BreakGlass { get; } = new("--break-glass") { Description = "at once, to be reviewed afterwards, where the agreement has that" };

    internal static Command Create() => new("reveal", "see single cells in clear, after approval")
    {
        new Command("request", "ask to see one cell; the client's approvers are told") { Transfer, Record, RowKey, Field, Masked, Subject, Purpose, Ticket, BreakGlass }
            .ForGateway(RequestAsync),
        new Command("list", "list the requests under an agreement: yours, or all where your role sees them") { SendCommand.Agreement }.ForGateway(ListAsync),
        new Command("approve", "sign a request on this machine, with your own key; of a break-glass: that you have reviewed it")
        {
            Id, SecretKeyFile.Key, SecretKeyFile.Passphrase,
        }.ForGateway(ApproveAsync),
        new Command("deny", "say no, or close what is open") { Id }.ForGateway((parsed, client, ct) => StepAsync(parsed, client, "deny", ct)),
        new Command("withdraw", "take your own request back") { Id }.ForGateway((parsed, client, ct) => StepAsync(parsed, client, "withdraw", ct)),
        new Command("show", "show the value, while it is open; each showing is logged") { Id }.ForGateway(ShowAsync),
    };

    private static string RouteOf(string reveal) => $"v1/reveals/{Uri.EscapeDataString(reveal)}";

    private static async Task<int> RequestAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var masked = parsed.GetValue(Masked) ?? (Console.IsInputRedirected ? (await Console.In.ReadToEndAsync(ct)).TrimEnd('\n', '\r') : null);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object?>
            {
                ["transfer"] = parsed.GetRequiredValue(Transfer),
                ["record"] = parsed.GetValue(Record),
                ["rowKey"] = parsed.GetValue(RowKey),
                ["field"] = parsed.GetRequiredValue(Field),
                ["masked"] = masked,
                ["maskedSubject"] = parsed.GetValue(Subject),
                ["purpose"] = parsed.GetRequiredValue(Purpose),
                ["ticket"] = parsed.GetRequiredValue(Ticket),
                ["breakGlass"] = parsed.GetValue(BreakGlass),
            });
        var made = await PostAsync(client, "v1/reveals", new ByteArrayContent(body), ct);
        Terminal.Print(made.GetProperty("id").GetString()!);
        Say(made);
        return 0;
    }

    private static async Task<int> ListAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var page = await client.GetJsonAsync($"v1/reveals?agreement={Uri.EscapeDataString(parsed.GetRequiredValue(SendCommand.Agreement))}", ct);
        var reveals = page.GetProperty("reveals").EnumerateArray().ToList();
        foreach (var reveal in reveals) Terminal.Print($"{reveal.GetProperty("id").GetString()}  {Describe(reveal)}");
        if (reveals.Count == 0) Terminal.Say("no requests");
        return 0;
    }

    private static async Task<int> ApproveAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var (id, path) = (parsed.GetRequiredValue(Id), parsed.GetValue(SecretKeyFile.Key) ?? throw new CliException(Terminal.Usage, "--secret-key: with which key?"));
        var text = await client.GetBytesAsync($"{RouteOf(id)}/text", ct);
        var lines = Encoding.UTF8.GetString(text).Split('\n');
        if (lines is not ["SecureExchange reveal", var named, ..] || named != $"id: {id}")
            throw new CliException(Terminal.NotVerified, $"what the gateway sent isn't the text of request {id}");
        // What is signed is what is shown, line by line.
        foreach (var line in lines.Skip(2).Where(line => line.Length > 0)) Terminal.Say(line);
        using var key = SecretKeyFile.Read(path, parsed.GetValue(SecretKeyFile.Passphrase));
        using var data = new MemoryStream(text, writable: false);
        var signature = await PgpSignature.SignDetachedAsync(data, new SignOptions { Signers = [key], Now = TimeProvider.System.GetUtcNow() }, ct);
        Say(await PostAsync(client, $"{RouteOf(id)}/signature", new ByteArrayContent(signature.Octets.ToArray()), ct));
        return 0;
    }

    private static async Task<int> StepAsync(ParseResult parsed, GatewayClient client, string step, CancellationToken ct)
    {
        Say(await PostAsync(client, $"{RouteOf(parsed.GetRequiredValue(Id))}/{step}", content: null, ct));
        return 0;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var shown = await PostAsync(client, $"{RouteOf(parsed.GetRequiredValue(Id))}/show", content: null, ct);
        Terminal.Print(shown.GetProperty("value").GetString()!);
        Terminal.Say($"open until {shown.GetProperty("until").GetString()}, event {shown.GetProperty("event").GetString()}");
        return 0;
    }

    private static async Task<JsonElement> PostAsync(GatewayClient client, string route, HttpContent? content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = content };
        using var response = await client.SendAsync(request, ct);
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(ct));
    }

    private static void Say(JsonElement reveal) => Terminal.Say($"{Describe(reveal)}, event {reveal.GetProperty("event").GetString()}");

    private static string Describe(JsonElement reveal)
    {
        string Text(string name) => reveal.GetProperty(name).ToString();
        var review = reveal.GetProperty("reviewDue").ValueKind == JsonValueKind.String ? $", review owed by {Text("reviewDue")}" : "";
        return $"{Text("state")}: {Text("field")} of record {Text("record")} of {Text("transfer")} for {Text("requestedBy")} ({Text("purpose")}, {Text("ticket")}), "
            + $"{reveal.GetProperty("approvedBy").GetArrayLength()} of {Text("approvalsNeeded")} approvals{review}";
    }
}
