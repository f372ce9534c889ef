using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Transparency.Fsck;

/// <summary>What else a verifier is to check.</summary>
public sealed record FsckOptions
{
    /// <summary>A checkpoint of this log that was seen before: the log must contain it. This is what finds a history
    /// that the holder of the log's key has rewritten.</summary>
    public Checkpoint? Remembered { get; init; }

    /// <summary>What others have written down of this log: it must contain each. In any order.</summary>
    public IReadOnlyList<LogAnchor> Anchors { get; init; } = [];

    /// <summary>Reads an entry that says what the log's root was at an earlier size; null for others. Each such entry is held
    /// against the tree: who takes an entry out and signs the rest again would have to forge all that come after.</summary>
    public Func<LogEntry, LogAnchor?>? ReadStatement { get; init; }

    /// <summary>A checkpoint up to which everything has been verified: only what came after is read, and that it follows.
    /// For who looks often. Leftovers and what lies beyond the log aren't looked at.</summary>
    public Checkpoint? VerifiedUpTo { get; init; }

    /// <summary>Told now and then how many entries are done.</summary>
    public Action<long>? Progress { get; init; }

    /// <summary>The caller's own check of each entry whose hash is right: null, or what is wrong with it.</summary>
    public Func<LogEntry, string?>? CheckEntry { get; init; }

    /// <summary>Most findings in a report, so that a destroyed log doesn't fill the memory.</summary>
    public int MaxFindings { get; init; } = 1000;
}
