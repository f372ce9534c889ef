namespace SecureExchange.Masking.Detection.Patterns;

/// <summary>A pattern as it was parsed.</summary>
internal abstract record PatternNode
{
    private protected PatternNode()
    {
    }

    internal sealed record One(ByteSet Set) : PatternNode;

    internal sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    internal sealed record Choice(IReadOnlyList<PatternNode> Options) : PatternNode;

    /// <summary>At least and at most so often; negative for any number.</summary>
    internal sealed record Repeat(PatternNode Of, int Least, int Most) : PatternNode;
}
