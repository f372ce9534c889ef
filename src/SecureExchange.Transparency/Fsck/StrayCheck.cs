using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Fsck;

/// <summary>Looks at the objects that the newest checkpoint doesn't need: leftovers of older ones must agree with it, and
/// beyond it there must be nothing.</summary>
internal sealed class StrayCheck(TileReader tiles, Checkpoint checkpoint, Findings findings)
{
    private readonly List<TilePath> _beyond = [];
    private StoredObject? _last;

    internal async ValueTask RunAsync(NoteVerifier verifier, CancellationToken ct)
    {
        await foreach (var path in tiles.ListAsync(TilePath.Prefix, ct))
        {
            if (!TilePath.TryParse(path, out var tile))
                findings.Add(FsckFindingKind.UnexpectedObject, path, null, "this isn't a part of a log");
            else if (tile.Width > TilePath.In(checkpoint.Size, tile.Level, tile.Index).Width)
                _beyond.Add(tile);
            else
                await CheckLeftoverAsync(tile, ct);
        }

        if (_beyond.Count == 0) return;

        // What the log has grown by since the checkpoint was read, or what a crash has left unpublished, is signed too.
        var signed = (await SignedState.ReadAsync(tiles, verifier, new Findings(0), ct)).Size;
        foreach (var tile in _beyond)
        {
            if (tile.Width <= TilePath.In(signed, tile.Level, tile.Index).Width) continue;
            findings.Add(FsckFindingKind.BeyondCheckpoint, tile.ToString(), null,
                $"this belongs to a log of more than {signed} entries: a newer checkpoint was taken away");
        }
    }

    /// <summary>A narrower partial tile, kept for those who hold an older checkpoint.</summary>
    private async ValueTask CheckLeftoverAsync(TilePath tile, CancellationToken ct)
    {
        var whole = TilePath.In(checkpoint.Size, tile.Level, tile.Index);
        if (tile == whole) return; // Checked with the tree.
        if (_last?.Path != whole) _last = await StoredObject.ReadAsync(tiles, whole, ct);
        var leftover = await StoredObject.ReadAsync(tiles, tile, ct);
        if (_last?.Content is not { } expected || leftover.Content is not { } content || leftover.IsLonger) return;
        if (expected.Span.StartsWith(content.Span) && HasWidth(tile, content)) return;
        var isBundle = tile.Level == TilePath.Entries;
        findings.Add(
            isBundle ? FsckFindingKind.EntryChanged : FsckFindingKind.TileChanged,
            tile.ToString(), isBundle ? tile.Index * TilePath.Full : null, $"this older one isn't the beginning of {whole}");
    }

    private static bool HasWidth(TilePath tile, ReadOnlyMemory<byte> content) => tile.Level == TilePath.Entries
        ? EntryBundle.TrySplit(content, tile.Width, out _)
        : content.Length == tile.Width * Tree.MerkleHash.Size;
}
