using System.CommandLine;
using SecureExchange.Cli.Audit;
using SecureExchange.Cli.Evidence;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx audit export</c></summary>
internal static class AuditExportCommand
{
    private static Option<string> Agreement { get; } = new("--agreement", "-a") { Description = "of which agreement", Required = true };

    private static Option<string?> From { get; } = new("--from") { Description = "not before this day or moment, UTC (default: from its beginning)" };

    private static Option<string?> To { get; } = new("--to") { Description = "before this day or moment, UTC (default: to its newest event)" };

    private static Option<string?> Key { get; } = new("--key") { Description = "the log's verifier key (default: as first seen)" };

    private static Option<string> Output { get; } = new("--output", "-o") { Description = "a new folder, or a file that ends in .tar", Required = true };

    internal static Command Create() => new Command(
        "export", "make an evidence pack: events, proofs, keys, agreement, and how to check them without the gateway") { Agreement, From, To, Key, Output }
        .ForGateway(async (parsed, client, ct) =>
        {
            var agreement = parsed.GetRequiredValue(Agreement);
            var known = await KnownLog.MeetAsync(parsed.GetValue(Key), new HttpTileReader(client, agreement), LogPlace.At(client, agreement), ct);
            if (known.IsNew) Terminal.Say($"{known.Verifier.Name}: seen for the first time; trusting and remembering its published key {known.Verifier}");
            var path = parsed.GetRequiredValue(Output);
            await using var target = PackTarget.Create(path);
            var (facts, checkpoint) = await new PackWriter(client, agreement, known).WriteAsync(target, parsed.GetValue(From), parsed.GetValue(To), ct);
            KnownLog.Remember(known.Verifier, known.Checkpoint);
            Terminal.Print(path);
            Terminal.Say($"packed: events {facts.First} to {facts.First + facts.Count - 1}, each proven under the signed checkpoint of {checkpoint.Size} entries; check it with: sx audit verify {path}");
            return 0;
        });
}
