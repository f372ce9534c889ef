using System.Security.Cryptography;
using System.Text;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Tests.Storage;

/// <summary>What <see cref="BlobStore"/> promises, asked of each implementation.</summary>
public abstract class BlobStoreContract : IAsyncLifetime
{
    protected static readonly BlobName s_name = new("transfers/one/masked.pgp");
    protected static readonly CancellationToken s_never = CancellationToken.None;

    protected BlobStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        if (Store is not null) await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the store of this test; each time the same one.</summary>
    protected abstract Task<BlobStore> OpenAsync();

    /// <summary>Opens another store, and gives what takes it away from under the test.</summary>
    protected abstract Task<(BlobStore Store, Func<Task> TakeAway)> OpenDoomedAsync();

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static async Task<byte[]> ReadAsync(BlobStore store, BlobName name)
    {
        await using var reader = await store.OpenReadAsync(name, s_never);
        Assert.NotNull(reader);
        return await ReadAsync(reader, 0, reader.Length);
    }

    protected static async Task<byte[]> ReadAsync(BlobReader reader, long offset, long length)
    {
        await using var stream = await reader.OpenRangeAsync(offset, length, s_never);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    protected static async Task<List<string>> ListAsync(BlobStore store, string prefix)
    {
        var names = new List<string>();
        await foreach (var name in store.ListAsync(prefix, s_never)) names.Add(name.Value);
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    protected static async Task WriteAsync(BlobStore store, BlobName name, ReadOnlyMemory<byte> content)
    {
        await using var writer = await store.CreateAsync(name, s_never);
        await writer.Content.WriteAsync(content);
        await writer.CommitAsync(s_never);
    }

    protected static async Task FailsAsync(BlobStoreError error, Func<Task> call)
    {
        var e = await Assert.ThrowsAsync<BlobStoreException>(call);
        Assert.Equal(error, e.Error);
    }

    private async Task HoldsAsync(BlobName name, string text)
    {
        Assert.Equal(text, Encoding.UTF8.GetString((await Store.GetAsync(name, s_never))!.Content.Span));
        Assert.Equal(Bytes(text), await ReadAsync(Store, name));
    }

    [Fact]
    public async Task A_small_blob_is_read_back_by_another_opening_of_the_store()
    {
        Assert.True(await Store.TryPutAsync(s_name, Bytes("sealed"), s_never));
        await using var other = await OpenAsync();
        var version = await other.GetAsync(s_name, s_never);
        Assert.Equal("sealed"u8, version!.Content.Span);
        Assert.NotEmpty(version.ETag);
    }

    [Fact]
    public async Task A_second_put_changes_nothing_and_says_so()
    {
        Assert.True(await Store.TryPutAsync(s_name, Bytes("first"), s_never));
        Assert.False(await Store.TryPutAsync(s_name, Bytes("second"), s_never));
        await HoldsAsync(s_name, "first");
    }

    [Fact]
    public async Task An_empty_blob_is_a_blob()
    {
        Assert.True(await Store.TryPutAsync(s_name, default, s_never));
        Assert.Equal(0, (await Store.GetAsync(s_name, s_never))!.Content.Length);
        Assert.Empty(await ReadAsync(Store, s_name));
        var streamed = new BlobName("streamed");
        await WriteAsync(Store, streamed, default);
        Assert.Empty(await ReadAsync(Store, streamed));
    }

    [Fact]
    public async Task What_is_not_there_is_said_not_to_be()
    {
        Assert.Null(await Store.GetAsync(s_name, s_never));
        Assert.Null(await Store.OpenReadAsync(s_name, s_never));
        Assert.False(await Store.DeleteAsync(s_name, s_never));
        Assert.Empty(await ListAsync(Store, ""));
    }

    [Fact]
    public async Task Of_twenty_puts_of_one_name_exactly_one_wins_and_its_bytes_stay()
    {
        await using var other = await OpenAsync();
        var won = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            (i % 2 == 0 ? Store : other).TryPutAsync(s_name, Bytes($"writer {i}"), s_never)));
        var winner = Assert.Single(won.Index(), w => w.Item).Index;
        Assert.Equal(Bytes($"writer {winner}"), (await Store.GetAsync(s_name, s_never))!.Content);
    }

    [Fact]
    public async Task Of_eight_writers_of_one_name_exactly_one_commits_and_its_bytes_stay()
    {
        await using var other = await OpenAsync();
        var won = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            await using var writer = await (i % 2 == 0 ? Store : other).CreateAsync(s_name, s_never);
            for (var block = 0; block < 3; block++) await writer.Content.WriteAsync(Enumerable.Repeat((byte)i, 300_000).ToArray());
            try
            {
                await writer.CommitAsync(s_never);
                return true;
            }
            catch (BlobStoreException e) when (e.Error == BlobStoreError.Exists)
            {
                return false;
            }
        }));
        var winner = Assert.Single(won.Index(), w => w.Item).Index;
        Assert.Equal(Enumerable.Repeat((byte)winner, 900_000), await ReadAsync(Store, s_name));
    }

    [Fact]
    public async Task Nothing_of_a_writer_is_visible_before_its_commit()
    {
        await using var writer = await Store.CreateAsync(s_name, s_never);
        await writer.Content.WriteAsync(RandomNumberGenerator.GetBytes(9_000_000));
        await writer.Content.FlushAsync();
        Assert.Null(await Store.GetAsync(s_name, s_never));
        Assert.Null(await Store.OpenReadAsync(s_name, s_never));
        Assert.Empty(await ListAsync(Store, ""));
        await writer.CommitAsync(s_never);
        Assert.Equal(["transfers/one/masked.pgp"], await ListAsync(Store, ""));
    }

    [Fact]
    public async Task A_writer_that_is_dropped_leaves_nothing_and_the_name_is_free()
    {
        await using (var writer = await Store.CreateAsync(s_name, s_never))
        {
            await writer.Content.WriteAsync(RandomNumberGenerator.GetBytes(9_000_000));
        }

        Assert.Null(await Store.OpenReadAsync(s_name, s_never));
        Assert.Empty(await ListAsync(Store, ""));
        await WriteAsync(Store, s_name, Bytes("later"));
        await HoldsAsync(s_name, "later");
    }

    [Fact]
    public async Task A_commit_over_a_blob_that_was_put_meanwhile_is_refused()
    {
        await using var writer = await Store.CreateAsync(s_name, s_never);
        await writer.Content.WriteAsync(Bytes("slow"));
        Assert.True(await Store.TryPutAsync(s_name, Bytes("quick"), s_never));
        await FailsAsync(BlobStoreError.Exists, () => writer.CommitAsync(s_never));
        await HoldsAsync(s_name, "quick");
    }

    [Fact]
    public async Task A_stream_closed_by_whoever_wrote_to_it_can_still_be_committed()
    {
        await using var writer = await Store.CreateAsync(s_name, s_never);
        await using (var text = new StreamWriter(writer.Content)) await text.WriteAsync("sealed");
        Assert.Equal(6, writer.Content.Length);
        await writer.CommitAsync(s_never);
        await HoldsAsync(s_name, "sealed");
    }

    [Fact]
    public async Task A_swap_from_nothing_happens_once()
    {
        Assert.NotNull(await Store.SwapAsync(s_name, Bytes("1"), null, s_never));
        Assert.Null(await Store.SwapAsync(s_name, Bytes("2"), null, s_never));
        await HoldsAsync(s_name, "1");
    }

    [Fact]
    public async Task A_swap_replaces_the_version_that_was_read_and_no_other()
    {
        Assert.NotNull(await Store.SwapAsync(s_name, Bytes("1"), null, s_never));
        var first = (await Store.GetAsync(s_name, s_never))!.ETag;
        Assert.NotNull(await Store.SwapAsync(s_name, Bytes("2"), first, s_never));
        Assert.Null(await Store.SwapAsync(s_name, Bytes("3"), first, s_never));
        var second = await Store.GetAsync(s_name, s_never);
        Assert.Equal("2"u8, second!.Content.Span);
        Assert.NotEqual(first, second.ETag);
    }

    [Fact]
    public async Task A_swap_of_a_blob_that_is_gone_is_refused()
    {
        Assert.NotNull(await Store.SwapAsync(s_name, Bytes("1"), null, s_never));
        var tag = (await Store.GetAsync(s_name, s_never))!.ETag;
        Assert.True(await Store.DeleteAsync(s_name, s_never));
        Assert.Null(await Store.SwapAsync(s_name, Bytes("2"), tag, s_never));
        Assert.Null(await Store.GetAsync(s_name, s_never));
    }

    [Fact]
    public async Task Twenty_writers_that_count_by_swapping_lose_no_step()
    {
        await using var other = await OpenAsync();
        await Store.SwapAsync(s_name, Bytes("0"), null, s_never);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            var store = i % 2 == 0 ? Store : other;
            while (true)
            {
                var now = (await store.GetAsync(s_name, s_never))!;
                var next = int.Parse(now.Content.Span, null) + 1;
                if (await store.SwapAsync(s_name, Bytes($"{next}"), now.ETag, s_never) is not null) return;
            }
        }));
        await HoldsAsync(s_name, "20");
    }

    [Fact]
    public async Task Ranges_are_exact_at_every_edge_and_can_be_read_side_by_side()
    {
        var content = RandomNumberGenerator.GetBytes(1_000_003);
        await WriteAsync(Store, s_name, content);
        await using var reader = (await Store.OpenReadAsync(s_name, s_never))!;
        Assert.Equal(content.Length, reader.Length);
        (long, long)[] ranges = [(0, 1), (0, content.Length), (content.Length - 1, 1), (content.Length, 0), (0, 0), (5, 0),
            (499_999, 2), (1, content.Length - 1), (0, content.Length - 1), (262_144, 262_144)];
        var read = await Task.WhenAll(ranges.Select(r => ReadAsync(reader, r.Item1, r.Item2)));
        foreach (var ((offset, length), bytes) in ranges.Zip(read))
            Assert.Equal(content[(int)offset..(int)(offset + length)], bytes);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 7)]
    [InlineData(6, 1)]
    [InlineData(7, 0)]
    [InlineData(3, long.MaxValue)]
    public async Task A_range_outside_the_blob_is_refused(long offset, long length)
    {
        await Store.TryPutAsync(s_name, Bytes("sealed"), s_never);
        await using var reader = (await Store.OpenReadAsync(s_name, s_never))!;
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reader.OpenRangeAsync(offset, length, s_never));
    }

    [Fact]
    public async Task The_etag_for_readers_stays_with_the_blob_and_changes_with_it()
    {
        await Store.TryPutAsync(s_name, Bytes("one"), s_never);
        var first = await TagAsync();
        Assert.Equal(first, await TagAsync());
        Assert.DoesNotContain('"', first);
        await Store.DeleteAsync(s_name, s_never);
        await Store.TryPutAsync(s_name, Bytes("second"), s_never);
        Assert.NotEqual(first, await TagAsync());

        async Task<string> TagAsync()
        {
            await using var reader = await Store.OpenReadAsync(s_name, s_never);
            return reader!.ETag;
        }
    }

    [Fact]
    public async Task Listing_gives_the_names_that_begin_so_and_no_others()
    {
        string[] names = ["checkpoint", "logs/a/checkpoint", "logs/a/tile/0/000", "logs/a/tile/0/x001/234.p/5",
            "logs/ab/checkpoint", "logs/b/checkpoint", "transfers/1/masked.pgp", "transfers/1.x"];
        foreach (var name in names) Assert.True(await Store.TryPutAsync(new BlobName(name), Bytes(name), s_never));
        foreach (var prefix in (string[])["", "logs/", "logs/a", "logs/a/", "logs/a/tile/0/x001/234.p/5", "transfers/1", "c", "x", "x/y/"])
        {
            var expected = names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
            Assert.Equal(expected, await ListAsync(Store, prefix));
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("../")]
    [InlineData("a//")]
    [InlineData(".staging/")]
    [InlineData("A")]
    public async Task Listing_takes_only_the_beginning_of_a_name(string prefix) =>
        await Assert.ThrowsAsync<ArgumentException>(() => ListAsync(Store, prefix));

    [Fact]
    public async Task A_deleted_blob_is_gone_and_its_name_can_be_used_again()
    {
        await Store.TryPutAsync(s_name, Bytes("one"), s_never);
        Assert.True(await Store.DeleteAsync(s_name, s_never));
        Assert.False(await Store.DeleteAsync(s_name, s_never));
        Assert.Null(await Store.GetAsync(s_name, s_never));
        Assert.Empty(await ListAsync(Store, ""));
        Assert.True(await Store.TryPutAsync(s_name, Bytes("two"), s_never));
    }

    [Fact]
    public async Task A_blob_too_large_to_be_small_is_refused_both_ways()
    {
        var large = new byte[BlobStore.MaxSmallLength + 1];
        await FailsAsync(BlobStoreError.TooLarge, () => Store.TryPutAsync(s_name, large, s_never));
        await FailsAsync(BlobStoreError.TooLarge, () => Store.SwapAsync(s_name, large, null, s_never));
        await WriteAsync(Store, s_name, large);
        await FailsAsync(BlobStoreError.TooLarge, () => Store.GetAsync(s_name, s_never));
        var largest = new BlobName("largest");
        Assert.True(await Store.TryPutAsync(largest, large.AsMemory(1), s_never));
        Assert.Equal(BlobStore.MaxSmallLength, (await Store.GetAsync(largest, s_never))!.Content.Length);
    }

    [Fact]
    public async Task A_cancelled_call_ends_as_cancelled()
    {
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.TryPutAsync(s_name, Bytes("x"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.GetAsync(s_name, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.SwapAsync(s_name, Bytes("x"), null, cancelled));
        await using var writer = await Store.CreateAsync(s_name, s_never);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.CommitAsync(cancelled));
        Assert.Null(await Store.GetAsync(s_name, s_never));
    }

    [Fact]
    public async Task A_store_that_is_away_is_never_taken_for_an_empty_one()
    {
        var (store, takeAway) = await OpenDoomedAsync();
        await using var closing = store;
        await store.TryPutAsync(s_name, Bytes("sealed"), s_never);
        await using var writer = await store.CreateAsync(new BlobName("begun"), s_never);
        await store.CheckAsync(s_never);
        await takeAway();

        await FailsAsync(BlobStoreError.StoreAway, () => store.CheckAsync(s_never));
        await FailsAsync(BlobStoreError.StoreAway, () => store.GetAsync(s_name, s_never));
        await FailsAsync(BlobStoreError.StoreAway, () => store.OpenReadAsync(s_name, s_never));
        await FailsAsync(BlobStoreError.StoreAway, () => store.TryPutAsync(s_name, Bytes("again"), s_never));
        await FailsAsync(BlobStoreError.StoreAway, () => store.SwapAsync(s_name, Bytes("again"), null, s_never));
        await FailsAsync(BlobStoreError.StoreAway, () => store.DeleteAsync(s_name, s_never));
        await FailsAsync(BlobStoreError.StoreAway, () => ListAsync(store, ""));
        await FailsAsync(BlobStoreError.StoreAway, () => writer.CommitAsync(s_never));
    }
}
