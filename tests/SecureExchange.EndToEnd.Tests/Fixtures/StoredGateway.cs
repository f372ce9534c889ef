using Azure.Storage.Blobs;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>A running gateway, and every byte that it has stored.</summary>
public sealed class StoredGateway(GatewayProcess process, BlobContainerClient? container) : IAsyncDisposable
{
    public GatewayProcess Process { get; } = process;

    /// <summary>The folder of its blobs, where it has one.</summary>
    public string BlobFolder => Path.Combine(Process.Data, "blobs");

    /// <summary>The names of the blobs under a prefix.</summary>
    public async Task<IReadOnlyList<string>> BlobsAsync(string prefix)
    {
        if (container is null)
        {
            return [.. Directory.EnumerateFiles(BlobFolder, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(BlobFolder, path)).Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];
        }

        var names = new List<string>();
        await foreach (var blob in container.GetBlobsAsync(prefix: prefix)) names.Add(blob.Name);
        return names;
    }

    /// <summary>All that is at rest: blobs, logs' tiles, the database with its write-ahead log; and what was written to
    /// the output. Keys aren't in it: the key folder holds no data.</summary>
    public async Task<IReadOnlyList<(string Name, byte[] Content)>> AllBytesAsync()
    {
        var all = new List<(string, byte[])>();
        foreach (var path in Directory.EnumerateFiles(Process.Data, "*", SearchOption.AllDirectories))
        {
            if (await ReadIfThereAsync(path) is { } content) all.Add((Path.GetRelativePath(Process.Data, path), content));
        }

        if (container is not null)
        {
            await foreach (var blob in container.GetBlobsAsync())
                all.Add((blob.Name, (await container.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content.ToArray()));
        }

        all.Add(("its output", System.Text.Encoding.UTF8.GetBytes(Process.Output)));
        return all;
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    /// <summary>Another test's request may be staging a file at this moment.</summary>
    private static async Task<byte[]?> ReadIfThereAsync(string path)
    {
        try
        {
            return await File.ReadAllBytesAsync(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
