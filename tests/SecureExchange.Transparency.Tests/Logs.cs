using System.Globalization;
using System.Text;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tiles;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Tests;

/// <summary>What most tests of a log need.</summary>
internal static class Logs
{
    internal const string Origin = "log.example/test";

    internal static NoteSigner Signer(string origin = Origin, byte key = 7) =>
        new(origin, Enumerable.Repeat(key, 32).ToArray());

    internal static NoteVerifier Verifier => Signer().Verifier;

    internal static byte[] Entry(long number) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $$"""{"v":1,"event":{{number}},"pad":"{{new string('x', (int)(number * 7 % 41))}}"}"""));

    internal static Task<TransparencyLog> OpenAsync(TileStore store, LogOptions? options = null) =>
        TransparencyLog.OpenAsync(store, Signer(), options ?? new LogOptions { CreateIfMissing = true }, CancellationToken.None);

    /// <summary>Appends entries of these numbers at once, so that they go into few batches, and waits.</summary>
    internal static async Task<Receipt[]> AppendAsync(TransparencyLog log, long from, long count)
    {
        var appends = new Task<Receipt>[count];
        for (var i = 0; i < count; i++) appends[i] = log.AppendAsync(Entry(from + i)).AsTask();
        return await Task.WhenAll(appends);
    }

    internal static Task<FsckReport> FsckAsync(TileReader tiles, Checkpoint? remembered = null) =>
        LogFsck.RunAsync(tiles, Verifier, new FsckOptions { Remembered = remembered }, CancellationToken.None);

    internal static async Task<FsckReport> AssertIntactAsync(TileReader tiles)
    {
        var report = await FsckAsync(tiles);
        Assert.True(report.IsIntact, Describe(report));
        return report;
    }

    internal static string Describe(FsckReport report) =>
        string.Join("\n", report.Findings.Select(finding => $"{finding.Kind} {finding.Path} {finding.Index}: {finding.Text}"));

    internal static async Task<List<byte[]>> EntriesAsync(TransparencyLog log)
    {
        var entries = new List<byte[]>();
        await foreach (var entry in log.ReadAsync(0, log.Latest.Size, CancellationToken.None))
        {
            Assert.Equal(entries.Count, entry.Index);
            entries.Add(entry.Data.ToArray());
        }

        return entries;
    }

    /// <summary>RFC 6962 §2.1, word for word.</summary>
    internal static MerkleHash NaiveRoot(ReadOnlySpan<MerkleHash> leaves)
    {
        if (leaves.IsEmpty) return MerkleTree.EmptyRoot;
        if (leaves.Length == 1) return leaves[0];
        var k = 1;
        while (k * 2 < leaves.Length) k *= 2;
        return MerkleTree.Node(NaiveRoot(leaves[..k]), NaiveRoot(leaves[k..]));
    }
}
