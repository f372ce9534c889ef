using System.Runtime.CompilerServices;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Gateway.Audit;

/// <summary>A log's objects in the blob store.</summary>
internal sealed class BlobTileStore(BlobStore blobs, string folder) : TileStore
{
    public override async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct) =>
        (await blobs.GetAsync(Name(path), ct))?.Content;

    public override async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var name in blobs.ListAsync($"{folder}/{prefix}", ct)) yield return name.Value[(folder.Length + 1)..];
    }

    public override async ValueTask<bool> CreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        await blobs.TryPutAsync(Name(path), content, ct);

    public override async ValueTask<VersionedObject?> ReadVersionedAsync(string path, CancellationToken ct) =>
        await blobs.GetAsync(Name(path), ct) is { } found ? new VersionedObject(found.Content, found.ETag) : null;

    public override async ValueTask<string?> SwapAsync(
        string path, ReadOnlyMemory<byte> content, string? expectedVersion, CancellationToken ct) =>
        await blobs.SwapAsync(Name(path), content, expectedVersion, ct);

    public override async ValueTask DeleteAsync(string path, CancellationToken ct) => await blobs.DeleteAsync(Name(path), ct);

    private BlobName Name(string path) => new BlobName($"{folder}/{path}");
}
