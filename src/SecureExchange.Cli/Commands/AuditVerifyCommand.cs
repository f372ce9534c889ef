using System.CommandLine;
using System.Globalization;
using SecureExchange.Cli.Audit;
using SecureExchange.Cli.Evidence;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx audit verify</c>: of a gateway, of a folder, of a receipt.</summary>
internal static class AuditVerifyCommand
{
    private const string GatewayLog = "gateway";

    private static Argument<string> Target { get; } = new("URL|FOLDER|PROOF|PACK")
    {
        Description = "a gateway (every log that you may read), the folder that holds a log's checkpoint or a mirror's logs, a receipt that sx audit proof got, or a pack that sx audit export made",
    };

    private static Option<string?> Key { get; } = new("--key") { Description = "the log's verifier key (default: as first seen)" };

    private static Option<string?> Policy { get; } = new("--policy") { Description = "of a receipt: whose logs and witnesses count (a C2SP tlog-policy file)" };

    private static Option<string?> Entry { get; } = new("--entry") { Description = "of a receipt: the file of the entry (default: beside it, as .json)" };

    private static Option<bool> Complete { get; } = new("--complete") { Description = "say what each party got in some days under an agreement, and that there was nothing else" };

    private static Option<string?> Agreement { get; } = new("--agreement") { Description = "only the log of this agreement" };

    private static Option<string?> From { get; } = new("--from") { Description = "of --complete: the first day, YYYY-MM-DD (default: the agreement's first)" };

    private static Option<string?> To { get; } = new("--to") { Description = "of --complete: the last day, YYYY-MM-DD (default: yesterday)" };

    internal static Command Create()
    {
        var command = new Command("verify", "recompute logs from their tiles: a changed byte, a dropped entry, an older checkpoint are found; or check a receipt, with no network")
        {
            Target, Key, Policy, Entry, Complete, Agreement, From, To, GatewayOptions.TokenFile,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var target = parsed.GetRequiredValue(Target);
        var isUrl = target.StartsWith("http://", StringComparison.Ordinal) || target.StartsWith("https://", StringComparison.Ordinal);
        if (!isUrl && PackCheck.IsPack(target)) return await PackCheck.RunAsync(target, parsed.GetValue(Key), parsed.GetValue(Policy), ct);
        if (!isUrl && File.Exists(target))
            return await ProofCheck.RunAsync(target, parsed.GetValue(Entry), parsed.GetValue(Key), parsed.GetValue(Policy), ct);
        if (!isUrl && !Directory.Exists(target)) throw new CliException(Terminal.Usage, $"there is no file or folder {target}");
        var completeness = ReadCompleteness(parsed);
        if (!isUrl) return await RunAsync(FoldersOf(target), parsed, completeness, ct);
        using var client = await GatewayOptions.ConnectAsync(target, parsed.GetValue(GatewayOptions.TokenFile), ct);
        return await RunAsync(await LogsOfAsync(client, parsed, completeness is not null, ct), parsed, completeness, ct);
    }

    private static async Task<int> RunAsync(
        IReadOnlyList<(string Name, TileReader Tiles, LogPlace Place)> logs, ParseResult parsed, Completeness? completeness, CancellationToken ct)
    {
        var agreement = parsed.GetValue(Agreement);
        var wanted = logs.Where(log => agreement is null || logs.Count == 1 || log.Name == agreement || log.Name == GatewayLog).ToList();
        var key = parsed.GetValue(Key) is { } text ? NoteVerifier.Parse(text) : null;
        if (key is not null && logs.Count > 1) wanted.RemoveAll(log => !key!.Name.EndsWith($"/{log.Name}", StringComparison.Ordinal)); // One log's own.
        if (agreement is not null && logs.Count > 1 && !wanted.Exists(log => log.Name == agreement)) throw new CliException(Terminal.Usage, $"there is no log of {agreement} here, or you may not read it");
        if (wanted.Count == 0) throw new CliException(Terminal.Usage, "there is no log of this key here, or you may not read it");

        // The gateway's own log first: it says how long the others were.
        var anchors = new GatewayAnchors();
        var intact = true;
        foreach (var (name, tiles, place) in wanted.OrderBy(log => log.Name != GatewayLog))
        {
            var asked = name == GatewayLog ? null : completeness;
            var chain = asked?.Chain ?? new EventChain();
            Func<LogEntry, string?> take = asked is not null ? asked.Take : entry => chain.Take(entry, out _) ?? (name == GatewayLog ? anchors.Take(entry) : null);
            var isIntact = await LogCheck.RunAsync(tiles, place, parsed.GetValue(Key), anchors, new EntryCheck(take, chain), ct);
            intact &= isIntact && (asked is null || Conclude(name, asked));
            if (asked is not null && !isIntact) Terminal.Print($"{name}: NOT COMPLETE: the log isn't what it was");
        }

        return intact ? 0 : Terminal.NotVerified;
    }

    private static bool Conclude(string name, Completeness completeness)
    {
        if (completeness.Missing() is { } missing)
        {
            Terminal.Print($"{name}: NOT COMPLETE: {missing}");
            return false;
        }

        foreach (var line in completeness.Describe()) Terminal.Print($"{name}: {line}");
        return true;
    }

    private static Completeness? ReadCompleteness(ParseResult parsed)
    {
        if (!parsed.GetValue(Complete))
        {
            return parsed.GetValue(From) is null && parsed.GetValue(To) is null ? null : throw new CliException(Terminal.Usage, "--from and --to belong to --complete");
        }

        var yesterday = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-1);
        return new Completeness(Day(parsed.GetValue(From)), Day(parsed.GetValue(To)) ?? yesterday);
    }

    private static async Task<IReadOnlyList<(string Name, TileReader Tiles, LogPlace Place)>> LogsOfAsync(
        GatewayClient client, ParseResult parsed, bool isComplete, CancellationToken ct)
    {
        var agreement = parsed.GetValue(Agreement);
        if (isComplete && agreement is null) throw new CliException(Terminal.Usage, "--complete wants to know of which --agreement");
        if (isComplete)
        {
            // Reading its events is one itself: the gateway closes what days are over, also those in which nothing happened.
            using var read = await client.GetAsync($"v1/audit/events?log={Uri.EscapeDataString(agreement!)}&limit=1", ct);
        }

        var names = (await client.GetJsonAsync("v1/audit/logs", ct)).GetProperty("logs").EnumerateArray().Select(l => l.GetString()!);
        return [.. names.Select(log => (log, (TileReader)new HttpTileReader(client, log), LogPlace.At(client, log)))];
    }

    /// <summary>A log's folder, or each log's within a folder of several: what <c>sx audit mirror</c> writes.</summary>
    private static IReadOnlyList<(string Name, TileReader Tiles, LogPlace Place)> FoldersOf(string folder)
    {
        var several = Directory.EnumerateDirectories(folder).Where(log => File.Exists(Path.Combine(log, "checkpoint"))).ToList();
        return File.Exists(Path.Combine(folder, "checkpoint")) || several.Count == 0
            ? [(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), new FolderTileReader(folder), LogPlace.Folder)]
            : [.. several.Select(log => (Path.GetFileName(log), (TileReader)new FolderTileReader(log), LogPlace.Folder))];
    }

    private static DateOnly? Day(string? text) => text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw new CliException(Terminal.Usage, "a day is written as 2026-11-27");
}
