using System.Text;
using System.Text.Json.Nodes;
using SecureExchange.Cli.Audit;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;
using SecureExchange.Testing;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Tests.Audit;

/// <summary>Entries of an agreement's log, written anew by somebody who has the log's key: the tree is honest, whatever it holds.</summary>
internal static class WrittenLog
{
    /// <summary>What a verifier that meets the log for the first time says of it; null for nothing wrong.</summary>
    internal static async Task<string?> JudgeAsync(TestGateway gateway, IReadOnlyList<byte[]> entries, DateOnly to)
    {
        using var folder = new TempFolder();
        using var keys = await gateway.Gateway.Log.KeysOfAsync(LogName.Of(gateway.Agreement), default);
        var signer = keys.Signer;
        var store = new BlobTileStore(await FolderBlobStore.OpenAsync(folder.File("blobs"), default), "log");
        await using (var log = await TransparencyLog.OpenAsync(store, signer, new LogOptions { CreateIfMissing = true }, default))
            await Task.WhenAll(entries.Select(entry => log.AppendAsync(entry).AsTask()));
        var completeness = new Completeness(null, to);
        var report = await LogFsck.RunAsync(
            store, signer.Verifier,
            new FsckOptions { CheckEntry = completeness.Take, ReadStatement = completeness.Chain.ReadStatement }, default);
        if (!report.IsIntact) return report.Findings.First(f => !f.IsNote).Text;
        return completeness.Missing() ?? (entries.Count == report.Entries ? null : "entries are missing");
    }

    internal static string Describe(IReadOnlyList<byte[]> entries, DateOnly? from, DateOnly to)
    {
        var completeness = new Completeness(from, to);
        for (var i = 0; i < entries.Count; i++) Assert.Null(completeness.Take(new LogEntry(i, entries[i])));
        Assert.Null(completeness.Missing());
        return string.Join('\n', completeness.Describe());
    }

    internal static async Task<List<byte[]>> EntriesAsync(TestGateway gateway)
    {
        var entries = new List<byte[]>();
        await foreach (var entry in gateway.Gateway.Log.ReadAsync(LogName.Of(gateway.Agreement), 0, long.MaxValue, default))
            entries.Add(entry.Data.ToArray());
        return entries;
    }

    internal static string Kind(byte[] entry) => (string)JsonNode.Parse(entry)!["kind"]!;

    /// <summary>The same with index, and the numbers of recipients, as if nothing had ever stood elsewhere.</summary>
    internal static List<byte[]> Renumbered(IEnumerable<byte[]> entries)
    {
        var numbers = new Dictionary<string, long>();
        return [.. entries.Select((entry, i) =>
        {
            var node = JsonNode.Parse(entry)!.AsObject();
            node["index"] = i;
            if ((string?)node["recipient"] is { } recipient) node["number"] = numbers[recipient] = numbers.GetValueOrDefault(recipient) + 1;
            return Encoding.UTF8.GetBytes(node.ToJsonString());
        })];
    }
}
