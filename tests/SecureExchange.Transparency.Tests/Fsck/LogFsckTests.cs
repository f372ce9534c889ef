using System.Text;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tests.Stores;
using SecureExchange.Transparency.Tiles;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Tests.Fsck;

public sealed class LogFsckTests
{
    /// <summary>Two levels of tiles with a partial one in each, written one batch of 100 after the other.</summary>
    private const int Size = 700;

    [Theory]
    [InlineData("tile/entries/001", 300, FsckFindingKind.EntryChanged)]
    [InlineData("tile/entries/002.p/188", 600, FsckFindingKind.EntryChanged)]
    [InlineData("tile/0/001", 300, FsckFindingKind.TileChanged)]
    [InlineData("tile/0/002.p/188", 600, FsckFindingKind.TileChanged)]
    public async Task A_changed_byte_is_named_with_its_entry(string path, int index, FsckFindingKind kind)
    {
        var store = await MakeAsync();
        var bytes = store.Objects[path].Content.ToArray();
        var first = index / 256 * 256;
        var at = path.Contains("entries", StringComparison.Ordinal)
            ? Enumerable.Range(first, index - first).Sum(i => 2 + Logs.Entry(i).Length) + 5
            : (index - first) * 32 + 5;
        bytes[at] ^= 0x20;
        store.Put(path, bytes);
        var report = await Logs.FsckAsync(store);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((kind, path, index), (finding.Kind, finding.Path, finding.Index));
        Assert.False(report.IsIntact);
        Assert.Equal(kind == FsckFindingKind.EntryChanged ? Size - 1 : Size, report.Entries);
    }

    [Fact]
    public async Task An_entry_changed_together_with_its_leaf_hash_is_named()
    {
        var store = await MakeAsync();
        var bundle = store.Objects["tile/entries/001"].Content.ToArray();
        bundle[2] ^= 1;
        store.Put("tile/entries/001", bundle);
        var tile = store.Objects["tile/0/001"].Content.ToArray();
        MerkleTree.Leaf(bundle.AsSpan(2, Logs.Entry(256).Length)).CopyTo(tile);
        store.Put("tile/0/001", tile);
        var report = await Logs.FsckAsync(store);
        Assert.Contains(report.Findings, f => f.Kind == FsckFindingKind.RootDiffers);
        Assert.Contains(report.Findings, f => f.Kind == FsckFindingKind.EntryChanged && f.Index == 256);
    }

    [Fact]
    public async Task A_changed_upper_tile_is_named()
    {
        var store = await MakeAsync();
        var tile = store.Objects["tile/1/000.p/2"].Content.ToArray();
        tile[40] ^= 1;
        store.Put("tile/1/000.p/2", tile);
        var finding = Assert.Single((await Logs.FsckAsync(store)).Findings);
        Assert.Equal((FsckFindingKind.TileChanged, "tile/1/000.p/2"), (finding.Kind, finding.Path));
    }

    [Fact]
    public async Task Missing_parts_are_named_and_the_rest_is_still_checked()
    {
        foreach (var (path, kind) in new[]
        {
            ("tile/entries/001", FsckFindingKind.BundleMissing), ("tile/0/001", FsckFindingKind.TileMissing),
            ("tile/1/000.p/2", FsckFindingKind.TileMissing), ("tile/entries/002.p/188", FsckFindingKind.BundleMissing),
        })
        {
            var store = await MakeAsync();
            store.Objects.TryRemove(path, out _);
            var finding = Assert.Single((await Logs.FsckAsync(store)).Findings);
            Assert.Equal((kind, path), (finding.Kind, finding.Path));
        }

        // Entries and hashes both gone: the tile above still tells what they were.
        var bare = await MakeAsync();
        bare.Objects.TryRemove("tile/entries/001", out _);
        bare.Objects.TryRemove("tile/0/001", out _);
        var report = await Logs.FsckAsync(bare);
        Assert.Equal([FsckFindingKind.BundleMissing, FsckFindingKind.TileMissing], report.Findings.Select(f => f.Kind));
        Assert.Equal(Size - 256, report.Entries);
    }

    [Fact]
    public async Task An_older_checkpoint_put_back_is_a_rollback_and_the_previous_one_an_unfinished_publication()
    {
        var store = new MemoryTileStore();
        await using var log = await Logs.OpenAsync(store);
        var checkpoints = new List<ReadOnlyMemory<byte>>();
        for (var i = 0; i < 4; i++)
        {
            await log.AppendAsync(Logs.Entry(i));
            checkpoints.Add(store.Objects["checkpoint"].Content);
        }

        store.Put("checkpoint", checkpoints[2]);
        var report = await Logs.FsckAsync(store);
        Assert.True(report.IsIntact);
        Assert.Equal(FsckFindingKind.UnfinishedPublication, Assert.Single(report.Findings).Kind);

        foreach (var older in checkpoints[..2])
        {
            store.Put("checkpoint", older);
            report = await Logs.FsckAsync(store);
            Assert.False(report.IsIntact);
            Assert.Equal(FsckFindingKind.RolledBack, report.Findings[0].Kind);
        }
    }

    [Fact]
    public async Task An_older_checkpoint_and_head_put_back_are_found_by_the_tiles_that_were_left_or_by_what_was_remembered()
    {
        var store = new MemoryTileStore();
        await using var log = await Logs.OpenAsync(store);
        await Logs.AppendAsync(log, 0, 3);
        var old = store.Copy();
        await log.AppendAsync(Logs.Entry(3));
        await log.AppendAsync(Logs.Entry(4));

        foreach (var path in new[] { "head", "checkpoint" }) store.Put(path, old.Objects[path].Content);
        var report = await Logs.FsckAsync(store);
        Assert.False(report.IsIntact);
        Assert.All(report.Findings, f => Assert.Equal(FsckFindingKind.BeyondCheckpoint, f.Kind));
        Assert.Equal(4, report.Findings.Count);

        Assert.True((await Logs.FsckAsync(old)).IsIntact);
        report = await Logs.FsckAsync(old, remembered: log.Latest);
        Assert.Equal(FsckFindingKind.RolledBack, Assert.Single(report.Findings).Kind);
        Assert.False(report.IsIntact);
    }

    [Fact]
    public async Task A_history_rewritten_with_the_logs_own_key_is_found_by_who_remembers()
    {
        var store = await MakeAsync();
        var remembered = Checkpoint.Open(store.Objects["checkpoint"].Content.Span, Logs.Verifier);
        foreach (var size in new[] { 0, 100, 256 })
        {
            var other = new MemoryTileStore();
            await using var log = await Logs.OpenAsync(other);
            await Logs.AppendAsync(log, 0, size);
            await Logs.AppendAsync(log, size + 1, Size + 50);
            Assert.True((await Logs.FsckAsync(other)).IsIntact);
            var report = await Logs.FsckAsync(other, remembered);
            Assert.Equal(FsckFindingKind.HistoryRewritten, Assert.Single(report.Findings).Kind);
        }

        Assert.True((await Logs.FsckAsync(store, remembered)).IsIntact);
    }

    [Fact]
    public async Task A_log_that_others_have_written_down_has_to_be_what_they_wrote()
    {
        var store = await MakeAsync();
        var leaves = Enumerable.Range(0, Size).Select(i => MerkleTree.Leaf(Logs.Entry(i))).ToArray();
        LogAnchor[] right = [.. new[] { Size, 0, 1, 300, 1 }.Select(size => new LogAnchor(size, Logs.NaiveRoot(leaves.AsSpan(0, size)), "a newspaper"))];
        Assert.Empty((await FsckAsync(right)).Findings);

        foreach (var wrong in (LogAnchor[])[right[3] with { Size = 301 }, right[3] with { Root = right[2].Root }, right[0] with { Size = Size + 1 }])
        {
            var finding = Assert.Single((await FsckAsync([.. right, wrong])).Findings);
            Assert.Equal(FsckFindingKind.AnchorContradicted, finding.Kind);
            Assert.Contains("a newspaper", finding.Text, StringComparison.Ordinal);
        }

        Task<FsckReport> FsckAsync(LogAnchor[] anchors) =>
            LogFsck.RunAsync(store, Logs.Verifier, new FsckOptions { Anchors = anchors }, CancellationToken.None);
    }

    [Fact]
    public async Task Two_roots_of_one_size_are_a_fork()
    {
        var store = await MakeAsync();
        using var signer = Logs.Signer();
        var fork = Checkpoint.Sign(signer, Size, MerkleTree.Leaf([1]));
        var report = await Logs.FsckAsync(store, fork);
        Assert.Equal(FsckFindingKind.Forked, Assert.Single(report.Findings).Kind);
        store.Put("checkpoint", Encoding.UTF8.GetBytes(fork.Note));
        report = await Logs.FsckAsync(store);
        Assert.Contains(report.Findings, f => f.Kind == FsckFindingKind.RootDiffers);
        Assert.Contains(report.Findings, f => f.Kind == FsckFindingKind.Forked);
    }

    [Fact]
    public async Task A_head_that_was_changed_is_named()
    {
        var store = await MakeAsync();
        var head = store.Objects["head"].Content.ToArray();
        head[^1] ^= 1;
        store.Put("head", head);
        Assert.Equal(FsckFindingKind.HeadInvalid, Assert.Single((await Logs.FsckAsync(store)).Findings).Kind);
    }

    [Fact]
    public async Task Leftover_partial_tiles_must_agree_and_strangers_are_only_noted()
    {
        var store = new MemoryTileStore();
        await using (var log = await Logs.OpenAsync(store, new LogOptions { CreateIfMissing = true, DeletePartialTiles = false }))
        {
            for (var i = 0; i < 300; i++) await log.AppendAsync(Logs.Entry(i));
        }

        store.Put("tile/0/000.tmp", new byte[1]);
        var report = await Logs.AssertIntactAsync(store);
        Assert.Equal(FsckFindingKind.UnexpectedObject, Assert.Single(report.Findings).Kind);
        foreach (var (path, kind) in new[] { ("tile/0/000.p/9", FsckFindingKind.TileChanged), ("tile/entries/001.p/2", FsckFindingKind.EntryChanged) })
        {
            var whole = store.Objects[path].Content;
            foreach (var changed in new[] { [.. whole.Span[..^1], 0], whole[..^1].ToArray() })
            {
                store.Put(path, changed);
                report = await Logs.FsckAsync(store);
                Assert.Contains(report.Findings, f => (f.Kind, f.Path) == (kind, path));
            }

            store.Put(path, whole);
        }
    }

    [Fact]
    public async Task The_callers_own_check_sees_every_entry_once_and_in_order()
    {
        var store = await MakeAsync();
        var next = 0L;
        var options = new FsckOptions
        {
            CheckEntry = entry =>
            {
                Assert.Equal(next++, entry.Index);
                return entry.Index == 299 ? "not an event" : null;
            },
        };
        var report = await LogFsck.RunAsync(store, Logs.Verifier, options, CancellationToken.None);
        Assert.Equal(Size, next);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((FsckFindingKind.EntryRefused, 299L, "not an event"), (finding.Kind, finding.Index, finding.Text));
    }

    [Fact]
    public async Task A_destroyed_log_does_not_fill_the_report()
    {
        var store = await MakeAsync();
        store.Put("tile/entries/000", new byte[512]);
        var options = new FsckOptions { MaxFindings = 10 };
        var report = await LogFsck.RunAsync(store, Logs.Verifier, options, CancellationToken.None);
        Assert.Equal(11, report.Findings.Count);
        Assert.Equal(FsckFindingKind.MoreFindings, report.Findings[^1].Kind);
    }

    [Fact]
    public async Task A_log_that_grows_while_it_is_verified_raises_no_alarm()
    {
        var store = new MemoryTileStore();
        await using var log = await Logs.OpenAsync(store);
        await log.AppendAsync(Logs.Entry(0));
        var writing = Task.Run(async () =>
        {
            for (var i = 1; i < 1500; i++) await log.AppendAsync(Logs.Entry(i));
        });
        var runs = 0;
        for (; !writing.IsCompleted || runs == 0; runs++) await Logs.AssertIntactAsync(store);
        await writing;
        Assert.Equal(1500, (await Logs.AssertIntactAsync(store)).Entries);
    }

    private static async Task<MemoryTileStore> MakeAsync()
    {
        var store = new MemoryTileStore();
        await using var log = await Logs.OpenAsync(store, new LogOptions { CreateIfMissing = true, MaxBatchEntries = 100 });
        for (var i = 0; i < Size; i += 100) await Logs.AppendAsync(log, i, 100);
        await log.DisposeAsync();

        // How the entries fell into batches is chance, and so is which older partial tiles there are.
        foreach (var path in store.Objects.Keys)
        {
            if (TilePath.TryParse(path, out var tile) && tile != TilePath.In(Size, tile.Level, tile.Index))
                store.Objects.TryRemove(path, out _);
        }

        return store;
    }
}
