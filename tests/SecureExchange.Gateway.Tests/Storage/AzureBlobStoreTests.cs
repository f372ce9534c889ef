using SecureExchange.Gateway.Storage;
using SecureExchange.Testing;

[assembly: AssemblyFixture(typeof(Azurite))]

namespace SecureExchange.Gateway.Tests.Storage;

public sealed class AzureBlobStoreTests(Azurite shared) : BlobStoreContract
{
    private readonly TempFolder _folder = new();
    private Azurite? _closing;
    private readonly string _container = $"c{Guid.NewGuid():n}";

    protected override async Task<BlobStore> OpenAsync() => await OpenAsync(await shared.StartAsync(), _container);

    protected override async Task<(BlobStore, Func<Task>)> OpenDoomedAsync()
    {
        var own = new Azurite();
        _closing = own;
        return (await OpenAsync(await own.StartAsync(), _container), own.StopAsync);
    }

    private async Task<BlobStore> OpenAsync(string connection, string container)
    {
        var file = _folder.File("connection");
        await File.WriteAllTextAsync(file, connection);
        return await AzureBlobStore.OpenAsync(
            new AzureBlobOptions { Container = container, ConnectionStringFile = file, CreateContainer = true }, s_never);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_closing is not null) await _closing.DisposeAsync();
        _folder.Dispose();
    }
}
