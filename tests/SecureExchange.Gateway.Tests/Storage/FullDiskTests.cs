using SecureExchange.Gateway.Storage;
using SecureExchange.Testing;

namespace SecureExchange.Gateway.Tests.Storage;

/// <summary>The folder store on a file system of 2 MB that is full, and on one that is read-only. Mounting takes root.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private static readonly CancellationToken s_never = CancellationToken.None;
    private static readonly BlobName s_kept = new("transfers/kept/masked.pgp"), s_new = new("transfers/new/masked.pgp");

    private readonly TempFolder _folder = new();
    private FolderBlobStore? _store;

    public async ValueTask InitializeAsync()
    {
        if (!Environment.IsPrivilegedProcess) return;
        var mounted = await Peer.RunAsync("mount", ["-t", "tmpfs", "-o", "size=2m", "sx-test", _folder.Path]);
        if (mounted.ExitCode != 0) return;
        _store = await FolderBlobStore.OpenAsync(_folder.Path, s_never);
        await _store.TryPutAsync(s_kept, "sealed"u8.ToArray(), s_never);
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
            (await Peer.RunAsync("umount", [_folder.Path])).Succeeded();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_as_such_and_nothing_of_it_stays()
    {
        var store = Mounted();
        var large = new byte[3 << 20];
        Assert.Equal(BlobStoreError.StoreFull, await ErrorAsync(() => store.TryPutAsync(s_new, large, s_never)));
        Assert.Equal(BlobStoreError.StoreFull, await ErrorAsync(() => store.SwapAsync(s_new, large, null, s_never)));
        Assert.Equal(BlobStoreError.StoreFull, await ErrorAsync(async () =>
        {
            await using var writer = await store.CreateAsync(s_new, s_never);
            await writer.Content.WriteAsync(large, s_never);
            await writer.CommitAsync(s_never);
        }));

        Assert.Null(await store.GetAsync(s_new, s_never));
        Assert.Empty(Directory.EnumerateFiles(_folder.File(".staging")));
        Assert.NotNull(await store.GetAsync(s_kept, s_never));

        // With the failed attempts gone, there is room for what fits.
        Assert.True(await store.TryPutAsync(s_new, new byte[1 << 20], s_never));
    }

    [Fact]
    public async Task A_blob_with_a_failed_write_can_not_be_committed()
    {
        await using var writer = await Mounted().CreateAsync(s_new, s_never);
        Assert.Equal(BlobStoreError.StoreFull, await ErrorAsync(() => writer.Content.WriteAsync(new byte[3 << 20], s_never).AsTask()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CommitAsync(s_never));
        Assert.Null(await Mounted().OpenReadAsync(s_new, s_never));
    }

    [Fact]
    public async Task A_read_only_store_can_be_read_and_says_that_it_can_not_be_written()
    {
        var store = Mounted();
        (await Peer.RunAsync("mount", ["-o", "remount,ro", _folder.Path])).Succeeded();
        Assert.NotNull(await store.GetAsync(s_kept, s_never));
        Assert.Equal(BlobStoreError.Denied, await ErrorAsync(() => store.TryPutAsync(s_new, new byte[1], s_never)));
        Assert.Equal(BlobStoreError.Denied, await ErrorAsync(() => store.DeleteAsync(s_kept, s_never)));
        Assert.Equal(BlobStoreError.Denied, await ErrorAsync(() => store.CreateAsync(s_new, s_never)));
        Assert.Equal(BlobStoreError.Denied, await ErrorAsync(() => store.CheckAsync(s_never)));
    }

    private FolderBlobStore Mounted()
    {
        if (_store is null) Assert.Skip("a file system of a known size can't be mounted here");
        return _store!;
    }

    private static async Task<BlobStoreError> ErrorAsync(Func<Task> call) =>
        (await Assert.ThrowsAsync<BlobStoreException>(call)).Error;
}
