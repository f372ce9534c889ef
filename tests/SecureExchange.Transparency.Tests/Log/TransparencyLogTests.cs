using SecureExchange.Testing;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Proofs;
using SecureExchange.Transparency.Tests.Stores;

namespace SecureExchange.Transparency.Tests.Log;

public sealed class TransparencyLogTests
{
    [Fact]
    public async Task An_append_returns_when_its_entry_is_under_the_published_checkpoint()
    {
        using var folder = new TempFolder();
        var store = new FolderTileStore(folder.File("log"));
        await using var log = await Logs.OpenAsync(store);
        for (var i = 0; i < 5; i++)
        {
            var receipt = await log.AppendAsync(Logs.Entry(i));
            var published = Checkpoint.Open((await store.ReadAsync("checkpoint", CancellationToken.None))!.Value.Span, Logs.Verifier);
            Assert.Equal((i, i + 1, Logs.Origin), (receipt.Index, published.Size, receipt.Log));
            Assert.Equal(receipt.Checkpoint, published);
            Assert.Equal(5, (await Logs.AssertIntactAsync(store)).Entries + 4 - i);
        }
    }

    [Fact]
    public async Task A_reopened_log_goes_on_where_it_was()
    {
        var store = new MemoryTileStore();
        await using (var log = await Logs.OpenAsync(store)) await Logs.AppendAsync(log, 0, 300);
        await using var again = await Logs.OpenAsync(store, new LogOptions());
        Assert.Equal(300, again.Latest.Size);
        Assert.Equal(300, (await again.AppendAsync(Logs.Entry(300))).Index);
        Assert.Equal(Enumerable.Range(0, 301).Select(i => Logs.Entry(i)), await Logs.EntriesAsync(again));
    }

    [Fact]
    public async Task Entries_of_no_bytes_and_of_the_most_bytes_are_kept_and_larger_ones_are_refused()
    {
        var store = new MemoryTileStore();
        await using var log = await Logs.OpenAsync(store);
        byte[][] entries = [[], new Dice(1).Bytes(TransparencyLog.MaxEntrySize), [0]];
        foreach (var entry in entries) await log.AppendAsync(entry);
        Assert.Equal(entries, await Logs.EntriesAsync(log));
        await Assert.ThrowsAsync<ArgumentException>(async () => await log.AppendAsync(new byte[TransparencyLog.MaxEntrySize + 1]));
        await Logs.AssertIntactAsync(store);
    }

    [Fact]
    public async Task An_empty_log_is_made_only_when_asked_for()
    {
        var store = new MemoryTileStore();
        var e = await Assert.ThrowsAsync<TransparencyException>(() => Logs.OpenAsync(store, new LogOptions()));
        Assert.Equal(TransparencyError.LogMissing, e.Error);
        Assert.Empty(store.Objects);
        await using var log = await Logs.OpenAsync(store);
        Assert.Equal(0, log.Latest.Size);
        Assert.Equal(0, (await Logs.AssertIntactAsync(store)).Entries);
    }

    [Fact]
    public async Task Another_key_or_another_origin_does_not_open_the_log()
    {
        var store = new MemoryTileStore();
        await using (var log = await Logs.OpenAsync(store)) await Logs.AppendAsync(log, 0, 3);
        foreach (var signer in new[] { Logs.Signer(key: 8), Logs.Signer("log.example/other") })
        {
            var e = await Assert.ThrowsAsync<TransparencyException>(
                () => TransparencyLog.OpenAsync(store, signer, new LogOptions(), CancellationToken.None));
            Assert.Equal(TransparencyError.UnknownKey, e.Error);
        }
    }

    [Fact]
    public async Task A_receipt_is_a_proof_that_verifies_offline()
    {
        var store = new MemoryTileStore();
        await using var log = await Logs.OpenAsync(store);
        await Logs.AppendAsync(log, 0, 1000);
        for (var i = 0; i < 1000; i += 37)
        {
            var verdict = LogProof.Verify(await log.ProveAsync(i, CancellationToken.None), Logs.Entry(i), Logs.Verifier);
            Assert.Equal((ProofOutcome.Included, i, 1000), (verdict.Outcome, verdict.Index, verdict.Checkpoint!.Size));
        }
    }

    [Fact]
    public async Task A_log_sees_what_another_process_has_appended()
    {
        var store = new MemoryTileStore();
        await using var one = await Logs.OpenAsync(store);
        await using var two = await Logs.OpenAsync(store);
        await Logs.AppendAsync(one, 0, 10);
        Assert.Equal(0, two.Latest.Size);
        Assert.True(LogProof.Verify(await two.ProveAsync(9, CancellationToken.None), Logs.Entry(9), Logs.Verifier).IsIncluded);
        Assert.Equal(10, two.Latest.Size);
        Assert.Equal(10, (await two.AppendAsync(Logs.Entry(10))).Index);
        Assert.Equal(11, (await one.RefreshAsync(CancellationToken.None)).Size);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await one.ProveAsync(11, CancellationToken.None));
    }

    [Fact]
    public async Task What_a_reader_is_given_was_checked_against_the_root()
    {
        var store = new MemoryTileStore();
        await using var log = await Logs.OpenAsync(store);
        await Logs.AppendAsync(log, 0, 600);
        foreach (var path in new[] { "tile/entries/001", "tile/0/001", "tile/1/000.p/2", "tile/entries/002.p/88" })
        {
            var whole = store.Objects[path];
            var changed = whole.Content.ToArray();
            changed[^1] ^= 1;
            store.Put(path, changed);
            await Assert.ThrowsAsync<TransparencyException>(async () => await Logs.EntriesAsync(log));
            store.Objects.TryRemove(path, out _);
            await Assert.ThrowsAsync<TransparencyException>(async () => await Logs.EntriesAsync(log));
            store.Objects[path] = whole;
        }

        Assert.Equal(600, (await Logs.EntriesAsync(log)).Count);
    }

    [Fact]
    public async Task Partial_tiles_are_deleted_once_the_full_tile_is_there()
    {
        var store = new MemoryTileStore();
        await using (var log = await Logs.OpenAsync(store))
        {
            for (var i = 0; i < 258; i++) await log.AppendAsync(Logs.Entry(i));
        }

        Assert.DoesNotContain(store.Objects.Keys, path => path.StartsWith("tile/0/000.p/", StringComparison.Ordinal));
        Assert.DoesNotContain(store.Objects.Keys, path => path.StartsWith("tile/entries/000.p/", StringComparison.Ordinal));
        Assert.Contains("tile/0/001.p/1", store.Objects.Keys);
        Assert.Contains("tile/0/001.p/2", store.Objects.Keys);
        await Logs.AssertIntactAsync(store);
    }

    [Fact]
    public async Task A_closed_log_refuses_and_has_finished_what_it_had_taken()
    {
        var store = new MemoryTileStore();
        var log = await Logs.OpenAsync(store);
        var last = log.AppendAsync(Logs.Entry(0)).AsTask();
        await log.DisposeAsync();
        Assert.True(last.IsCompleted);
        var e = await Assert.ThrowsAsync<LogUnavailableException>(async () => await log.AppendAsync(Logs.Entry(1)));
        Assert.Equal(LogUnavailableReason.Closed, e.Reason);
        Assert.Equal(1, (await Logs.AssertIntactAsync(store)).Entries);
    }

    [Fact]
    public async Task A_store_that_stands_still_does_not_fill_the_memory()
    {
        var store = new StalledTileStore();
        await using var log = await Logs.OpenAsync(store, new LogOptions { CreateIfMissing = true, MaxPendingBytes = 10_000 });
        store.Stall();
        var appends = Enumerable.Range(0, 30).Select(_ => Append(new byte[1000])).ToList();
        await Assert.ThrowsAsync<LogUnavailableException>(() => appends[^1]);
        store.Continue();
        await Task.WhenAll(appends.Where(append => !append.IsFaulted));
        Assert.Equal(appends.Count(append => append.IsCompletedSuccessfully), (await Logs.AssertIntactAsync(store)).Entries);
        Assert.Contains(appends, append => append.IsCompletedSuccessfully);

        async Task Append(byte[] entry) => await log.AppendAsync(entry);
    }

    [Theory]
    [InlineData("head", TransparencyError.HeadRolledBack)]
    [InlineData("checkpoint", TransparencyError.CheckpointRolledBack)]
    public async Task A_log_whose_head_or_checkpoint_was_put_back_is_not_opened(string path, TransparencyError error)
    {
        var store = new MemoryTileStore();
        await using var log = await Logs.OpenAsync(store);
        await log.AppendAsync(Logs.Entry(0));
        var old = store.Objects[path].Content;
        await log.AppendAsync(Logs.Entry(1));
        await log.AppendAsync(Logs.Entry(2));
        store.Put(path, old);
        var e = await Assert.ThrowsAsync<TransparencyException>(() => Logs.OpenAsync(store));
        Assert.Equal(error, e.Error);

        // The log that is open finds out with its next append, says so, and takes nothing from then on.
        for (var i = 0; i < 2; i++)
        {
            var unavailable = await Assert.ThrowsAsync<LogUnavailableException>(async () => await log.AppendAsync(Logs.Entry(3)));
            Assert.Equal(LogUnavailableReason.Inconsistent, unavailable.Reason);
            Assert.Equal(error, Assert.IsType<TransparencyException>(unavailable.InnerException).Error);
        }
    }

    [Fact]
    public async Task A_log_whose_head_is_gone_is_not_begun_anew()
    {
        var store = new MemoryTileStore();
        await using (var log = await Logs.OpenAsync(store)) await Logs.AppendAsync(log, 0, 3);
        store.Objects.TryRemove("head", out _);
        Assert.Equal(TransparencyError.HeadMissing, (await Assert.ThrowsAsync<TransparencyException>(() => Logs.OpenAsync(store))).Error);
        store.Objects.TryRemove("checkpoint", out _);
        Assert.Equal(TransparencyError.HeadMissing, (await Assert.ThrowsAsync<TransparencyException>(() => Logs.OpenAsync(store))).Error);
    }

    [Fact]
    public async Task A_tile_that_stands_where_another_must_be_written_stops_the_log()
    {
        var store = new MemoryTileStore();
        await using var log = await Logs.OpenAsync(store);
        await log.AppendAsync(Logs.Entry(0));
        store.Put("tile/0/000.p/2", new byte[64]);
        var e = await Assert.ThrowsAsync<LogUnavailableException>(async () => await log.AppendAsync(Logs.Entry(1)));
        Assert.Equal(LogUnavailableReason.Inconsistent, e.Reason);
        Assert.Equal(1, Checkpoint.Open(store.Objects["checkpoint"].Content.Span, Logs.Verifier).Size);
    }
}
