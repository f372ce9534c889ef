namespace SecureExchange.Transparency;

/// <summary>Something from outside is malformed, forged or inconsistent. The message never contains an entry.</summary>
public sealed class TransparencyException : Exception
{
    internal TransparencyException(TransparencyError error, string? where = null)
        : base(where is null ? Describe(error) : $"{Describe(error)} ({where})")
    {
        Error = error;
        Where = where;
    }

    /// <summary>What is wrong.</summary>
    public TransparencyError Error { get; }

    /// <summary>The object of the store it was found in, where there is one: <c>tile/0/000</c>.</summary>
    public string? Where { get; }

    private static string Describe(TransparencyError error) => error switch
    {
        TransparencyError.MalformedKey => "the verifier key is malformed",
        TransparencyError.UnsupportedKey => "the verifier key is of an algorithm that isn't supported",
        TransparencyError.AmbiguousKeys => "two verifier keys have the same name and id",
        TransparencyError.MalformedNote => "the signed note is malformed",
        TransparencyError.UnknownKey => "the note isn't signed by a known key",
        TransparencyError.InvalidSignature => "the note's signature doesn't verify",
        TransparencyError.MalformedCheckpoint => "the checkpoint is malformed",
        TransparencyError.WrongOrigin => "the checkpoint is of another log",
        TransparencyError.MalformedProof => "the proof is malformed",
        TransparencyError.MalformedBundle => "the entry bundle is malformed",
        TransparencyError.MalformedTile => "the hash tile has the wrong size",
        TransparencyError.MalformedHead => "the log's head is malformed",
        TransparencyError.LogMissing => "there is no log here",
        TransparencyError.HeadMissing => "the log's head is missing, and parts of the log are there",
        TransparencyError.HeadRolledBack => "the log's head is older than its published checkpoint",
        TransparencyError.CheckpointRolledBack => "the published checkpoint is an older one put back",
        TransparencyError.Forked => "two signed checkpoints contradict each other",
        TransparencyError.TreeInconsistent => "what is stored doesn't hash to the signed root",
        TransparencyError.ObjectMissing => "a part of the log is missing",
        TransparencyError.ObjectTooLarge => "an object is larger than any part of a log can be",
        TransparencyError.PathRefused => "that isn't a path within a log",
        TransparencyError.MalformedPolicy => "the trust policy is malformed",
        TransparencyError.MalformedRequest => "the request to the witness is malformed",
        TransparencyError.MalformedWitnessState => "what the witness has stored of the log is damaged",
    };
}
