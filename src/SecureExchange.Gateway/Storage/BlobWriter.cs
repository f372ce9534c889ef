namespace SecureExchange.Gateway.Storage;

/// <summary>A blob that is being written. Until <see cref="CommitAsync"/> returns, nobody can see it.</summary>
/// <remarks>Disposed without a commit, or killed at any moment before it, it leaves nothing under its name.</remarks>
public abstract class BlobWriter : IAsyncDisposable
{
    private protected BlobWriter(BlobName name) => Name = name;

    public BlobName Name { get; }

    /// <summary>Takes the bytes, of any number, in constant memory. Asynchronous writes only.</summary>
    /// <exception cref="BlobStoreException">From a write: the store couldn't take the bytes. Nothing is visible.</exception>
    public abstract Stream Content { get; }

    /// <summary>Makes the blob visible, whole and durable. Once.</summary>
    /// <exception cref="BlobStoreException"><see cref="BlobStoreError.Exists"/>: another was committed under this name
    /// first, and stays. After any other error the blob is there whole or not at all; which, isn't known.</exception>
    public abstract Task CommitAsync(CancellationToken ct);

    public abstract ValueTask DisposeAsync();
}
