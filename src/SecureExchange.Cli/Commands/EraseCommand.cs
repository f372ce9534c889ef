using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx erase</c> and <c>sx hold</c></summary>
internal static class EraseCommand
{
    private static Option<string> Agreement { get; } = new("--agreement", "-a") { Description = "under which agreement", Required = true };

    private static Option<string[]> Transfer { get; } = new("--transfer") { Description = "this transfer, with its returns; may be given again" };

    private static Option<string?> Record { get; } = new("--record-file") { Description = "the transfers that hold the record whose key is in this file (- : stdin)" };

    private static Option<string?> Subject { get; } = new("--subject-file") { Description = "the transfers that hold the value in this file (- : stdin) in --field" };

    private static Option<string?> Field { get; } = new("--field") { Description = "the field of the value in --subject-file" };

    private static Option<bool> All { get; } = new("--all") { Description = "everything under the agreement, and its key: no work under it any more" };

    private static Option<bool> DryRun { get; } = new("--dry-run") { Description = "only list what would be destroyed" };

    private static Option<string> Reason { get; } = new("--reason") { Description = "litigation, investigation, regulator or other", Required = true };

    internal static Command Create() => new Command("erase", "destroy transfers for good: keys, sealed files, manifests; what the log proves stays")
    {
        Agreement, Transfer, Record, Subject, Field, All, DryRun,
    }.ForGateway(async (parsed, client, ct) =>
    {
        var dryRun = parsed.GetValue(DryRun);
        var request = new Dictionary<string, object> { ["dryRun"] = dryRun };
        if (parsed.GetValue(Transfer) is { Length: > 0 } transfers) request["transfers"] = transfers;
        if (parsed.GetValue(All)) request["all"] = true;
        if ((parsed.GetValue(Subject) is null) != (parsed.GetValue(Field) is null))
            throw new CliException(Terminal.Usage, "--subject-file says whom and --field where: give both");
        if (parsed.GetValue(Subject) is not null && parsed.GetValue(Record) is not null)
            throw new CliException(Terminal.Usage, "--record-file or --subject-file, not both");
        if (parsed.GetValue(Field) is { } field) request["field"] = field;
        if ((parsed.GetValue(Subject) ?? parsed.GetValue(Record)) is { } file) request["value"] = await ValueFile.ReadAsync(file, ct);
        var answer = await SendAsync(client, HttpMethod.Post, $"v1/agreements/{Uri.EscapeDataString(parsed.GetRequiredValue(Agreement))}/erasures", request, ct);
        foreach (var transfer in answer.GetProperty("transfers").EnumerateArray())
            Terminal.Print($"{transfer.GetProperty("id").GetString()}  {transfer.GetProperty("kind").GetString(),-8}  {transfer.GetProperty("records").GetInt64(),8}  {transfer.GetProperty("createdAt").GetString()}");
        var count = $"{answer.GetProperty("count")} transfers with {answer.GetProperty("records")} records";
        var said = answer.GetProperty("erased").GetBoolean() ? $"erased: {count}"
            : dryRun ? $"would be erased, each as a whole: {count}" : "nothing to erase";
        Terminal.Say($"{said}, event {answer.GetProperty("event").GetString()}");
        return 0;
    });

    internal static Command CreateHold() => new("hold", "keep everything under an agreement from being erased, deadlines too")
    {
        new Command("set", "set a legal hold") { Agreement, Reason }.ForGateway((parsed, client, ct) => HoldAsync(parsed, client, HttpMethod.Post, "set", ct)),
        new Command("lift", "lift it") { Agreement, Reason }.ForGateway((parsed, client, ct) => HoldAsync(parsed, client, HttpMethod.Delete, "lifted", ct)),
    };

    private static async Task<int> HoldAsync(ParseResult parsed, GatewayClient client, HttpMethod method, string done, CancellationToken ct)
    {
        var answer = await SendAsync(
            client, method, $"v1/agreements/{Uri.EscapeDataString(parsed.GetRequiredValue(Agreement))}/hold",
            new Dictionary<string, object> { ["reason"] = parsed.GetRequiredValue(Reason) }, ct);
        Terminal.Say($"hold {done}, event {answer.GetProperty("event").GetString()}");
        return 0;
    }

    private static async Task<JsonElement> SendAsync(
        GatewayClient client, HttpMethod method, string route, Dictionary<string, object> body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, route)
        {
            Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        using var response = await client.SendAsync(request, ct);
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(ct));
    }
}
