using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tests.Stores;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Tests.Fsck;

/// <summary>Single random changes of a stored log. Whatever changes what the log says, to anybody who holds one of its
/// checkpoints, is found; what changes nothing raises no alarm. <c>tests/log-mutations.sh</c> tries more of them.</summary>
public sealed class MutationTests
{
    private const int Size = 600;

    private static readonly int s_changes = int.Parse(Environment.GetEnvironmentVariable("LOG_MUTATIONS") ?? "1000", null);

    private static readonly ulong s_seed = ulong.Parse(Environment.GetEnvironmentVariable("LOG_SEED") ?? "2026", null);

    [Fact]
    public async Task Every_single_random_change_is_found()
    {
        var (store, older) = await MakeAsync();
        var paths = store.Objects.Keys.Order(StringComparer.Ordinal).ToArray();
        Assert.Contains("tile/1/000.p/2", paths);
        var dice = new Dice(s_seed);
        var kinds = new HashSet<FsckFindingKind>();
        for (var i = 0; i < s_changes; i++)
        {
            var copy = store.Copy();
            var what = Change(copy, paths, older, dice);
            if (what is null) continue;
            var report = await Logs.FsckAsync(copy);
            foreach (var finding in report.Findings) kinds.Add(finding.Kind);
            Assert.False(report.IsIntact, $"change {i}: {what}\n{Logs.Describe(report)}");
        }

        // The changes reached what the verifier can say of a single one, not one check again and again.
        FsckFindingKind[] expected =
        [
            FsckFindingKind.CheckpointMissing, FsckFindingKind.CheckpointMalformed, FsckFindingKind.CheckpointInvalidSignature,
            FsckFindingKind.RolledBack, FsckFindingKind.BundleMissing, FsckFindingKind.BundleMalformed,
            FsckFindingKind.EntryChanged, FsckFindingKind.TileMissing, FsckFindingKind.TileMalformed, FsckFindingKind.TileChanged,
            FsckFindingKind.HeadInvalid,
        ];
        Assert.Empty(expected.Except(kinds));
    }

    [Fact]
    public async Task A_log_that_nobody_touched_raises_no_alarm_at_any_size()
    {
        var store = new MemoryTileStore();
        await using var log = await Logs.OpenAsync(store);
        for (var i = 0; i < 600; i++)
        {
            await log.AppendAsync(Logs.Entry(i));
            Assert.Empty((await Logs.AssertIntactAsync(store)).Findings);
        }
    }

    /// <summary>One change; null where the dice fell on one that changes nothing.</summary>
    private static string? Change(MemoryTileStore store, string[] paths, List<ReadOnlyMemory<byte>> older, Dice dice)
    {
        var path = paths[dice.Below(paths.Length)];
        var bytes = store.Objects[path].Content.ToArray();
        switch (dice.Below(6))
        {
            case 0:
                var bit = dice.Below(bytes.Length * 8);
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                store.Put(path, bytes);
                return $"bit {bit} of {path}";
            case 1:
                // A log without head is as its copies and its readers over HTTP have it; leftovers may be deleted.
                if (path == Head.Path || IsLeftover(path)) return null;
                store.Objects.TryRemove(path, out _);
                return $"{path} dropped";
            case 2:
                var length = dice.Below(bytes.Length);
                store.Put(path, bytes.AsMemory(0, length));
                return $"{path} cut to {length}";
            case 3:
                var other = paths[dice.Below(paths.Length)];
                var content = store.Objects[other].Content;
                if (content.Span.SequenceEqual(bytes)) return null;
                store.Put(other, bytes);
                store.Put(path, content);
                return $"{path} and {other} swapped";
            case 4:
                store.Put(path, (byte[])[.. bytes, .. dice.Bytes(1 + dice.Below(64))]);
                return $"{path} lengthened";
            default:
                // The newest but one is what a crash leaves, and reported as such.
                var which = dice.Below(older.Count - 2);
                store.Put(Checkpoint.Path, older[which]);
                return $"checkpoint {which} put back";
        }
    }

    private static bool IsLeftover(string path) =>
        TilePath.TryParse(path, out var tile) && tile != TilePath.In(Size, tile.Level, tile.Index);

    private static async Task<(MemoryTileStore, List<ReadOnlyMemory<byte>>)> MakeAsync()
    {
        var store = new MemoryTileStore();
        var older = new List<ReadOnlyMemory<byte>>();
        await using var log = await Logs.OpenAsync(store, new LogOptions { CreateIfMissing = true, MaxBatchEntries = 50 });
        for (var i = 0; i < Size; i += 50)
        {
            await Logs.AppendAsync(log, i, 50);
            older.Add(store.Objects[Checkpoint.Path].Content);
        }

        return (store, older);
    }
}
