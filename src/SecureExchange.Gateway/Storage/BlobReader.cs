namespace SecureExchange.Gateway.Storage;

/// <summary>One blob, open for reading by ranges. All ranges come from the same version of the blob.</summary>
public abstract class BlobReader : IAsyncDisposable
{
    private protected BlobReader(BlobName name, long length, string etag) => (Name, Length, ETag) = (name, length, etag);

    public BlobName Name { get; }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    /// <summary>Changes when the blob does: for HTTP's <c>ETag</c> and <c>If-Range</c>, without quotes. It isn't the one
    /// that <see cref="BlobStore.SwapAsync"/> takes.</summary>
    public string ETag { get; }

    /// <summary>A stream of exactly <paramref name="length"/> bytes from <paramref name="offset"/>. Ranges may be open
    /// side by side; each MUST be disposed before the reader.</summary>
    /// <param name="offset">0 to <see cref="Length"/>.</param>
    /// <param name="length">0 to what is left after <paramref name="offset"/>.</param>
    /// <param name="ct">Cancels the opening, not the stream.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range isn't within the blob.</exception>
    /// <exception cref="BlobStoreException">From here or from a read: the store is away, or the blob is gone or shorter
    /// than it was.</exception>
    public Task<Stream> OpenRangeAsync(long offset, long length, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
        return length == 0 ? Task.FromResult(Stream.Null) : OpenAsync(offset, length, ct);
    }

    public abstract ValueTask DisposeAsync();

    private protected abstract Task<Stream> OpenAsync(long offset, long length, CancellationToken ct);
}
