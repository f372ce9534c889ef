using SecureExchange.Gateway.Storage;
using SecureExchange.Testing;

namespace SecureExchange.Gateway.Tests.Storage;

public sealed class FolderBlobStoreTests : BlobStoreContract
{
    private readonly TempFolder _folder = new();

    private string Root => _folder.File("blobs");

    protected override async Task<BlobStore> OpenAsync() => await FolderBlobStore.OpenAsync(Root, s_never);

    protected override async Task<(BlobStore, Func<Task>)> OpenDoomedAsync() =>
        (await OpenAsync(), () => Task.Run(() => Directory.Delete(Root, recursive: true)));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_blob_is_the_file_of_its_name_for_its_owner_only()
    {
        await Store.TryPutAsync(new BlobName("logs/a/checkpoint"), Bytes("signed"), s_never);
        await WriteAsync(Store, s_name, Bytes("sealed"));
        Assert.Equal("signed", await File.ReadAllTextAsync(Path.Combine(Root, "logs/a/checkpoint")));
        foreach (var entry in new DirectoryInfo(Root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(entry is DirectoryInfo ? Owner | UnixFileMode.UserExecute : Owner, entry.UnixFileMode);
        }

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Root, ".staging")));
    }

    [Fact]
    public async Task Opening_removes_what_a_killed_process_left_and_not_what_another_is_writing()
    {
        await using var writer = await Store.CreateAsync(s_name, s_never);
        await writer.Content.WriteAsync(new byte[300_000]);
        await File.WriteAllTextAsync(Path.Combine(Root, ".staging", "left-over"), "half a blob");
        await using var other = await OpenAsync();
        Assert.Single(Directory.EnumerateFiles(Path.Combine(Root, ".staging")));
        await writer.CommitAsync(s_never);
        Assert.Equal(300_000, (await ReadAsync(other, s_name)).Length);
    }

    [Fact]
    public async Task A_link_in_a_blobs_place_is_never_followed()
    {
        var secret = _folder.File("gateway.key");
        await File.WriteAllTextAsync(secret, "not a blob");
        Directory.CreateDirectory(Path.Combine(Root, "transfers/one"));
        File.CreateSymbolicLink(Path.Combine(Root, s_name.Value), secret);

        await FailsAsync(BlobStoreError.Tampered, () => Store.GetAsync(s_name, s_never));
        await FailsAsync(BlobStoreError.Tampered, () => Store.OpenReadAsync(s_name, s_never));
        await FailsAsync(BlobStoreError.Tampered, () => Store.SwapAsync(s_name, Bytes("x"), null, s_never));
        await FailsAsync(BlobStoreError.Tampered, () => ListAsync(Store, ""));
        Assert.False(await Store.TryPutAsync(s_name, Bytes("x"), s_never));
        Assert.Equal("not a blob", await File.ReadAllTextAsync(secret));
    }

    [Fact]
    public async Task A_link_in_a_folders_place_is_never_followed()
    {
        var outside = Directory.CreateDirectory(_folder.File("outside"));
        await File.WriteAllTextAsync(Path.Combine(outside.FullName, "masked.pgp"), "not a blob");
        Directory.CreateDirectory(Path.Combine(Root, "transfers"));
        Directory.CreateSymbolicLink(Path.Combine(Root, "transfers/one"), outside.FullName);

        await FailsAsync(BlobStoreError.Tampered, () => Store.GetAsync(s_name, s_never));
        await FailsAsync(BlobStoreError.Tampered, () => Store.TryPutAsync(new BlobName("transfers/one/new"), Bytes("x"), s_never));
        await FailsAsync(BlobStoreError.Tampered, () => Store.DeleteAsync(s_name, s_never));
        await FailsAsync(BlobStoreError.Tampered, () => ListAsync(Store, "transfers/one/"));
        await using var writer = await Store.CreateAsync(new BlobName("transfers/one/new"), s_never);
        await FailsAsync(BlobStoreError.Tampered, () => writer.CommitAsync(s_never));
        Assert.Single(outside.EnumerateFiles());
    }

    [Fact]
    public async Task A_pipe_or_a_folder_in_a_blobs_place_is_reported_and_blocks_nobody()
    {
        Directory.CreateDirectory(Path.Combine(Root, "folder"));
        (await Peer.RunAsync("mkfifo", [Path.Combine(Root, "pipe")])).Succeeded();
        await FailsAsync(BlobStoreError.Tampered, () => Store.GetAsync(new BlobName("pipe"), s_never));
        await FailsAsync(BlobStoreError.Tampered, () => Store.OpenReadAsync(new BlobName("folder"), s_never));
        await FailsAsync(BlobStoreError.Tampered, () => Store.DeleteAsync(new BlobName("folder"), s_never));
    }

    [Fact]
    public async Task A_file_cut_short_while_it_is_read_is_an_error_and_not_a_shorter_blob()
    {
        await WriteAsync(Store, s_name, new byte[1_000_000]);
        await using var reader = (await Store.OpenReadAsync(s_name, s_never))!;
        await using var stream = await reader.OpenRangeAsync(0, reader.Length, s_never);
        await using (var file = File.OpenWrite(Path.Combine(Root, s_name.Value))) file.SetLength(500_000);
        await FailsAsync(BlobStoreError.Tampered, () => stream.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task A_blob_that_is_deleted_while_it_is_read_is_read_to_its_end()
    {
        await WriteAsync(Store, s_name, Bytes("sealed"));
        await using var reader = (await Store.OpenReadAsync(s_name, s_never))!;
        Assert.True(await Store.DeleteAsync(s_name, s_never));
        Assert.Equal(Bytes("sealed"), await ReadAsync(reader, 0, reader.Length));
    }

    [Fact]
    public async Task Another_folder_in_the_stores_place_is_not_taken_for_it()
    {
        await Store.TryPutAsync(s_name, Bytes("sealed"), s_never);
        Directory.Move(Root, _folder.File("moved"));
        Directory.CreateDirectory(Root);
        await FailsAsync(BlobStoreError.StoreAway, () => Store.CheckAsync(s_never));
        await FailsAsync(BlobStoreError.StoreAway, () => Store.GetAsync(new BlobName("unknown"), s_never));
    }

    [Fact]
    public async Task A_place_where_no_folder_can_be_made_is_a_matter_of_configuration()
    {
        await File.WriteAllTextAsync(_folder.File("file"), "");
        await FailsAsync(BlobStoreError.NotConfigured, () => FolderBlobStore.OpenAsync(_folder.File("file/blobs"), s_never));
    }
}
