using SecureExchange.Masking.Detection.Checks;

namespace SecureExchange.Masking.Detection.Rules;

/// <summary>One kind of personal data, and how it is found.</summary>
/// <param name="Name">As Presidio names it, where it does.</param>
/// <param name="Country">ISO 3166-1, lower case; empty where it is the same everywhere.</param>
/// <param name="Context">Words that make it likelier when they are near, with blanks between them; behind <c>|</c> words of other
/// alphabets, found anywhere in the text before.</param>
/// <param name="Patterns">None where a matcher finds it.</param>
internal sealed record EntityRule(string Name, string Country, string Context, params PatternRule[] Patterns)
{
    /// <summary>How much a word right before it adds to a score: it is its label.</summary>
    public const int LabelBonus = 45;

    /// <summary>How much words nearby add to a score; less with each word between.</summary>
    public const int ContextBonus = 35;

    /// <summary>What is reached at least with such words.</summary>
    public const int LeastWithContext = 40;

    /// <summary>Nothing is found where no such word is near.</summary>
    public bool OnlyWithContext { get; init; }
}

/// <param name="Text">In the language of <see cref="Patterns.PatternParser"/>.</param>
/// <param name="Score">How sure that is, of 100, without words nearby.</param>
/// <param name="Check">Null where the pattern says it all.</param>
internal sealed record PatternRule(string Text, int Score, Check? Check = null)
{
    /// <summary>Capitals are meant as they stand.</summary>
    public bool CaseMatters { get; init; }

    /// <summary>Not behind a letter, digit or one of <c>- _ . /</c> that follows one: it would be the rest of something longer.</summary>
    public bool Alone { get; init; }

    /// <summary>A sign in front belongs to it.</summary>
    public bool TakesSign { get; init; }

    /// <summary>What must stand in front, and belongs to it; NUL for nothing. Patterns themselves begin with a letter or digit.</summary>
    public char Behind { get; init; }
}
