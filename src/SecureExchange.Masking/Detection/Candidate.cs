namespace SecureExchange.Masking.Detection;

/// <summary>What a pattern or matcher found, in the folded text, before overlaps are settled.</summary>
/// <param name="Start">First byte.</param>
/// <param name="End">The byte behind the last.</param>
/// <param name="Entity">Index of the rule.</param>
/// <param name="Score">Of 100.</param>
/// <param name="Pattern">Index of the pattern; negative where a matcher found it.</param>
internal readonly record struct Candidate(int Start, int End, int Entity, int Score, int Pattern)
{
    public int Length => End - Start;
}
