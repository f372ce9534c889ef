using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Fsck;

/// <summary>The verifier's own tree: a binary counter of subtrees, as small as its height, that hands out what the tiles
/// above the leaves must contain.</summary>
internal sealed class FsckTree
{
    /// <summary>Tiles have eight heights each.</summary>
    private const int TileHeight = 8;

    /// <summary>By height: the finished subtree that has no right neighbour yet, wherever the size has a one bit.</summary>
    private readonly MerkleHash[] _subtrees;

    internal FsckTree()
        : this(new MerkleHash[64], 0)
    {
    }

    private FsckTree(MerkleHash[] subtrees, long size)
    {
        _subtrees = subtrees;
        Size = size;
    }

    internal long Size { get; private set; }

    /// <summary>The tree of the full tiles of leaves within a log, from its right edge: for each level, lowest first, the hashes
    /// of its partial tile.</summary>
    internal static FsckTree Of(IReadOnlyList<MerkleHash[]> edge)
    {
        var tree = new FsckTree();
        for (var level = edge.Count - 1; level > 0; level--)
        {
            // Each run of whole subtrees, the largest first, as long as the ones before it have made room.
            for (int at = 0, rest = edge[level].Length; rest > 0;)
            {
                var bits = int.Log2(rest);
                tree.Add(MerkleTree.Root(edge[level].AsSpan(at, 1 << bits)), TileHeight * level + bits);
                (at, rest) = (at + (1 << bits), rest - (1 << bits));
            }
        }

        tree.Levels.Clear();
        for (var level = 1; level < edge.Count; level++) tree.Levels.Add([.. edge[level]]);
        return tree;
    }

    /// <summary>For each level of tiles from 1, the hashes since its last full tile. Who reads them clears them.</summary>
    internal List<List<MerkleHash>> Levels { get; } = [];

    /// <summary>The same tree, to try something on.</summary>
    internal FsckTree Copy() => new([.. _subtrees], Size);

    internal void Add(MerkleHash leaf) => Add(leaf, 0);

    /// <summary>Adds a whole subtree of a height. The size must be a multiple of its leaves.</summary>
    internal void Add(MerkleHash subtree, int height)
    {
        var size = Size;
        Size += 1L << height;
        for (; ; height++)
        {
            if (height > 0 && height % TileHeight == 0) Emit(height / TileHeight, subtree);
            if ((size >> height & 1) == 0) break;
            subtree = MerkleTree.Node(_subtrees[height], subtree);
        }

        _subtrees[height] = subtree;
    }

    internal MerkleHash Root()
    {
        MerkleHash? root = null;
        for (var height = 0; height < _subtrees.Length - 1; height++)
        {
            if ((Size >> height & 1) == 0) continue;
            root = root is { } right ? MerkleTree.Node(_subtrees[height], right) : _subtrees[height];
        }

        return root ?? MerkleTree.EmptyRoot;
    }

    private void Emit(int level, MerkleHash hash)
    {
        while (Levels.Count < level) Levels.Add([]);
        Levels[level - 1].Add(hash);
    }
}
