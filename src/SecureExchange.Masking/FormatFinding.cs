namespace SecureExchange.Masking;

/// <summary>Something in a file beside its records that was taken out or changed, for whoever attests how it was masked.</summary>
/// <param name="Kind">A stable name: <c>gzip.name-removed</c>.</param>
/// <param name="Count">How often.</param>
public sealed record FormatFinding(string Kind, long Count);
