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
    }
}
