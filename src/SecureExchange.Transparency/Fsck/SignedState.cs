using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Fsck;

/// <summary>What the log's key has signed: the published checkpoint and, where it can be read, the head.</summary>
/// <param name="Checkpoint">Null when there is none to trust; then the findings say why.</param>
/// <param name="Head">Null over HTTP, in a copy, in another's log.</param>
internal sealed record SignedState(Checkpoint? Checkpoint, Head? Head)
{
    /// <summary>How often a busy log may move on between two reads before that is a finding.</summary>
    private const int MaxAttempts = 16;

    /// <summary>The size up to which tiles may be there.</summary>
    internal long Size => Math.Max(Checkpoint?.Size ?? 0, Head?.Size ?? 0);

    /// <summary>Whether the head is this checkpoint's, or one batch further.</summary>
    private bool IsCurrent =>
        Checkpoint is null || Head is null || Checkpoint.Size == Head.Size || Checkpoint.Size == Head.From;

    internal static async ValueTask<SignedState> ReadAsync(
        TileReader tiles, NoteVerifier verifier, Findings findings, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var checkpoint = await ReadCheckpointAsync(tiles, verifier, findings, ct);
            var head = checkpoint is null ? null : await ReadHeadAsync(tiles, verifier, findings, ct);
            var state = new SignedState(checkpoint, head);
            if (state.IsCurrent || attempt == MaxAttempts) return state;
        }
    }

    /// <summary>What the two say about each other.</summary>
    /// <param name="tree">The tree of all entries under the checkpoint; null when it couldn't be computed.</param>
    internal void Compare(FsckTree? tree, Findings findings)
    {
        if (Checkpoint is null || Head is null) return;
        if (Checkpoint.Size == Head.Size)
        {
            if (Checkpoint.Root != Head.Root)
                findings.Add(FsckFindingKind.Forked, Checkpoints.Head.Path, null, $"the log has signed two roots for the size {Head.Size}");
        }
        else if (Checkpoint.Size == Head.From)
        {
            if (tree is null || LeadsTo(tree.Copy()))
                findings.Add(FsckFindingKind.UnfinishedPublication, Checkpoints.Head.Path, Head.From,
                    $"the entries {Head.From} to {Head.Size - 1} are committed and not yet published, as a crash leaves them: "
                    + "opening the log finishes it");
            else
                findings.Add(FsckFindingKind.HeadInvalid, Checkpoints.Head.Path, Head.From,
                    "the entries in head don't hash to the root that it states");
        }
        else if (Checkpoint.Size < Head.From)
        {
            findings.Add(FsckFindingKind.RolledBack, Checkpoints.Checkpoint.Path, Checkpoint.Size,
                $"an older checkpoint was put back: it has {Checkpoint.Size} entries, and {Head.From} had been published "
                + "before the newest batch");
        }
        else
        {
            findings.Add(FsckFindingKind.RolledBack, Checkpoints.Head.Path, Head.Size,
                $"an older head was put back: it ends at {Head.Size}, and {Checkpoint.Size} entries are published");
        }
    }

    private bool LeadsTo(FsckTree tree)
    {
        var rest = Head!.Entries;
        while (EntryBundle.TryTake(ref rest, out var entry)) tree.Add(Tree.MerkleTree.Leaf(entry.Span));
        return rest.IsEmpty && tree.Size == Head.Size && tree.Root() == Head.Root;
    }

    private static async ValueTask<Checkpoint?> ReadCheckpointAsync(
        TileReader tiles, NoteVerifier verifier, Findings findings, CancellationToken ct)
    {
        try
        {
            if (await tiles.ReadAsync(Checkpoints.Checkpoint.Path, ct) is { } note) return Checkpoints.Checkpoint.Open(note.Span, verifier);
            findings.Add(FsckFindingKind.CheckpointMissing, Checkpoints.Checkpoint.Path, null, "there is no checkpoint here");
        }
        catch (TransparencyException e)
        {
            var (kind, text) = e.Error switch
            {
                TransparencyError.UnknownKey => (FsckFindingKind.CheckpointUnknownKey,
                    $"the checkpoint isn't signed by {verifier.Name} with the key {verifier.KeyId:x8}"),
                TransparencyError.InvalidSignature => (FsckFindingKind.CheckpointInvalidSignature,
                    "the checkpoint's signature is false: it was changed, or forged"),
                TransparencyError.WrongOrigin => (FsckFindingKind.CheckpointWrongOrigin,
                    $"the checkpoint is signed by {verifier.Name}, and is another log's"),
                _ => (FsckFindingKind.CheckpointMalformed, "the checkpoint is malformed"),
            };
            findings.Add(kind, Checkpoints.Checkpoint.Path, null, text);
        }

        return null;
    }

    private static async ValueTask<Head?> ReadHeadAsync(
        TileReader tiles, NoteVerifier verifier, Findings findings, CancellationToken ct)
    {
        try
        {
            return await tiles.ReadAsync(Checkpoints.Head.Path, ct) is { } content ? Checkpoints.Head.Open(content, verifier) : null;
        }
        catch (TransparencyException)
        {
            findings.Add(FsckFindingKind.HeadInvalid, Checkpoints.Head.Path, null,
                "head is malformed, or isn't signed by the log's key: the log can't go on from it");
            return null;
        }
    }
}
