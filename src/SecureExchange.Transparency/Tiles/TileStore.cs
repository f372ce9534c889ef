namespace SecureExchange.Transparency.Tiles;

/// <summary>Where a log lives: write-once objects, and compare-and-swap for the two that move (<c>head</c> and
/// <c>checkpoint</c>). The weakest promise that a folder and a cloud's blob store both keep.</summary>
/// <remarks>
/// An implementation MUST have made a write durable when it reports success, MUST show whole objects only, and MUST show
/// an object to every reader once any writer was told of it. A method that throws may have done its work: callers MUST
/// NOT take an exception for "not written". Time-outs are the store's.
/// </remarks>
public abstract class TileStore : TileReader
{
    /// <summary>Writes an object that never changes again.</summary>
    /// <returns>False when the path has an object already, whatever is in it.</returns>
    public abstract ValueTask<bool> CreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct);

    /// <summary>The object and its version; null when there is none.</summary>
    public abstract ValueTask<VersionedObject?> ReadVersionedAsync(string path, CancellationToken ct);

    /// <summary>Replaces an object if it still has the version that the caller has seen.</summary>
    /// <param name="expectedVersion">As <see cref="ReadVersionedAsync"/> gave it; null: there must be no object.</param>
    /// <returns>The new version; null when somebody else has moved it.</returns>
    public abstract ValueTask<string?> SwapAsync(
        string path, ReadOnlyMemory<byte> content, string? expectedVersion, CancellationToken ct);

    /// <summary>Deletes an object; it may be gone already.</summary>
    public abstract ValueTask DeleteAsync(string path, CancellationToken ct);
}
