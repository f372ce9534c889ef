namespace SecureExchange.Transparency.Tiles;

/// <summary>Reads a log from the folder that holds its <c>checkpoint</c>. The folder is an attacker's: paths that leave
/// it, links and oversized files are refused.</summary>
public sealed class FolderTileReader(string folder) : TileReader
{
    private readonly string _folder = Path.GetFullPath(folder);

    /// <inheritdoc/>
    public override ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct) =>
        throw new NotImplementedException(_folder);

    /// <inheritdoc/>
    public override IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) =>
        throw new NotImplementedException();
}
