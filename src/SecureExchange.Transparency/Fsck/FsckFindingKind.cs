namespace SecureExchange.Transparency.Fsck;

/// <summary>What a verifier found. The numbers are stable and only grow.</summary>
public enum FsckFindingKind
{
    /// <summary>There is no <c>checkpoint</c>.</summary>
    CheckpointMissing = 1,

    /// <summary><c>checkpoint</c> isn't a signed checkpoint.</summary>
    CheckpointMalformed = 2,

    /// <summary><c>checkpoint</c> isn't signed by the log's key.</summary>
    CheckpointUnknownKey = 3,

    /// <summary><c>checkpoint</c> names the log's key, and the signature is false.</summary>
    CheckpointInvalidSignature = 4,

    /// <summary><c>checkpoint</c> is of another log.</summary>
    CheckpointWrongOrigin = 5,

    /// <summary>An older checkpoint was put back.</summary>
    RolledBack = 6,

    /// <summary>The entries don't hash to the signed root.</summary>
    RootDiffers = 7,

    /// <summary>An entry bundle is missing.</summary>
    BundleMissing = 8,

    /// <summary>An entry bundle is short, or has bytes left over.</summary>
    BundleMalformed = 9,

    /// <summary>An entry isn't what was logged.</summary>
    EntryChanged = 10,

    /// <summary>A hash tile is missing.</summary>
    TileMissing = 11,

    /// <summary>A hash tile hasn't the size it must have.</summary>
    TileMalformed = 12,

    /// <summary>A hash tile isn't what the entries hash to.</summary>
    TileChanged = 13,

    /// <summary>A tile or bundle lies beyond the size of every signed checkpoint: a newer checkpoint was taken away.</summary>
    BeyondCheckpoint = 14,

    /// <summary>An object under <c>tile/</c> that isn't a part of a log. A note: it changes nothing of what the log says.</summary>
    UnexpectedObject = 15,

    /// <summary><c>head</c> can't be read, isn't signed by the log's key, or isn't what it says.</summary>
    HeadInvalid = 16,

    /// <summary>A batch is committed and not yet published, as a crash leaves it. A note: opening the log finishes it.</summary>
    UnfinishedPublication = 17,

    /// <summary>The log contradicts a checkpoint that was remembered: history was rewritten.</summary>
    HistoryRewritten = 18,

    /// <summary>Two checkpoints signed by the log contradict each other.</summary>
    Forked = 19,

    /// <summary>The caller's own check of an entry failed.</summary>
    EntryRefused = 20,

    /// <summary>There are more findings than a report lists.</summary>
    MoreFindings = 21,

    /// <summary>The log isn't what an anchor says that it was: it was rolled back or rewritten since.</summary>
    AnchorContradicted = 22,

    /// <summary>An entry says what the log before it was, and it isn't: <see cref="FsckOptions.ReadStatement"/>.</summary>
    StatementContradicted = 23,
}
