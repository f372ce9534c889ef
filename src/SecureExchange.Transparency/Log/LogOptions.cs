using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Transparency.Log;

/// <summary>How a log is written.</summary>
public sealed record LogOptions
{
    /// <summary>Makes the log when the store is empty. Off by default, so that a wrong folder doesn't become a new log.</summary>
    public bool CreateIfMissing { get; init; }

    /// <summary>Most entries under one checkpoint. 1 to 65,536.</summary>
    public int MaxBatchEntries { get; init; } = 4096;

    /// <summary>Most bytes of entries under one checkpoint; a single entry always fits. What <c>head</c> grows to.</summary>
    public int MaxBatchBytes { get; init; } = 1 << 20;

    /// <summary>Most bytes of entries that wait. Beyond it appends are refused: a store that stands still must not fill
    /// the memory.</summary>
    public long MaxPendingBytes { get; init; } = 64 << 20;

    /// <summary>The key that the log's has replaced: its signature stands under the log's, for verifiers that know no other yet. Stays the
    /// caller's, and must outlive the log.</summary>
    public NoteSigner? Second { get; init; }

    /// <summary>Deletes partial tiles once the full tile is published, as tlog-tiles allows. Failures to delete don't
    /// matter (the store may forbid it).</summary>
    public bool DeletePartialTiles { get; init; } = true;

    /// <summary>Measures how long a batch takes, so that a writer can give way to others for as long. Nothing in the log
    /// depends on it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
