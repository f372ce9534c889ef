namespace SecureExchange.Masking;

/// <summary>One thing that is wrong with a return. No data.</summary>
/// <param name="Kind">What.</param>
/// <param name="Row">The row in the returned file, from 1; for a missing row, the row in the dispatch; 0 for the file as
/// a whole.</param>
/// <param name="Field">The field as the profile names it, where one field is meant.</param>
/// <param name="SentRow">The row of the dispatch that the row, or the swapped value, belongs to, where it is known.</param>
public sealed record ReturnFinding(FindingKind Kind, long Row, string? Field, long? SentRow);
