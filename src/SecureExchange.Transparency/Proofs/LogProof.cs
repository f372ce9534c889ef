using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Transparency.Proofs;

/// <summary>Receipts as text (C2SP tlog-proof), checked offline.</summary>
public static class LogProof
{
    /// <summary>Checks that a proof shows an entry to be in a log.</summary>
    /// <param name="entry">The entry's bytes as they were logged.</param>
    /// <exception cref="TransparencyException">The text isn't a proof.</exception>
    public static ProofVerdict Verify(string proofText, ReadOnlyMemory<byte> entry, NoteVerifier verifier) =>
        throw new NotImplementedException();
}
