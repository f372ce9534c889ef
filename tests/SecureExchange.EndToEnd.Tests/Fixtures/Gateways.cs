using System.Collections.Concurrent;
using Azure.Storage.Blobs;
using SecureExchange.Testing;

[assembly: AssemblyFixture(typeof(SecureExchange.EndToEnd.Tests.Fixtures.Gateways))]

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>Gateways over each store: one that tests share, each under agreements of its own, and as many more as tests
/// want for themselves.</summary>
public sealed class Gateways : IAsyncDisposable
{
    private readonly Azurite _azurite = new();
    private readonly TempFolder _folder = new();
    private readonly ConcurrentDictionary<Store, Lazy<Task<StoredGateway>>> _shared = new();

    public Task<StoredGateway> SharedAsync(Store store) =>
        _shared.GetOrAdd(store, s => new Lazy<Task<StoredGateway>>(() => StartAsync(s))).Value;

    /// <summary>A gateway that nobody else has; the caller's to end.</summary>
    public async Task<StoredGateway> StartAsync(Store store, params string[] more)
    {
        if (store == Store.Folder) return new StoredGateway(await GatewayProcess.StartAsync(more), container: null);
        var connection = await _azurite.StartAsync();
        var container = $"c{Guid.NewGuid():n}";
        var file = _folder.File(container);
        await File.WriteAllTextAsync(file, connection + "\n");
        var process = await GatewayProcess.StartAsync(
            ["--azure-connection-string-file", file, "--azure-container", container, "--azure-create-container", "true", .. more]);
        var options = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2023_01_03);
        return new StoredGateway(process, new BlobContainerClient(connection, container, options));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var shared in _shared.Values)
        {
            if (shared.Value.IsCompletedSuccessfully) await (await shared.Value).DisposeAsync();
        }

        await _azurite.DisposeAsync();
        _folder.Dispose();
    }
}
