using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Tiles;

/// <summary>The tree of one size and root, read from tiles that aren't trusted: each is held against the one above it,
/// and the right edge against the root, before anything is taken from it.</summary>
/// <remarks>Not safe for concurrent use. Keeps one tile for each level, so reading in order reads each tile once.</remarks>
internal sealed class TileTree
{
    private readonly TileReader _reader;
    private readonly List<MerkleHash[]> _edge = [];
    private readonly Dictionary<int, (long Index, MerkleHash[] Hashes)> _last = [];

    private TileTree(TileReader reader, long size)
    {
        _reader = reader;
        Size = size;
    }

    internal long Size { get; }

    /// <summary>For each level, lowest first, the hashes of its partial tile; empty where it has none.</summary>
    internal IReadOnlyList<MerkleHash[]> Edge => _edge;

    /// <summary>Reads the right edge.</summary>
    /// <exception cref="TransparencyException">It isn't there, or doesn't hash to the root.</exception>
    internal static async ValueTask<TileTree> OpenAsync(TileReader reader, long size, MerkleHash root, CancellationToken ct)
    {
        var tree = new TileTree(reader, size);
        // C# shifts by the count modulo 64: without the limit, a size of 2^56 or more would never come to an end.
        for (var level = 0; level < TilePath.Levels && size >> (8 * level) > 0; level++)
        {
            var tile = TilePath.In(size, level, size >> (8 * level) >> 8);
            tree._edge.Add(tile.Width == 0 ? [] : await tree.ReadAsync(tile, ct));
        }

        return MerkleTree.RootOfEdge(tree._edge.Select(level => (ReadOnlyMemory<MerkleHash>)level)) == root
            ? tree
            : throw new TransparencyException(TransparencyError.TreeInconsistent, "the right edge of the tree");
    }

    /// <summary>A tile's hashes, checked.</summary>
    internal async ValueTask<MerkleHash[]> TileAsync(int level, long index, CancellationToken ct)
    {
        var tile = TilePath.In(Size, level, index);
        if (tile.Width < TilePath.Full) return _edge[level];
        if (_last.TryGetValue(level, out var last) && last.Index == index) return last.Hashes;

        var hashes = await ReadAsync(tile, ct);
        var above = await TileAsync(level + 1, index / TilePath.Full, ct);
        if (MerkleTree.Root(hashes) != above[index % TilePath.Full])
            throw new TransparencyException(TransparencyError.TreeInconsistent, tile.ToString());
        _last[level] = (index, hashes);
        return hashes;
    }

    /// <summary>A bundle's entries, checked against their leaf hashes.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>[]> EntriesAsync(long index, CancellationToken ct)
    {
        var path = TilePath.In(Size, TilePath.Entries, index);
        var (bundle, isFull) = await FetchAsync(path, ct);
        var entries = new ReadOnlyMemory<byte>[path.Width];
        var leaves = await TileAsync(0, index, ct);
        for (var i = 0; i < entries.Length; i++)
        {
            if (!EntryBundle.TryTake(ref bundle, out entries[i]))
                throw new TransparencyException(TransparencyError.MalformedBundle, path.ToString());
            if (MerkleTree.Leaf(entries[i].Span) != leaves[i])
                throw new TransparencyException(TransparencyError.TreeInconsistent, path.ToString());
        }

        return bundle.IsEmpty || (isFull && path.Width < TilePath.Full)
            ? entries
            : throw new TransparencyException(TransparencyError.MalformedBundle, path.ToString());
    }

    /// <summary>The hash over a run of leaves that is a subtree, or the right end, of this tree.</summary>
    internal async ValueTask<MerkleHash> RangeAsync(long start, long count, CancellationToken ct)
    {
        if (!long.IsPow2(count))
        {
            var split = MerkleTree.SplitPoint(count);
            return MerkleTree.Node(
                await RangeAsync(start, split, ct), await RangeAsync(start + split, count - split, ct));
        }

        var height = (int)long.Log2(count);
        var first = start >> (height / 8 * 8);
        var tile = await TileAsync(height / 8, first / TilePath.Full, ct);
        return MerkleTree.Root(tile.AsSpan((int)(first % TilePath.Full), 1 << (height % 8)));
    }

    private async ValueTask<MerkleHash[]> ReadAsync(TilePath tile, CancellationToken ct)
    {
        var (bytes, isFull) = await FetchAsync(tile, ct);
        if (bytes.Length != (isFull ? TilePath.Full : tile.Width) * MerkleHash.Size)
            throw new TransparencyException(TransparencyError.MalformedTile, tile.ToString());
        var hashes = new MerkleHash[tile.Width];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = MerkleHash.Read(bytes.Span.Slice(i * MerkleHash.Size, MerkleHash.Size));
        return hashes;
    }

    /// <summary>tlog-tiles: a partial tile may be gone once the full one is there, which starts with it.</summary>
    private async ValueTask<(ReadOnlyMemory<byte> Bytes, bool IsFull)> FetchAsync(TilePath path, CancellationToken ct)
    {
        if (await _reader.ReadAsync(path.ToString(), ct) is { } bytes) return (bytes, path.Width == TilePath.Full);
        if (path.Width < TilePath.Full && await _reader.ReadAsync(path.AsFull().ToString(), ct) is { } full)
            return (full, true);
        throw new TransparencyException(TransparencyError.ObjectMissing, path.ToString());
    }
}
