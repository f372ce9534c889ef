using System.Buffers;
using SecureExchange.Transparency.Tiles;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Log;

/// <summary>The right edge of a log: what has to be known of it to append. Immutable.</summary>
internal sealed class LogEdge
{
    private readonly IReadOnlyList<MerkleHash[]> _levels;
    private readonly ReadOnlyMemory<byte> _bundle;

    private LogEdge(long size, IReadOnlyList<MerkleHash[]> levels, ReadOnlyMemory<byte> bundle)
    {
        Size = size;
        _levels = levels;
        _bundle = bundle;
        Root = MerkleTree.RootOfEdge(levels.Select(level => (ReadOnlyMemory<MerkleHash>)level));
    }

    internal static LogEdge Empty { get; } = new(0, [], default);

    internal long Size { get; }

    internal MerkleHash Root { get; }

    /// <exception cref="TransparencyException">What is stored doesn't hash to the root.</exception>
    internal static async ValueTask<LogEdge> LoadAsync(TileReader reader, long size, MerkleHash root, CancellationToken ct)
    {
        var tree = await TileTree.OpenAsync(reader, size, root, ct);
        var bundle = new ArrayBufferWriter<byte>();
        if (size % TilePath.Full > 0)
        {
            foreach (var entry in await tree.EntriesAsync(size / TilePath.Full, ct)) Write(bundle, entry.Span);
        }

        return new LogEdge(size, tree.Edge, bundle.WrittenMemory);
    }

    /// <summary>The edge after some entries, and the tiles and bundles that they lead to.</summary>
    internal (LogEdge Edge, IReadOnlyList<TileWrite> Writes) Append(IEnumerable<ReadOnlyMemory<byte>> entries)
    {
        var size = Size;
        var levels = _levels.Select(level => level.ToList()).ToList();
        var writes = new List<TileWrite>();
        var bundle = new ArrayBufferWriter<byte>();
        bundle.Write(_bundle.Span);
        foreach (var entry in entries)
        {
            Write(bundle, entry.Span);
            Push(0, MerkleTree.Leaf(entry.Span));
            if (++size % TilePath.Full > 0) continue;
            writes.Add(new TileWrite(TilePath.In(size, TilePath.Entries, size / TilePath.Full - 1), bundle.WrittenSpan.ToArray()));
            bundle.Clear();
        }

        // A partial tile is written again for each checkpoint that finds it wider, as tlog-tiles wants it.
        for (var level = 0; level < levels.Count; level++)
        {
            var tile = TilePath.In(size, level, size >> (8 * level) >> 8);
            if (tile.Width > 0 && tile != TilePath.In(Size, level, tile.Index)) writes.Add(new TileWrite(tile, Bytes(levels[level])));
        }

        if (size % TilePath.Full > 0 && size > Size)
            writes.Add(new TileWrite(TilePath.In(size, TilePath.Entries, size / TilePath.Full), bundle.WrittenSpan.ToArray()));
        return (new LogEdge(size, [.. levels.Select(level => level.ToArray())], bundle.WrittenSpan.ToArray()), writes);

        void Push(int level, MerkleHash hash)
        {
            if (level == levels.Count) levels.Add([]);
            levels[level].Add(hash);
            if (levels[level].Count < TilePath.Full) return;
            var index = (size >> (8 * level)) / TilePath.Full;
            writes.Add(new TileWrite(new TilePath(level, index, TilePath.Full), Bytes(levels[level])));
            var root = MerkleTree.Root(levels[level].ToArray());
            levels[level].Clear();
            Push(level + 1, root);
        }
    }

    private static void Write(ArrayBufferWriter<byte> bundle, ReadOnlySpan<byte> entry)
    {
        var length = EntryBundle.SizeOf(entry.Length);
        EntryBundle.Write(entry, bundle.GetSpan(length));
        bundle.Advance(length);
    }

    private static byte[] Bytes(List<MerkleHash> hashes)
    {
        var bytes = new byte[hashes.Count * MerkleHash.Size];
        for (var i = 0; i < hashes.Count; i++) hashes[i].CopyTo(bytes.AsSpan(i * MerkleHash.Size));
        return bytes;
    }
}
