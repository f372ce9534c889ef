using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Cli.Audit;

/// <summary>Recomputes one log from its tiles, and says what it found.</summary>
internal static class LogCheck
{
    /// <returns>Whether the log is intact.</returns>
    /// <param name="tiles">The log.</param>
    /// <param name="place">Where it is looked at.</param>
    /// <param name="key">Its key; null: as first seen.</param>
    /// <param name="anchors">What the gateway's log says of it.</param>
    /// <param name="check">What is asked of each entry.</param>
    /// <param name="ct">Gives up.</param>
    internal static async Task<bool> RunAsync(
        TileReader tiles, LogPlace place, string? key, GatewayAnchors anchors, EntryCheck check, CancellationToken ct)
    {
        var known = await KnownLog.MeetAsync(key, tiles, place, ct);
        var name = known.Verifier.Name;
        if (known.IsNew) Terminal.Say($"{name}: seen for the first time; trusting and remembering its published key {known.Verifier}");
        IReadOnlyList<LogAnchor> said = [.. known.Verifiers.SelectMany(anchors.Of)];
        var report = await LogFsck.RunAsync(
            tiles, known.Verifier,
            new FsckOptions { Remembered = known.Checkpoint, Anchors = said, CheckEntry = check.Take, ReadStatement = check.Chain.ReadStatement }, ct);
        foreach (var finding in report.Findings)
        {
            var where = (finding.Path, finding.Index) switch
            {
                (null, null) => "",
                ({ } path, null) => $" [{path}]",
                (null, { } index) => $" [entry {index}]",
                ({ } path, { } index) => $" [{path}, entry {index}]",
            };
            Terminal.Print($"{name}: {(finding.IsNote ? "note" : "WRONG")}: {finding.Text}{where}");
        }

        if (!report.IsIntact)
        {
            Terminal.Print($"{name}: NOT INTACT after {report.Entries} entries");
            return false;
        }

        KnownLog.Remember(known.Verifier, report.Checkpoint);
        var since = known.Checkpoint is { } before ? $", contains the {before.Size} entries verified before" : "";
        var anchored = said.Count > 0 ? $", is what the gateway's log says of it {said.Count} times" : "";
        var closed = check.Chain.Statements is [.., { } last] ? $", days closed up to {last.Day:yyyy-MM-dd}" : "";
        Terminal.Print($"{name}: intact: {report.Entries} entries, all recomputed up to the signed checkpoint{since}{anchored}{closed}");
        return true;
    }
}
