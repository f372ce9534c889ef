using SecureExchange.Access;
using SecureExchange.Gateway.Keys;

namespace SecureExchange.Gateway.Storage;

/// <summary>Reads a part that is under its transfer's data key.</summary>
internal sealed class GatewayPartReader : IAsyncDisposable
{
    private readonly BlobReader _blob;
    private readonly Stream _sealed;
    private readonly DataSealReader _data;

    private GatewayPartReader(BlobReader blob, Stream content, DataSealReader data)
    {
        _blob = blob;
        _sealed = content;
        _data = data;
    }

    /// <exception cref="BlobStoreException">It isn't there.</exception>
    internal static async Task<GatewayPartReader> OpenAsync(
        BlobStore blobs, TransferId transfer, DataKey key, string part, CancellationToken ct)
    {
        var name = StagedTransfer.PartBlob(transfer, part);
        var blob = await blobs.OpenReadAsync(name, ct)
            ?? throw new BlobStoreException(BlobStoreError.Gone, $"{name}: missing, although its transfer is published");
        var content = await blob.OpenRangeAsync(0, blob.Length, ct);
        using var sealKey = key.SealKey(part);
        return new GatewayPartReader(blob, content, new DataSealReader(content, sealKey));
    }

    /// <summary>The next piece, authenticated; empty at the end. Valid until the next call.</summary>
    internal ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken ct) => _data.ReadAsync(ct);

    public async ValueTask DisposeAsync()
    {
        _data.Dispose();
        await _sealed.DisposeAsync();
        await _blob.DisposeAsync();
    }
}
