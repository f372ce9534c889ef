using System.Runtime.CompilerServices;

namespace SecureExchange.Transparency.Tiles;

/// <summary>Reads a log from the folder that holds its <c>checkpoint</c>. The folder is an attacker's: paths that leave
/// it, links and oversized files are refused.</summary>
public sealed class FolderTileReader(string folder) : TileReader
{
    /// <summary>A full bundle of the largest entries. A larger file is there to fill the reader's memory.</summary>
    private const long MaxObject = TilePath.Full * (EntryBundle.MaxEntry + 2L);

    private readonly string _folder = Path.GetFullPath(folder);

    /// <inheritdoc/>
    public override async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct)
    {
        var file = Locate(path);
        if (!file.Exists) return null;
        if (file.Length > MaxObject) throw new TransparencyException(TransparencyError.ObjectTooLarge, path);
        try
        {
            return await File.ReadAllBytesAsync(file.FullName, ct);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // A partial tile, deleted since its full tile is there.
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        var slash = prefix.LastIndexOf('/');
        var start = slash < 0 ? _folder : Locate(prefix[..slash]).FullName;
        if (!Directory.Exists(start)) yield break;
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in Directory.EnumerateFiles(start, "*", options))
        {
            ct.ThrowIfCancellationRequested();
            var path = Path.GetRelativePath(_folder, file).Replace(Path.DirectorySeparatorChar, '/');
            if (path.StartsWith(prefix, StringComparison.Ordinal)) yield return path;
        }
    }

    private FileInfo Locate(string path)
    {
        var at = _folder;
        foreach (var part in path.Split('/'))
        {
            if (!IsSafe(part)) throw new TransparencyException(TransparencyError.PathRefused);
            at = Path.Combine(at, part);

            // A link in a folder that somebody sent leads wherever they like: /dev/zero never ends.
            if (new FileInfo(at).LinkTarget is not null) throw new TransparencyException(TransparencyError.PathRefused, path);
        }

        return new FileInfo(at);
    }

    private static bool IsSafe(string part) =>
        part is not ("" or "." or "..") && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
