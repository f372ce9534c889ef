namespace SecureExchange.Masking.Records.Segments;

/// <summary>The separators that a message declares for itself; 0 where it has none.</summary>
/// <param name="Element">Between elements of a segment (HL7 calls them fields).</param>
/// <param name="Repetition">Between repetitions of an element.</param>
/// <param name="Component">Between components.</param>
/// <param name="Sub">Between subcomponents.</param>
/// <param name="Escape">Around an escape.</param>
internal readonly record struct SegmentSyntax(byte Element, byte Repetition, byte Component, byte Sub, byte Escape)
{
    public bool Separates(byte b) => b != 0 && (b == Element || b == Repetition || b == Component || b == Sub);
}
