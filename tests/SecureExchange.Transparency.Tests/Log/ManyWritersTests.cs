using System.Collections.Concurrent;
using SecureExchange.Testing;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tests.Stores;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Tests.Log;

/// <summary>Several writers over one store: no entry lost, none twice, no fork, each writer's order kept.</summary>
public sealed class ManyWritersTests
{
    [Theory]
    [InlineData(2, 3000, 64)]
    [InlineData(3, 300, 1)]
    [InlineData(3, 4000, 4096)]
    public async Task Writers_at_once_never_fork(int writers, int each, int batch)
    {
        var store = new MemoryTileStore();
        await RunAsync(_ => store, store, writers, each, batch);
    }

    [Fact]
    public async Task Writers_of_a_folder_never_fork()
    {
        using var folder = new TempFolder();
        await RunAsync(_ => new FolderTileStore(folder.File("log")), new FolderTileReader(folder.File("log")), 3, 1000, 100);
    }

    [Fact]
    public async Task Writers_whose_answers_get_lost_append_nothing_twice()
    {
        var store = new MemoryTileStore();
        await RunAsync(_ => new ForgetfulTileStore(store), store, 3, 1500, 16);
    }

    private static async Task RunAsync(Func<int, TileStore> open, TileReader reader, int writers, int each, int batch)
    {
        var options = new LogOptions { CreateIfMissing = true, MaxBatchEntries = batch };
        var receipts = new ConcurrentBag<(long Number, Receipt Receipt)>();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            await using var log = await Logs.OpenAsync(open(writer), options);
            var appends = new List<Task>();
            for (var i = 0; i < each; i++)
            {
                var number = (long)writer * 1_000_000 + i;
                appends.Add(AppendAsync(log, number));
                if (appends.Count % 50 == 0) await appends[^1];
            }

            await Task.WhenAll(appends);
        })));

        Assert.Equal(writers * each, receipts.Count);
        var report = await Logs.AssertIntactAsync(reader);
        Assert.Equal(writers * each, report.Entries);

        // Every receipt tells the truth, and what a writer sent first stands first.
        await using var all = await Logs.OpenAsync(open(0));
        var entries = await Logs.EntriesAsync(all);
        foreach (var (number, receipt) in receipts) Assert.Equal(Logs.Entry(number), entries[(int)receipt.Index]);
        Assert.Equal(receipts.Count, receipts.Select(r => r.Receipt.Index).Distinct().Count());
        foreach (var own in receipts.GroupBy(r => r.Number / 1_000_000))
        {
            var places = own.OrderBy(r => r.Number).Select(r => r.Receipt.Index).ToList();
            Assert.Equal(places.Order(), places);
        }

        // No two receipts were given under checkpoints that contradict each other.
        foreach (var same in receipts.Select(r => r.Receipt.Checkpoint).GroupBy(checkpoint => checkpoint.Size))
            Assert.Single(same.Select(checkpoint => checkpoint.Root).Distinct());

        async Task AppendAsync(TransparencyLog log, long number) => receipts.Add((number, await log.AppendAsync(Logs.Entry(number))));
    }

    /// <summary>Moves the head, waits until others have moved on, and says that it didn't.</summary>
    private sealed class ForgetfulTileStore(TileStore inner) : TileStore
    {
        private int _swaps;

        public override ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct) => inner.ReadAsync(path, ct);

        public override IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) => inner.ListAsync(prefix, ct);

        public override ValueTask<bool> CreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct) =>
            inner.CreateAsync(path, content, ct);

        public override ValueTask<VersionedObject?> ReadVersionedAsync(string path, CancellationToken ct) =>
            inner.ReadVersionedAsync(path, ct);

        public override async ValueTask<string?> SwapAsync(
            string path, ReadOnlyMemory<byte> content, string? expectedVersion, CancellationToken ct)
        {
            var version = await inner.SwapAsync(path, content, expectedVersion, ct);
            if (path != Head.Path || ++_swaps % 5 != 0) return version;
            for (var i = 0; i < 200; i++) await Task.Yield();
            return null;
        }

        public override ValueTask DeleteAsync(string path, CancellationToken ct) => inner.DeleteAsync(path, ct);
    }
}
