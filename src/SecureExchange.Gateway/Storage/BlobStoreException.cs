namespace SecureExchange.Gateway.Storage;

/// <summary>What every failure of a <see cref="BlobStore"/> ends in. The message names the blob and the store's own code,
/// never content, credentials or paths.</summary>
public sealed class BlobStoreException : Exception
{
    internal BlobStoreException(BlobStoreError error, string message, Exception? inner = null) : base(message, inner) =>
        Error = error;

    /// <summary>Whose fault it is and what can be done.</summary>
    public BlobStoreError Error { get; }
}
