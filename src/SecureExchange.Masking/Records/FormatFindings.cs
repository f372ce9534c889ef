namespace SecureExchange.Masking.Records;

/// <summary>Counts what was taken out of a file or changed in it beside its records.</summary>
internal sealed class FormatFindings
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IReadOnlyList<FormatFinding> List => [.. _counts.Select(entry => new FormatFinding(entry.Key, entry.Value))];

    public void Add(string kind, long count = 1)
    {
        if (count > 0) _counts[kind] = _counts.GetValueOrDefault(kind) + count;
    }
}
