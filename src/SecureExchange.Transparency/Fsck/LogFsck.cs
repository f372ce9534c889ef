using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tiles;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Fsck;

/// <summary>Verifies a whole log from its entries up. Shares nothing with the writer but hashes, paths and notes.</summary>
/// <remarks><code>
/// (1) signed state ─► (2) entries against leaf hashes ─► (3) tiles above ─► (4) root, remembered checkpoint, head
/// ─► (5) what else is there
/// </code>
/// One pass, in order. Memory holds a few bundles and one tile of each level, however long the log is. A history that was
/// rewritten and signed again is only found with <see cref="FsckOptions.Remembered"/> and <see cref="FsckOptions.Anchors"/>: so
/// remember, and compare with others.
/// </remarks>
public static class LogFsck
{
    /// <summary>Bundles that are being fetched while one is hashed. A full one of the largest entries has 16 MiB.</summary>
    private const int ReadAhead = 4;

    private const int ProgressEvery = 64;

    /// <summary>So many bundles in a row of which nothing is left: a signed size may be anything, and what it claims isn't looked
    /// for until the end of time.</summary>
    private const int MaxGap = 256;

    /// <summary>Recomputes everything from the entries, and holds it against tiles and checkpoint.</summary>
    /// <param name="verifier">The log's key. Its name is the log's origin.</param>
    /// <exception cref="ArgumentException">The remembered checkpoint is another log's.</exception>
    /// <remarks>What is wrong with the log is in the report. What the reader throws (a network that is away) comes
    /// through.</remarks>
    public static async Task<FsckReport> RunAsync(
        TileReader tiles, NoteVerifier verifier, FsckOptions options, CancellationToken ct)
    {
        options = options with { Remembered = options.Remembered ?? options.VerifiedUpTo };
        foreach (var seen in (Checkpoint?[])[options.Remembered, options.VerifiedUpTo])
        {
            if (seen is not null && seen.Origin != verifier.Name) throw new ArgumentException("the remembered checkpoint is another log's", nameof(options));
        }

        if (options is { VerifiedUpTo: not null, ReadStatement: not null })
            throw new ArgumentException("statements speak of the whole log", nameof(options));

        // (1) Nothing that isn't signed is looked at.
        var findings = new Findings(options.MaxFindings);
        var state = await SignedState.ReadAsync(tiles, verifier, findings, ct);
        if (state.Checkpoint is not { } checkpoint) return new FsckReport { Findings = findings.List };

        var tree = await BeginAsync(tiles, options.VerifiedUpTo, checkpoint, findings, ct);
        if (tree is null) return new FsckReport { Checkpoint = checkpoint, Findings = findings.List };
        var first = tree.Size / TilePath.Full;
        var leaves = new LeafCheck(tiles, checkpoint, options, tree, findings);
        var upper = new UpperTileCheck(tiles, tree, findings);
        var ahead = new Queue<(Task<StoredObject> Bundle, Task<StoredObject> Tile)>();
        var bundles = (checkpoint.Size / TilePath.Full) + (checkpoint.Size % TilePath.Full > 0 ? 1 : 0);
        var gap = 0;
        for (long bundle = first, next = first; bundle < bundles; bundle++)
        {
            for (; next < bundles && ahead.Count < ReadAhead; next++)
                ahead.Enqueue((Fetch(TilePath.Entries, next), Fetch(0, next)));
            var (entries, hashes) = ahead.Dequeue();
            gap = await leaves.RunAsync(await entries, await hashes, ct) ? 0 : gap + 1; // (2)
            if (gap == MaxGap)
            {
                leaves.GiveUp(bundle, MaxGap * TilePath.Full);
                break;
            }

            if (!leaves.IsBroken) await upper.RunAsync(atEnd: false, ct); // (3)
            if (bundle % ProgressEvery == ProgressEvery - 1) options.Progress?.Invoke(leaves.Checked);
        }

        // (4)
        var root = leaves.IsBroken ? (MerkleHash?)null : tree.Root();
        if (root is not null) await upper.RunAsync(atEnd: true, ct);
        if (root is not null && root != checkpoint.Root)
        {
            findings.Add(FsckFindingKind.RootDiffers, Checkpoint.Path, null,
                $"the {checkpoint.Size} entries don't hash to the signed root");
        }

        upper.Conclude(entriesAreRight: root == checkpoint.Root);
        Remember(options.Remembered, checkpoint, leaves.Roots, findings);
        foreach (var anchor in options.Anchors) Compare(anchor, checkpoint, leaves.Roots, findings);
        state.Compare(root == checkpoint.Root ? tree : null, findings);

        // (5)
        if (tiles.CanList && options.VerifiedUpTo is null) await new StrayCheck(tiles, checkpoint, findings).RunAsync(verifier, ct);
        options.Progress?.Invoke(leaves.Checked);
        return new FsckReport { Checkpoint = checkpoint, Findings = findings.List, Entries = leaves.Checked };

        Task<StoredObject> Fetch(int level, long index) =>
            StoredObject.ReadAsync(tiles, TilePath.In(checkpoint.Size, level, index), ct);
    }

    /// <summary>The tree from which on entries are read: empty, or that of the full bundles that were verified before. Null
    /// where it can't be had: the log isn't what it was.</summary>
    private static async ValueTask<FsckTree?> BeginAsync(
        TileReader tiles, Checkpoint? verified, Checkpoint checkpoint, Findings findings, CancellationToken ct)
    {
        if (verified is null) return new FsckTree();
        if (verified.Size > checkpoint.Size)
        {
            Remember(verified, checkpoint, new Dictionary<long, MerkleHash>(), findings);
            return null;
        }

        try
        {
            return FsckTree.Of((await TileTree.OpenAsync(tiles, verified.Size, verified.Root, ct)).Edge);
        }
        catch (TransparencyException)
        {
            findings.Add(FsckFindingKind.TileChanged, null, verified.Size,
                $"the tiles at the end of the {verified.Size} entries that were verified before are missing, or aren't what they were");
            return null;
        }
    }

    private static void Compare(
        LogAnchor anchor, Checkpoint checkpoint, IReadOnlyDictionary<long, MerkleHash> roots, Findings findings)
    {
        if (anchor.Size > checkpoint.Size)
        {
            findings.Add(FsckFindingKind.AnchorContradicted, Checkpoint.Path, checkpoint.Size,
                $"the log has {checkpoint.Size} entries, and {anchor.Where} says that it had {anchor.Size}: it was rolled back");
        }
        else if (roots.TryGetValue(anchor.Size, out var root) && root != anchor.Root)
        {
            findings.Add(FsckFindingKind.AnchorContradicted, Checkpoint.Path, null,
                $"the first {anchor.Size} entries aren't those that {anchor.Where} speaks of: history was rewritten");
        }
    }

    private static void Remember(
        Checkpoint? remembered, Checkpoint checkpoint, IReadOnlyDictionary<long, MerkleHash> roots, Findings findings)
    {
        if (remembered is null) return;
        if (remembered.Size > checkpoint.Size)
        {
            findings.Add(FsckFindingKind.RolledBack, Checkpoint.Path, checkpoint.Size,
                $"the log has {checkpoint.Size} entries, and had {remembered.Size} when it was last seen: "
                + "an older checkpoint was put back");
        }
        else if (remembered.Size == checkpoint.Size && remembered.Root != checkpoint.Root)
        {
            findings.Add(FsckFindingKind.Forked, Checkpoint.Path, null,
                $"the log has signed two roots for the size {checkpoint.Size}");
        }
        else if (roots.TryGetValue(remembered.Size, out var rootThen) && rootThen != remembered.Root)
        {
            findings.Add(FsckFindingKind.HistoryRewritten, Checkpoint.Path, null,
                $"the first {remembered.Size} entries aren't those that were seen before: history was rewritten");
        }
    }
}
