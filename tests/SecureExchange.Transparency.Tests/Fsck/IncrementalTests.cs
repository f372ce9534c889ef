using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Tests.Stores;

namespace SecureExchange.Transparency.Tests.Fsck;

/// <summary>A verifier that looks often reads what is new, and finds there what a whole pass would find.</summary>
public sealed class IncrementalTests
{
    private static readonly int[] s_sizes = [1, 2, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 65_537, 66_000];

    [Fact]
    public async Task From_every_size_to_every_later_one_an_honest_log_follows_and_only_what_is_new_is_read()
    {
        var store = new MemoryTileStore();
        var seen = new List<Checkpoint>();
        await using var log = await Logs.OpenAsync(store);
        foreach (var size in s_sizes)
        {
            await Logs.AppendAsync(log, log.Latest.Size, size - log.Latest.Size);
            foreach (var before in seen)
            {
                var report = await FsckAsync(store, before);
                Assert.True(report.IsIntact, $"{before.Size} to {size}: {Logs.Describe(report)}");
                Assert.Equal(size - (before.Size / 256 * 256), report.Entries);
            }

            seen.Add(log.Latest);
        }
    }

    [Theory]
    [InlineData("tile/entries/002.p/188", 5)]
    [InlineData("tile/entries/001", 5)]
    [InlineData("tile/0/001", 5)]
    [InlineData("tile/1/000.p/2", 40)]
    [InlineData("tile/0/002.p/188", 5)]
    public async Task A_change_in_what_is_new_or_at_its_edge_is_found(string path, int at)
    {
        var store = new MemoryTileStore();
        await using var log = await Logs.OpenAsync(store);
        await Logs.AppendAsync(log, 0, 300);
        var before = log.Latest;
        await Logs.AppendAsync(log, 300, 400);
        Assert.True((await FsckAsync(store, before)).IsIntact);
        var bytes = store.Objects[path].Content.ToArray();
        bytes[at] ^= 1;
        store.Put(path, bytes);
        Assert.False((await FsckAsync(store, before)).IsIntact, path);
    }

    [Fact]
    public async Task A_log_that_does_not_contain_what_was_verified_is_found()
    {
        var (store, other) = (new MemoryTileStore(), new MemoryTileStore());
        await using var log = await Logs.OpenAsync(store);
        await Logs.AppendAsync(log, 0, 300);
        await using var rewritten = await Logs.OpenAsync(other);
        await Logs.AppendAsync(rewritten, 5000, 700);
        Assert.False((await FsckAsync(other, log.Latest)).IsIntact);
        Assert.False((await FsckAsync(store, rewritten.Latest)).IsIntact); // Shorter than what was verified.
    }

    private static Task<FsckReport> FsckAsync(MemoryTileStore store, Checkpoint before) =>
        LogFsck.RunAsync(store, Logs.Verifier, new FsckOptions { VerifiedUpTo = before }, CancellationToken.None);
}
