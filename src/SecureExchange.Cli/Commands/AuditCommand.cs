using System.CommandLine;
using System.Text;
using System.Text.Json;
using SecureExchange.Cli.Audit;
using SecureExchange.Transparency.Proofs;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx audit verify|proof|events|search|seen|export|mirror|recheck</c></summary>
internal static class AuditCommand
{
    private static Argument<string> Event { get; } = new("EVENT") { Description = "LOG/INDEX, as answers name it" };

    private static Option<string?> Key { get; } = new("--key") { Description = "the log's verifier key (default: as first seen)" };

    private static Option<string> Log { get; } = new("--log") { Description = "an agreement's id, or gateway", Required = true };

    private static Option<string?> Output { get; } = new("--output", "-o") { Description = "file for the proof (default: LOG-INDEX.proof); the entry goes beside it, as .json" };

    internal static Command Create() => new("audit", "read logs, and verify them without trusting the gateway")
    {
        AuditVerifyCommand.Create(),
        new Command("proof", "get the receipt of an event, and check it") { Event, Output, Key }.ForGateway(ProveAsync),
        AuditSearchCommand.CreateEvents(),
        AuditSearchCommand.CreateSearch(),
        AuditSearchCommand.CreateSeen(),
        AuditExportCommand.Create(),
        AuditMirrorCommand.Create(),
        new Command("recheck", "operator: have the gateway verify a log again; one that it has stopped goes on when it is intact") { Log }.ForGateway(RecheckAsync),
    };

    private static async Task<int> ProveAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var (log, index) = ReadEvent(parsed.GetRequiredValue(Event));
        var route = $"v1/audit/events/{Uri.EscapeDataString(log)}/{index}";
        var proof = Encoding.UTF8.GetString(await client.GetBytesAsync($"{route}/proof", ct));
        var entry = await client.GetBytesAsync(route, ct);
        var known = await KnownLog.MeetAsync(parsed.GetValue(Key), new HttpTileReader(client, log), LogPlace.At(client, log), ct);
        if (known.IsNew) Terminal.Say($"{known.Verifier.Name}: seen for the first time; trusting and remembering its published key {known.Verifier}");
        var verdict = LogProof.Verify(proof, entry, known.Verifier);
        if (!verdict.IsIncluded || verdict.Index != index)
            throw new CliException(Terminal.NotVerified, $"the gateway's proof doesn't prove it ({verdict.Outcome}); keep what it sent and ask your auditor");
        KnownLog.Remember(known.Verifier, known.Checkpoint);
        var path = parsed.GetValue(Output) ?? $"{log}-{index}.proof";
        await File.WriteAllTextAsync(path, proof, ct);
        await File.WriteAllBytesAsync(Path.ChangeExtension(path, ".json"), entry, ct);
        Terminal.Print(path);
        Terminal.Say($"proven: entry {index} of {verdict.Checkpoint!.Origin}, under the signed checkpoint of {verdict.Checkpoint.Size} entries");
        return 0;
    }

    private static async Task<int> RecheckAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var log = parsed.GetRequiredValue(Log);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/audit/checks?log={Uri.EscapeDataString(log)}");
        using var response = await client.SendAsync(request, ct);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(ct));
        var isIntact = answer.RootElement.GetProperty("intact").GetBoolean();
        Terminal.Print(isIntact ? $"{log}: intact" : $"{log}: WRONG: {answer.RootElement.GetProperty("finding").GetString()}");
        if (answer.RootElement.GetProperty("index").GetString() is not { } index) return isIntact ? 0 : Terminal.NotVerified;
        Terminal.Print($"{log}: WRONG: {index}");
        return Terminal.NotVerified;
    }

    private static (string Log, long Index) ReadEvent(string text)
    {
        var slash = text.LastIndexOf('/');
        return slash > 0 && long.TryParse(text.AsSpan(slash + 1), out var index) && index >= 0
            ? (text[..slash], index)
            : throw new CliException(Terminal.Usage, "EVENT is LOG/INDEX, such as northwind.claims/7");
    }
}
