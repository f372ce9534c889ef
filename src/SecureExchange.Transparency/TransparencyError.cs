namespace SecureExchange.Transparency;

/// <summary>What is wrong with something that came from outside: a key, a note, a proof, a stored log. The numbers are
/// stable and only grow.</summary>
public enum TransparencyError
{
    /// <summary>A verifier key isn't <c>name+hex key id+base64</c>, or its key id isn't the key's.</summary>
    MalformedKey = 1,

    /// <summary>The key is well-formed, and of an algorithm that isn't Ed25519 (signed-note type 0x01).</summary>
    UnsupportedKey = 2,

    /// <summary>Two of the verifier keys given have the same name and key id.</summary>
    AmbiguousKeys = 3,

    /// <summary>The bytes aren't a signed note.</summary>
    MalformedNote = 4,

    /// <summary>None of the note's signatures is by a key that was given.</summary>
    UnknownKey = 5,

    /// <summary>A signature by a key that was given doesn't verify.</summary>
    InvalidSignature = 6,

    /// <summary>The note is signed, and its text isn't a checkpoint.</summary>
    MalformedCheckpoint = 7,

    /// <summary>The checkpoint is of another log than its key.</summary>
    WrongOrigin = 8,

    /// <summary>The text isn't a tlog-proof.</summary>
    MalformedProof = 9,

    /// <summary>An entry bundle is short, has bytes left over, or another number of entries than its place asks for.</summary>
    MalformedBundle = 10,

    /// <summary>A hash tile hasn't the size that its place asks for.</summary>
    MalformedTile = 11,

    /// <summary>The store's <c>head</c> can't be read.</summary>
    MalformedHead = 12,

    /// <summary>There is no log in this store.</summary>
    LogMissing = 13,

    /// <summary>The store has parts of a log and no <c>head</c>: it was deleted, or this isn't the store it was.</summary>
    HeadMissing = 14,

    /// <summary>The published checkpoint is newer than <c>head</c>: an older <c>head</c> was put back.</summary>
    HeadRolledBack = 15,

    /// <summary>The published checkpoint is older than the one before <c>head</c>: it was put back.</summary>
    CheckpointRolledBack = 16,

    /// <summary>Two signed checkpoints contradict each other.</summary>
    Forked = 17,

    /// <summary>What is stored doesn't hash to the signed root.</summary>
    TreeInconsistent = 18,

    /// <summary>A tile or bundle that the checkpoint needs isn't in the store.</summary>
    ObjectMissing = 19,

    /// <summary>An object is larger than any object of a log can be.</summary>
    ObjectTooLarge = 20,

    /// <summary>A path that isn't one of a log's, or that leads out of its folder.</summary>
    PathRefused = 21,

    /// <summary>A trust policy breaks its format (C2SP tlog-policy).</summary>
    MalformedPolicy = 22,

    /// <summary>A request to a witness breaks its format (C2SP tlog-witness).</summary>
    MalformedRequest = 23,

    /// <summary>A witness's stored state is damaged: it can't vouch for that log any more.</summary>
    MalformedWitnessState = 24,
}
