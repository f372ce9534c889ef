using SecureExchange.Transparency.Tiles;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Fsck;

/// <summary>Holds the tiles above the leaves against what the verifier's own tree has there.</summary>
internal sealed class UpperTileCheck(TileReader tiles, FsckTree tree, Findings findings)
{
    /// <summary>Entries under a hash of a level-1 tile.</summary>
    private const long Under = TilePath.Full;

    private readonly List<(TilePath Tile, int Slot)> _differing = [];

    /// <summary>Looks at the tiles that have become full, or at the end at all.</summary>
    internal async ValueTask RunAsync(bool atEnd, CancellationToken ct)
    {
        for (var level = 1; level <= tree.Levels.Count; level++)
        {
            var hashes = tree.Levels[level - 1];
            if (hashes.Count < TilePath.Full && (!atEnd || hashes.Count == 0)) continue;
            var index = ((tree.Size >> (8 * level)) - 1) / TilePath.Full;
            await CheckAsync(new TilePath(level, index, hashes.Count), hashes, ct);
            hashes.Clear();
        }
    }

    /// <summary>Says what the differences mean, once it is known whether the entries hash to the root.</summary>
    internal void Conclude(bool entriesAreRight)
    {
        foreach (var (tile, slot) in _differing)
        {
            if (entriesAreRight)
            {
                findings.Add(FsckFindingKind.TileChanged, tile.ToString(), null,
                    $"hash {slot} of the tile isn't what the entries hash to");
            }
            else if (tile.Level == 1)
            {
                var first = (tile.Index * TilePath.Full + slot) * Under;
                findings.Add(FsckFindingKind.EntryChanged, tile.ToString(), first,
                    $"some of the entries {first} to {first + Under - 1} were changed together with their leaf hashes: "
                    + "the tile above has another hash for them");
            }
        }
    }

    private async ValueTask CheckAsync(TilePath path, List<MerkleHash> hashes, CancellationToken ct)
    {
        var stored = await StoredObject.ReadAsync(tiles, path, ct);
        if (stored.Content is not { } content)
        {
            findings.Add(
                stored.Refusal is null ? FsckFindingKind.TileMissing : FsckFindingKind.TileMalformed,
                path.ToString(), null, $"the hashes of the tile {stored.WhyNot}");
            return;
        }

        var length = (stored.IsLonger ? TilePath.Full : path.Width) * MerkleHash.Size;
        if (content.Length != length)
        {
            findings.Add(FsckFindingKind.TileMalformed, path.ToString(), null,
                $"the tile has {content.Length} bytes and must have {length}");
            return;
        }

        for (var slot = 0; slot < hashes.Count; slot++)
        {
            if (MerkleHash.Read(content.Span.Slice(slot * MerkleHash.Size, MerkleHash.Size)) == hashes[slot]) continue;
            if (_differing.Count < Under) _differing.Add((path, slot));
        }
    }
}
