namespace SecureExchange.Masking.Detection.Text;

/// <summary>A run of ASCII letters and digits, as long as it goes.</summary>
/// <param name="Start">First byte.</param>
/// <param name="End">The byte behind the last.</param>
/// <param name="Kinds">What is in it.</param>
/// <param name="Word">What the word list knows of it; 0 for nothing.</param>
internal readonly record struct Atom(int Start, int End, AtomKinds Kinds, int Word)
{
    public int Length => End - Start;

    public bool HasDigit => (Kinds & AtomKinds.Digit) != 0;

    public bool IsNumber => Kinds == AtomKinds.Digit;

    public bool IsWord => (Kinds & AtomKinds.Digit) == 0;

    /// <summary>It begins with a capital, and all of it are letters.</summary>
    public bool IsCapitalised => (Kinds & (AtomKinds.Capitalised | AtomKinds.Digit)) == AtomKinds.Capitalised;
}

/// <summary>What is in an atom.</summary>
[Flags]
internal enum AtomKinds : byte
{
    None = 0,
    Digit = 1,
    Lower = 2,
    Upper = 4,

    /// <summary>It begins with a capital.</summary>
    Capitalised = 8,
}
