namespace SecureExchange.Gateway.Storage;

public sealed class AzureBlobStore : BlobStore
{
    private AzureBlobStore() { }

    /// <exception cref="BlobStoreException"/>
    public static Task<AzureBlobStore> OpenAsync(AzureBlobOptions options, CancellationToken ct) => throw new NotImplementedException();

    public override Task<BlobWriter> CreateAsync(BlobName name, CancellationToken ct) => throw new NotImplementedException();

    public override Task<bool> TryPutAsync(BlobName name, ReadOnlyMemory<byte> content, CancellationToken ct) => throw new NotImplementedException();

    public override Task<BlobVersion?> GetAsync(BlobName name, CancellationToken ct) => throw new NotImplementedException();

    public override Task<bool> SwapAsync(
        BlobName name, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken ct) => throw new NotImplementedException();

    public override Task<BlobReader?> OpenReadAsync(BlobName name, CancellationToken ct) => throw new NotImplementedException();

    public override IAsyncEnumerable<BlobName> ListAsync(string prefix, CancellationToken ct) => throw new NotImplementedException();

    public override Task<bool> DeleteAsync(BlobName name, CancellationToken ct) => throw new NotImplementedException();

    public override Task CheckAsync(CancellationToken ct) => throw new NotImplementedException();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
