namespace SecureExchange.Gateway.Intake;

/// <summary>How much may be sent.</summary>
/// <param name="DayBytes">The most bytes in 24 hours; null: no limit. Of a packed or compressed file what it unpacks to counts, if that is more.</param>
/// <param name="DayTransfers">The most transfers in 24 hours; a batch of records is one. Null: no limit.</param>
/// <param name="StoredBytes">The most bytes that may be stored, as they are sealed; null: no limit.</param>
public sealed record QuotaTerms(long? DayBytes, long? DayTransfers, long? StoredBytes)
{
    /// <summary>No limit at all.</summary>
    public static QuotaTerms None { get; } = new(null, null, null);

    internal bool IsNone => this == None;

    /// <summary>The terms under which both hold.</summary>
    internal QuotaTerms And(QuotaTerms other) => new(
        Least(DayBytes, other.DayBytes), Least(DayTransfers, other.DayTransfers), Least(StoredBytes, other.StoredBytes));

    private static long? Least(long? one, long? other) => one is null || other < one ? other ?? one : one;
}
