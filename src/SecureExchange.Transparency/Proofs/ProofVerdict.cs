using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Transparency.Proofs;

/// <summary>The result of checking a proof.</summary>
/// <param name="Index">The place in the log that the proof speaks of.</param>
/// <param name="Checkpoint">The checkpoint it is under; null unless its signature verified.</param>
public sealed record ProofVerdict(ProofOutcome Outcome, long Index, Checkpoint? Checkpoint)
{
    /// <summary>Whether the entry is proven to be in the log.</summary>
    public bool IsIncluded => Outcome == ProofOutcome.Included;
}
