namespace SecureExchange.Transparency.Tiles;

/// <summary>Reads a log's objects by their tlog-tiles path: <c>checkpoint</c>, <c>tile/0/x001/234</c>,
/// <c>tile/entries/000.p/7</c>. Nothing it gives is trusted until it has been checked.</summary>
public abstract class TileReader
{
    /// <summary>Whether a path is one that a log serves to its readers (C2SP tlog-tiles): the checkpoint or a tile.</summary>
    public static bool IsServed(string path) => path == "checkpoint" || TilePath.TryParse(path, out _);

    /// <summary>Whether <see cref="ListAsync"/> works. Over HTTP it doesn't.</summary>
    public virtual bool CanList => true;

    /// <summary>The object's bytes; null when there is none.</summary>
    /// <remarks>In an implementation: <c>found ? content : null</c> is never null, since null converts to an empty
    /// <see cref="ReadOnlyMemory{T}"/>. Write <c>(ReadOnlyMemory&lt;byte&gt;?)null</c>.</remarks>
    public abstract ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct);

    /// <summary>The full paths of all objects that start with <paramref name="prefix"/>, in any order.</summary>
    /// <exception cref="NotSupportedException"><see cref="CanList"/> is false.</exception>
    public abstract IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct);
}
