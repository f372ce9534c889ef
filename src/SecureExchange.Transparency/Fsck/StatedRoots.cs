using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Fsck;

/// <summary>Holds what entries say of the log before them against the tree. Keeps the leaf hashes since the newest size
/// that one spoke of, and nothing older.</summary>
internal sealed class StatedRoots(Func<LogEntry, LogAnchor?>? read, Findings findings)
{
    private readonly List<MerkleHash> _since = [];
    private FsckTree? _stated;

    /// <summary>Takes the next entry.</summary>
    /// <param name="entry">Null where only its hash is left.</param>
    /// <param name="tree">The tree before it.</param>
    internal void Take(LogEntry? entry, MerkleHash leaf, FsckTree tree, string path)
    {
        if (read is null) return;
        _stated ??= tree.Copy();
        if (entry is { } known && read(known) is { } stated) Compare(stated, known.Index, path);
        _since.Add(leaf);
    }

    private void Compare(LogAnchor stated, long index, string path)
    {
        var count = stated.Size - _stated!.Size;
        if (count >= 0 && count <= _since.Count)
        {
            for (var i = 0; i < count; i++) _stated.Add(_since[i]);
            _stated.Levels.Clear();
            _since.RemoveRange(0, (int)count);
            if (_stated.Root() == stated.Root) return;
        }

        findings.Add(FsckFindingKind.StatementContradicted, path, index,
            $"entry {index} says what the first {stated.Size} entries hash to, and they don't: one was taken out, put in or moved before it was made");
    }
}
