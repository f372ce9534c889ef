using System.CommandLine;
using System.Text;
using SecureExchange.Cli.Audit;
using SecureExchange.Cli.Evidence;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Proofs;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx audit verify|proof|events|search|seen|export</c></summary>
internal static class AuditCommand
{
    private const string GatewayLog = "gateway";

    private static Argument<string> Target { get; } = new("URL|FOLDER|PROOF|PACK") { Description = "a gateway (every log that you may read), the folder that holds a log's checkpoint, a receipt that sx audit proof got, or a pack that sx audit export made" };

    private static Argument<string> Event { get; } = new("EVENT") { Description = "LOG/INDEX, as answers name it" };

    private static Option<string?> Key { get; } = new("--key") { Description = "the log's verifier key (default: as first seen)" };

    private static Option<string?> Policy { get; } = new("--policy") { Description = "of a receipt: whose logs and witnesses count (a C2SP tlog-policy file)" };

    private static Option<string?> Output { get; } = new("--output", "-o") { Description = "file for the proof (default: LOG-INDEX.proof); the entry goes beside it, as .json" };

    internal static Command Create() => new("audit", "read logs, and verify them without trusting the gateway")
    {
        CreateVerify(),
        new Command("proof", "get the receipt of an event, and check it") { Event, Output, Key }.ForGateway(ProveAsync),
        AuditSearchCommand.CreateEvents(),
        AuditSearchCommand.CreateSearch(),
        AuditSearchCommand.CreateSeen(),
        AuditExportCommand.Create(),
    };

    private static Command CreateVerify()
    {
        var command = new Command("verify", "recompute logs from their tiles: a changed byte, a dropped entry, an older checkpoint are found; or check a receipt, with no network") { Target, Key, Policy, GatewayOptions.TokenFile };
        command.SetAction(async (parsed, ct) =>
        {
            var target = parsed.GetRequiredValue(Target);
            if (!target.StartsWith("http://", StringComparison.Ordinal) && !target.StartsWith("https://", StringComparison.Ordinal))
            {
                if (PackCheck.IsPack(target)) return await PackCheck.RunAsync(target, parsed.GetValue(Key), parsed.GetValue(Policy), ct);
                if (File.Exists(target)) return await ProofCheck.RunAsync(target, parsed.GetValue(Key), parsed.GetValue(Policy), ct);
                if (!Directory.Exists(target)) throw new CliException(Terminal.Usage, $"there is no file or folder {target}");
                return await LogCheck.RunAsync(new FolderTileReader(target), LogPlace.Folder, parsed.GetValue(Key), anchors: null, checkEntry: null, ct) ? 0 : Terminal.NotVerified;
            }

            using var client = await GatewayOptions.ConnectAsync(target, parsed.GetValue(GatewayOptions.TokenFile), ct);
            var intact = true;
            var logs = (await client.GetJsonAsync("v1/audit/logs", ct)).GetProperty("logs").EnumerateArray().Select(l => l.GetString()!).ToList();
            // A key is one log's own.
            if (parsed.GetValue(Key) is { } key) logs.RemoveAll(log => !NoteVerifier.Parse(key).Name.EndsWith($"/{log}", StringComparison.Ordinal));
            if (logs.Count == 0) throw new CliException(Terminal.Usage, "you may read no log of this key at this gateway");
            // The gateway's own log first: it says how long the others were.
            var anchors = new GatewayAnchors();
            foreach (var log in logs.OrderBy(log => log != GatewayLog))
            {
                Func<LogEntry, string?>? take = log == GatewayLog ? entry => anchors.Take(entry) : null;
                intact &= await LogCheck.RunAsync(new HttpTileReader(client, log), LogPlace.At(client, log), parsed.GetValue(Key), anchors, take, ct);
            }

            return intact ? 0 : Terminal.NotVerified;
        });
        return command;
    }

    private static async Task<int> ProveAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var (log, index) = ReadEvent(parsed.GetRequiredValue(Event));
        var route = $"v1/audit/events/{Uri.EscapeDataString(log)}/{index}";
        var proof = Encoding.UTF8.GetString(await client.GetBytesAsync($"{route}/proof", ct));
        var entry = await client.GetBytesAsync(route, ct);
        var known = KnownLog.Meet(parsed.GetValue(Key), await new HttpTileReader(client, log).ReadAsync("vkey", ct), LogPlace.At(client, log));
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

    private static (string Log, long Index) ReadEvent(string text)
    {
        var slash = text.LastIndexOf('/');
        return slash > 0 && long.TryParse(text.AsSpan(slash + 1), out var index) && index >= 0
            ? (text[..slash], index)
            : throw new CliException(Terminal.Usage, "EVENT is LOG/INDEX, such as northwind.claims/7");
    }
}
