using System.Runtime.InteropServices;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tiles;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Fsck;

/// <summary>Holds one bundle of entries against its tile of leaf hashes, and adds what is right to the tree.</summary>
/// <remarks>Where the two differ, the tile above (or the root, at the right edge) says which of them was changed. The tree
/// goes on with the other, so that one changed entry doesn't hide what comes after it.</remarks>
internal sealed class LeafCheck(TileReader tiles, Checkpoint checkpoint, FsckOptions options, FsckTree tree, Findings findings)
{
    private readonly MerkleHash[] _fromEntries = new MerkleHash[TilePath.Full];
    private readonly MerkleHash[] _fromTile = new MerkleHash[TilePath.Full];
    private readonly ReadOnlyMemory<byte>[] _entries = new ReadOnlyMemory<byte>[TilePath.Full];
    private readonly HashSet<long> _wanted = [.. options.Anchors.Select(anchor => anchor.Size).Append(options.Remembered?.Size ?? 0)];
    private readonly Dictionary<long, MerkleHash> _roots = [];
    private readonly StatedRoots _stated = new(options.ReadStatement, findings);

    /// <summary>How many entries were there and right.</summary>
    internal long Checked { get; private set; }

    /// <summary>Entries and their hashes were both gone, so no root can be computed.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>The roots at the sizes that were asked for, as far as the tree has passed them.</summary>
    internal IReadOnlyDictionary<long, MerkleHash> Roots => _roots;

    /// <returns>False where nothing is left, neither entries nor hashes.</returns>
    internal async ValueTask<bool> RunAsync(StoredObject bundle, StoredObject tile, CancellationToken ct)
    {
        var hasEntries = ReadBundle(bundle);
        var hasTile = ReadTile(tile);
        var width = bundle.Path.Width;
        var isEqual = hasEntries && hasTile && _fromEntries.AsSpan(0, width).SequenceEqual(_fromTile.AsSpan(0, width));
        if (!hasEntries && !hasTile) await SkipAsync(tile.Path, ct);
        else if (!hasTile || isEqual) Take(_fromEntries, bundle, hasEntries);
        else if (!hasEntries) Take(_fromTile, bundle, hasEntries);
        else Take(await JudgeAsync(bundle.Path, tile.Path, ct) ? _fromTile : _fromEntries, bundle, hasEntries);
        return hasEntries || hasTile;
    }

    /// <summary>The rest isn't looked for.</summary>
    /// <param name="bundle">The last that was.</param>
    /// <param name="gap">How many entries before its end are gone.</param>
    internal void GiveUp(long bundle, long gap)
    {
        IsBroken = true;
        var index = bundle * TilePath.Full;
        findings.Add(FsckFindingKind.BundleMissing, null, index,
            $"up to entry {index} nothing is left of the last {gap} entries, neither they nor their hashes, and {checkpoint.Size} are signed: the rest wasn't looked for");
    }

    private bool ReadBundle(StoredObject bundle)
    {
        var path = bundle.Path.ToString();
        if (bundle.Content is not { } rest)
        {
            findings.Add(
                bundle.Refusal is null ? FsckFindingKind.BundleMissing : FsckFindingKind.BundleMalformed,
                path, First(bundle.Path), $"the entries {Range(bundle.Path)} {bundle.WhyNot}");
            return false;
        }

        for (var i = 0; i < bundle.Path.Width; i++)
        {
            if (!EntryBundle.TryTake(ref rest, out _entries[i]))
            {
                var index = First(bundle.Path) + i;
                findings.Add(FsckFindingKind.BundleMalformed, path, index,
                    $"the bundle ends within or before entry {index}: it was cut, or a length in it was changed");
                return false;
            }

            _fromEntries[i] = MerkleTree.Leaf(_entries[i].Span);
        }

        if (rest.IsEmpty || bundle.IsLonger) return true;
        findings.Add(FsckFindingKind.BundleMalformed, path, null, $"the bundle has {rest.Length} bytes more than its entries");
        return true;
    }

    private bool ReadTile(StoredObject tile)
    {
        var path = tile.Path.ToString();
        if (tile.Content is not { } content)
        {
            findings.Add(
                tile.Refusal is null ? FsckFindingKind.TileMissing : FsckFindingKind.TileMalformed,
                path, First(tile.Path), $"the leaf hashes of the entries {Range(tile.Path)} {tile.WhyNot}");
            return false;
        }

        var length = (tile.IsLonger ? TilePath.Full : tile.Path.Width) * MerkleHash.Size;
        if (content.Length != length)
        {
            findings.Add(FsckFindingKind.TileMalformed, path, First(tile.Path),
                $"the tile has {content.Length} bytes and must have {length}");
            return false;
        }

        content.Span[..(tile.Path.Width * MerkleHash.Size)].CopyTo(MemoryMarshal.AsBytes(_fromTile.AsSpan()));
        return true;
    }

    /// <summary>Entries and leaf hashes differ: says which, and whether the tile is the one to believe.</summary>
    private async ValueTask<bool> JudgeAsync(TilePath bundle, TilePath tile, CancellationToken ct)
    {
        var entriesFit = await FitsAsync(_fromEntries, tile, ct);
        var tileFits = !entriesFit && await FitsAsync(_fromTile, tile, ct);
        for (var i = 0; i < bundle.Width; i++)
        {
            if (_fromEntries[i] == _fromTile[i]) continue;
            var index = First(bundle) + i;
            if (entriesFit)
            {
                findings.Add(FsckFindingKind.TileChanged, tile.ToString(), index, $"the leaf hash of entry {index} was changed");
                continue;
            }

            findings.Add(FsckFindingKind.EntryChanged, bundle.ToString(), index, tileFits
                ? $"entry {index} isn't what was logged"
                : $"entry {index} and its leaf hash differ, and neither is what was logged");
        }

        return tileFits;
    }

    private async ValueTask<bool> FitsAsync(MerkleHash[] leaves, TilePath tile, CancellationToken ct)
    {
        if (tile.Width == TilePath.Full)
            return await AboveAsync(tile, ct) is { } above && above == MerkleTree.Root(leaves);

        // The right edge: nothing is above it but the root.
        var attempt = tree.Copy();
        for (var i = 0; i < tile.Width; i++) attempt.Add(leaves[i]);
        return attempt.Root() == checkpoint.Root;
    }

    private async ValueTask<MerkleHash?> AboveAsync(TilePath tile, CancellationToken ct)
    {
        var above = await StoredObject.ReadAsync(tiles, TilePath.In(checkpoint.Size, 1, tile.Index / TilePath.Full), ct);
        var offset = (int)(tile.Index % TilePath.Full) * MerkleHash.Size;
        return above.Content is { } content && content.Length >= offset + MerkleHash.Size
            ? MerkleHash.Read(content.Span.Slice(offset, MerkleHash.Size))
            : null;
    }

    private async ValueTask SkipAsync(TilePath tile, CancellationToken ct)
    {
        if (tile.Width == TilePath.Full && !IsBroken && await AboveAsync(tile, ct) is { } above) tree.Add(above, 8);
        else IsBroken = true;
    }

    private void Take(MerkleHash[] leaves, StoredObject bundle, bool hasEntries)
    {
        var path = bundle.Path.ToString();
        for (var i = 0; i < bundle.Path.Width; i++)
        {
            var index = First(bundle.Path) + i;
            LogEntry? entry = hasEntries && _fromEntries[i] == leaves[i] ? new LogEntry(index, _entries[i]) : null;
            _stated.Take(entry, leaves[i], tree, path);
            tree.Add(leaves[i]);
            if (_wanted.Contains(tree.Size)) _roots[tree.Size] = tree.Root();
            if (entry is not { } known) continue;
            Checked++;
            if (options.CheckEntry?.Invoke(known) is { } refusal) findings.Add(FsckFindingKind.EntryRefused, path, index, refusal);
        }
    }

    private static long First(TilePath path) => path.Index * TilePath.Full;

    private static string Range(TilePath path) => $"{First(path)} to {First(path) + path.Width - 1}";
}
