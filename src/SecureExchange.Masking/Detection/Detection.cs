namespace SecureExchange.Masking.Detection;

/// <summary>Personal data in a text.</summary>
/// <param name="Entity">What it is, as Presidio calls it where it does: <c>EMAIL_ADDRESS</c>.</param>
/// <param name="Start">The first byte, counted from the start of the text.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Score">How sure that is, 1 to 100.</param>
public readonly record struct Detection(string Entity, long Start, int Length, int Score)
{
    /// <summary>The byte behind the last one.</summary>
    public long End => Start + Length;
}
