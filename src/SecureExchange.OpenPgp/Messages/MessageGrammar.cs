namespace SecureExchange.OpenPgp.Messages;

/// <summary>Which packet may follow which inside an encrypted message, or in one that is only signed (RFC 9580 §10.3), as a
/// state machine with one counter for each level of nesting.</summary>
/// <remarks>
/// <code>
/// message    = signature message | one-pass message signature | compressed(message) | literal
/// </code>
/// Exactly one literal, and every signature covers it, or the message isn't one: whatever stands before, after or
/// beside it
/// would be data that a signature is taken for and doesn't cover (OpenPGP.js, CVE-2025-47934; EFAIL).
/// </remarks>
internal sealed class MessageGrammar(PgpLimits limits)
{
    // For each level: one-pass signatures whose signature packets are yet to come.
    private readonly Stack<int> _open = new([0]);
    private int _signatures;
    private bool _literalSeen;
    private bool _expectsOnePass;

    /// <summary>A one-pass signature packet.</summary>
    /// <param name="isLast">Its flag: whether no other follows for the same data (§5.4).</param>
    public void OnePassSignature(bool isLast)
    {
        Require(!_literalSeen && (_open.Peek() == 0 || _expectsOnePass), "a one-pass signature in the wrong place");
        Count();
        _open.Push(_open.Pop() + 1);
        _expectsOnePass = !isLast;
    }

    /// <summary>A signature packet: before the literal for itself, after it for the last one-pass signature without
    /// one.</summary>
    /// <returns>Whether it belongs to a one-pass signature.</returns>
    public bool Signature()
    {
        if (!_literalSeen)
        {
            Require(_open.Peek() == 0, "a signature between one-pass signature and literal");
            Count();
            return false;
        }

        Require(_open.Peek() > 0, "a signature that covers nothing");
        _open.Push(_open.Pop() - 1);
        return true;
    }

    /// <summary>A compressed data packet starts.</summary>
    public void Compressed()
    {
        Require(!_literalSeen && !_expectsOnePass, "compressed data in the wrong place");
        if (_open.Count > limits.MaxNesting)
            Throw.Limit($"compressed data is nested more than {limits.MaxNesting} deep (MaxNesting)");
        _open.Push(0);
    }

    /// <summary>The literal data packet.</summary>
    public void Literal()
    {
        Require(!_literalSeen && !_expectsOnePass, "a second literal, or one in the wrong place");
        _literalSeen = true;
    }

    /// <summary>The end of a level: of a compressed data packet, or of the message.</summary>
    public void End()
    {
        Require(_literalSeen && _open.Pop() == 0, "the end comes before the literal, or before a signature");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) Throw.Malformed(otherwise);
    }

    private void Count()
    {
        if (++_signatures > limits.MaxSignatures)
            Throw.Limit($"more than {limits.MaxSignatures} signatures (MaxSignatures)");
    }
}
