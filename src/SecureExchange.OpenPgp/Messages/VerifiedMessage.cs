namespace SecureExchange.OpenPgp.Messages;

/// <summary>The proof that a message was read to its end and that nobody altered it. Only the engine makes
/// one.</summary>
/// <remarks>It doesn't say that anybody signed: that is in <see cref="Signatures"/>.</remarks>
public sealed class VerifiedMessage
{
    internal VerifiedMessage(long plaintextLength, IReadOnlyList<SignatureResult> signatures)
    {
        PlaintextLength = plaintextLength;
        Signatures = signatures;
    }

    /// <summary>Octets of plaintext.</summary>
    public long PlaintextLength { get; }

    /// <summary>Every signature of the message, innermost first; each covers exactly the plaintext that was
    /// read.</summary>
    public IReadOnlyList<SignatureResult> Signatures { get; }
}
