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

    /// <summary>Told now and then how many entries are done.</summary>
    public Action<long>? Progress { get; init; }

    /// <summary>The caller's own check of each entry whose hash is right: null, or what is wrong with it.</summary>
    public Func<LogEntry, string?>? CheckEntry { get; init; }

    /// <summary>Most findings in a report, so that a destroyed log doesn't fill the memory.</summary>
    public int MaxFindings { get; init; } = 1000;
}
