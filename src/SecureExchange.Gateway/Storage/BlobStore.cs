namespace SecureExchange.Gateway.Storage;

/// <summary>Where sealed bytes are kept: write-once objects, and a few that move by compare-and-swap.</summary>
/// <remarks>Not trusted: who can write to the store can make blobs unreadable, can neither read what is sealed in them
/// nor replace a byte unnoticed, since every reader checks a signature or a hash that is kept elsewhere. It promises the
/// weakest thing that a folder and Azure Blob Storage both keep:
/// <list type="bullet">
/// <item>a blob is visible whole or not at all, and durable once the call that wrote it has returned;</item>
/// <item>of several that create the same name exactly one succeeds;</item>
/// <item>reading, listing and deleting see every write whose call has returned;</item>
/// <item>each call ends within bounded time, retries included, and its failures are <see cref="BlobStoreException"/>.
/// After a failed write the blob is there whole or not at all; which, isn't known, as a time-out can't tell.</item>
/// </list>
/// All methods may be used side by side, by several processes on the same store too.</remarks>
public abstract class BlobStore : IAsyncDisposable
{
    /// <summary>The most that <see cref="TryPutAsync"/>, <see cref="SwapAsync"/> and <see cref="GetAsync"/> take or give, in
    /// bytes: a full bundle of log entries (256 of 64 KiB), twice over. Stops a planted blob from filling memory.</summary>
    public const int MaxSmallLength = 32 * 1024 * 1024;

    private protected BlobStore() { }

    /// <summary>Begins a blob of any size. The name isn't looked at before the commit.</summary>
    public abstract Task<BlobWriter> CreateAsync(BlobName name, CancellationToken ct);

    /// <summary>Writes a small blob that nothing may replace. False: a blob of this name was there, and is durable.</summary>
    public abstract Task<bool> TryPutAsync(BlobName name, ReadOnlyMemory<byte> content, CancellationToken ct);

    /// <summary>A small blob's content and version; null: there is none of this name.</summary>
    public abstract Task<BlobVersion?> GetAsync(BlobName name, CancellationToken ct);

    /// <summary>Replaces a small blob if it is still the version that the caller read.</summary>
    /// <param name="name">Which blob. One that is swapped MUST NOT also be written in other ways.</param>
    /// <param name="content">What it shall hold.</param>
    /// <param name="expectedETag">From <see cref="GetAsync"/>; null: there must be no blob of this name.</param>
    /// <param name="ct">Cancels the call; whether the swap took place isn't known then.</param>
    /// <returns>The new version's ETag; null: it isn't what the caller read, so read it again.</returns>
    public abstract Task<string?> SwapAsync(
        BlobName name, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken ct);

    /// <summary>Opens a blob of any size for reading; null: there is none of this name.</summary>
    public abstract Task<BlobReader?> OpenReadAsync(BlobName name, CancellationToken ct);

    /// <summary>The names that begin with <paramref name="prefix"/>, which needn't end at a <c>/</c>, in no order that may be
    /// relied on. What is written or deleted meanwhile may or may not be among them.</summary>
    public abstract IAsyncEnumerable<BlobName> ListAsync(string prefix, CancellationToken ct);

    /// <summary>Removes a blob. False: there was none.</summary>
    public abstract Task<bool> DeleteAsync(BlobName name, CancellationToken ct);

    /// <summary>Returns when the store can be read and written, and throws when it can't: for readiness.</summary>
    public abstract Task CheckAsync(CancellationToken ct);

    public abstract ValueTask DisposeAsync();

    private protected static void RequireSmall(BlobName name, long length)
    {
        if (length <= MaxSmallLength) return;
        throw new BlobStoreException(BlobStoreError.TooLarge, $"{name}: {length} bytes, and a small blob has {MaxSmallLength} at most");
    }
}
