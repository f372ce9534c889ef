using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Transparency.Log;

/// <summary>The newest state of a log that this process knows: committed and published. Immutable.</summary>
/// <param name="HeadVersion">The store's version of <c>head</c>, which the next batch replaces.</param>
/// <param name="CheckpointVersion">The store's version of <c>checkpoint</c>; null when there is none.</param>
internal sealed record LogTip(Head Head, string HeadVersion, string? CheckpointVersion, LogEdge Edge, Checkpoint Checkpoint);
