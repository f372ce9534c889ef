namespace SecureExchange.Masking;

/// <summary>How a transfer was masked: counts and names, no values.</summary>
/// <param name="Records">Records masked so far.</param>
/// <param name="Fields">In the profile's order.</param>
public sealed record MaskingReport(long Records, IReadOnlyList<FieldCount> Fields);
