namespace SecureExchange.Masking.Risk;

/// <summary>How easily records of a transfer could be told apart by who sees its masked form. Counts and names, no values.</summary>
/// <param name="Records">Records that were looked at.</param>
/// <param name="Anonymity">Null where the profile declares no quasi-identifiers, or there was no record.</param>
/// <param name="Columns">For each field that is passed on as it is, how distinctive its values are.</param>
public sealed record RiskReport(long Records, AnonymityReport? Anonymity, IReadOnlyList<ColumnUniqueness> Columns);

/// <summary>k-anonymity and l-diversity of the masked records.</summary>
/// <param name="QuasiIdentifiers">The fields that somebody could know of a person, as the profile declares them.</param>
/// <param name="K">Records in the smallest class of records that are alike in all of them. Of a sample: in the smallest class
/// that was seen, so it can be smaller in truth.</param>
/// <param name="Classes">How many such classes there are.</param>
/// <param name="Sizes">How many classes and records there are of which size; the buckets cover all sizes.</param>
/// <param name="HighestRisk">The chance of finding the right record of a person who is known to be there: 1 / K.</param>
/// <param name="AverageRisk">The same over all records: classes / records.</param>
/// <param name="Diversity">For each sensitive field, the fewest different values in a class.</param>
/// <param name="Sampling">Null where every class was counted.</param>
public sealed record AnonymityReport(
    IReadOnlyList<string> QuasiIdentifiers, long K, long Classes, IReadOnlyList<SizeBucket> Sizes,
    double HighestRisk, double AverageRisk, IReadOnlyList<FieldDiversity> Diversity, SamplingError? Sampling)
{
    /// <summary>Records that are alone in their class.</summary>
    public long UniqueRecords => Sizes.Where(bucket => bucket.To == 1).Sum(bucket => bucket.Records);
}

/// <summary>Classes of records that are alike, of about one size.</summary>
/// <param name="From">Records in the smallest class of the bucket.</param>
/// <param name="To">Records in the largest; null where there is no limit.</param>
/// <param name="Classes">How many classes.</param>
/// <param name="Records">How many records they have together.</param>
public sealed record SizeBucket(long From, long? To, long Classes, long Records);

/// <summary>l-diversity (distinct) of one sensitive field.</summary>
/// <param name="Field">As the profile names it.</param>
/// <param name="L">The fewest different values in a class; counted up to 16.</param>
public sealed record FieldDiversity(string Field, int L);

/// <summary>How distinctive the values of a field are.</summary>
/// <param name="Field">As the profile names it.</param>
/// <param name="Values">Values that aren't empty.</param>
/// <param name="Distinct">Different ones.</param>
/// <param name="Unique">Those that occur once.</param>
/// <param name="Sampling">Null where all were counted.</param>
public sealed record ColumnUniqueness(string Field, long Values, long Distinct, long Unique, SamplingError? Sampling)
{
    /// <summary>The share of values that occur once, 0 to 1.</summary>
    public double UniqueShare => Values == 0 ? 0 : Math.Min(1, (double)Unique / Values);
}

/// <summary>What is known of a figure that was estimated from a sample of the different values.</summary>
/// <param name="OneIn">One in so many was counted, each from its first occurrence to its last.</param>
/// <param name="Counted">How many these were.</param>
/// <param name="RelativeError">Estimated numbers are within this share of the truth, with 95 % confidence.</param>
/// <param name="UnseenShare">With 95 % confidence, at most this share of classes is smaller, or less diverse, than the
/// smallest that was seen (the rule of three).</param>
public sealed record SamplingError(long OneIn, long Counted, double RelativeError, double UnseenShare)
{
    internal static SamplingError? Of(int level, long counted) => level == 0
        ? null
        : new SamplingError(1L << level, counted, 2 / Math.Sqrt(counted), 3.0 / counted);
}
