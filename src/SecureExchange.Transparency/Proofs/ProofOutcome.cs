namespace SecureExchange.Transparency.Proofs;

/// <summary>What a proof proves.</summary>
public enum ProofOutcome
{
    /// <summary>The entry is in the log, under a checkpoint that the log has signed.</summary>
    Included = 1,

    /// <summary>The checkpoint is the log's, and the entry isn't what stands at this place, or the proof was altered.</summary>
    NotIncluded = 2,

    /// <summary>The checkpoint isn't signed by this key, or is of another log.</summary>
    OtherLog = 3,

    /// <summary>The checkpoint names this key, and the signature doesn't verify: it was forged or altered.</summary>
    InvalidSignature = 4,

    /// <summary>The entry is in the log, and fewer witnesses have seen this checkpoint than the policy asks for.</summary>
    NotWitnessed = 5,
}
