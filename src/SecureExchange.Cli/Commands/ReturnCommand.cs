using System.CommandLine;
using System.Text.Json;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx return FILE --to TRANSFER</c></summary>
internal static class ReturnCommand
{
    private static Option<string> To { get; } = new("--to") { Description = "the dispatch that the file answers", Required = true };

    internal static Command Create()
    {
        var command = new Command("return", "bring a worked file back: it is checked row by row against what was sent")
        {
            Upload.File, To, SecretKeyFile.Key, SecretKeyFile.Passphrase,
        };
        return command.ForGateway(async (parsed, client, ct) =>
        {
            var content = await Upload.PrepareAsync(parsed, client, ct);
            var route = $"v1/transfers/{Uri.EscapeDataString(parsed.GetRequiredValue(To))}/returns";
            try
            {
                var taken = await client.PostOnceAsync(route, content, ct);
                Terminal.Print(taken.GetProperty("transfer").GetString()!);
                Terminal.Say($"returned: {taken.GetProperty("records")} records agree with what was sent, event {taken.GetProperty("event")}");
                return 0;
            }
            catch (RefusalException e) when (e.Code == "return.quarantined")
            {
                Terminal.Say(e.Message);
                FindingsCommand.Show(e.Problem);
                Terminal.Say($"in quarantine as {e.Problem.GetProperty("transfer").GetString()}, event {e.Problem.GetProperty("event").GetString()}");
                return Terminal.Refused;
            }
        });
    }
}

/// <summary><c>sx findings TRANSFER</c></summary>
internal static class FindingsCommand
{
    private static Argument<string> Transfer { get; } = new("TRANSFER") { Description = "a return in quarantine" };

    internal static Command Create()
    {
        var command = new Command("findings", "show why a return is in quarantine, row by row") { Transfer };
        return command.ForGateway(async (parsed, client, ct) =>
        {
            Show(await client.GetJsonAsync($"v1/transfers/{Uri.EscapeDataString(parsed.GetRequiredValue(Transfer))}/findings", ct));
            return 0;
        });
    }

    internal static void Show(JsonElement found)
    {
        if (!found.TryGetProperty("findings", out var findings) || findings.ValueKind != JsonValueKind.Array) return;
        foreach (var finding in findings.EnumerateArray())
        {
            var field = finding.TryGetProperty("field", out var name) && name.ValueKind == JsonValueKind.String ? $", field {name.GetString()}" : "";
            Terminal.Print($"row {finding.GetProperty("row")}{field}: {finding.GetProperty("kind").GetString()}");
        }

        var more = found.GetProperty("total").GetInt64() - findings.GetArrayLength();
        if (more > 0) Terminal.Print($"and {more} more");
    }
}
