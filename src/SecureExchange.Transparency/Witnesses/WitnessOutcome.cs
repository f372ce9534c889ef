namespace SecureExchange.Transparency.Witnesses;

/// <summary>What a witness answers. The numbers of <see cref="WitnessAnswer.StatusCode"/> are tlog-witness's.</summary>
public enum WitnessOutcome
{
    /// <summary>The checkpoint contains all that the witness has seen of the log, and it says so.</summary>
    Cosigned = 1,

    /// <summary>No such request, or a checkpoint smaller than the size it is said to grow from.</summary>
    Malformed = 2,

    /// <summary>The witness doesn't know a log of this origin.</summary>
    UnknownLog = 3,

    /// <summary>The checkpoint isn't signed by the key that the witness knows for this origin.</summary>
    NotSigned = 4,

    /// <summary>The witness has seen another size than the request starts from; the answer says which.</summary>
    OtherSize = 5,

    /// <summary>The log has signed two roots for one size: proof that it lies to somebody.</summary>
    Forked = 6,

    /// <summary>The checkpoint isn't shown to contain what the witness has seen: a question to the log's operator, since
    /// anybody can send a genuine checkpoint with a false proof.</summary>
    Inconsistent = 7,
}
