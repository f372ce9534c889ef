using System.CommandLine;
using System.Text.Json;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx list</c></summary>
internal static class ListCommand
{
    private static Option<string?> Agreement { get; } = new("--agreement", "-a") { Description = "only under this agreement" };

    private static Option<bool> Held { get; } = new("--held") { Description = "only what waits for an approver of the client" };

    private static Option<bool> Json { get; } = new("--json") { Description = "one JSON object on each line" };

    internal static Command Create()
    {
        var command = new Command("list", "list the transfers that you may see") { Agreement, Held, Json };
        return command.ForGateway(async (parsed, client, ct) =>
        {
            var json = parsed.GetValue(Json);
            var held = parsed.GetValue(Held);
            var shown = 0;
            foreach (var agreement in await AgreementsAsync(parsed.GetValue(Agreement), client, ct))
            {
                long after = 0;
                while (true)
                {
                    var page = await client.GetJsonAsync($"v1/agreements/{agreement}/transfers?after={after}&limit=1000&held={(held ? "true" : "false")}", ct);
                    var transfers = page.GetProperty("transfers").EnumerateArray().ToList();
                    if (transfers.Count == 0) break;
                    if (!json && shown == 0) Terminal.Print(Header);
                    foreach (var transfer in transfers) Terminal.Print(json ? transfer.GetRawText() : Row(transfer));
                    shown += transfers.Count;
                    if (held) break; // All of them come at once.
                    after = transfers[^1].GetProperty("sequence").GetInt64();
                }
            }

            if (shown == 0) Terminal.Say(held ? "nothing is held" : "no transfers yet");
            return 0;
        });
    }

    private static string Header { get; } = $"{"TRANSFER",-26}  {"KIND",-8}  {"STATE",-11}  {"RECORDS",8}  {"SENT",-20}  AGREEMENT / NAME";

    private static async Task<IReadOnlyList<string>> AgreementsAsync(string? only, GatewayClient client, CancellationToken ct)
    {
        if (only is not null) return [Uri.EscapeDataString(only)];
        var all = await client.GetJsonAsync("v1/agreements", ct);
        return [.. all.GetProperty("agreements").EnumerateArray().Select(a => a.GetProperty("id").GetString()!)];
    }

    private static string Row(JsonElement transfer)
    {
        string Text(string name) => transfer.GetProperty(name).ToString();
        return $"{Text("id"),-26}  {Text("kind"),-8}  {Text("state"),-11}  {Text("records"),8}  {Text("createdAt"),-20}  {Text("agreement")} / {Text("name")}";
    }
}
