using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Transparency.Fsck;

/// <summary>What a verifier found, and under which checkpoint.</summary>
public sealed record FsckReport
{
    /// <summary>The checkpoint that everything was held against; null where there is none to trust.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>What is wrong or worth knowing, at most <see cref="FsckOptions.MaxFindings"/>.</summary>
    public required IReadOnlyList<FsckFinding> Findings { get; init; }

    /// <summary>How many entries were read and checked.</summary>
    public long Entries { get; init; }

    /// <summary>Whether the log is what its checkpoint says.</summary>
    public bool IsIntact => Checkpoint is not null && Findings.All(finding => finding.IsNote);
}
