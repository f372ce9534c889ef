namespace SecureExchange.Masking.Detection;

/// <summary>What a <see cref="Detector"/> looks for.</summary>
public sealed record DetectorOptions
{
    /// <summary>The countries whose numbers are looked for where nobody says which.</summary>
    public static IReadOnlyList<string> DefaultCountries { get; } = ["us", "gb"];

    /// <summary>Entities by name, of any country; null for all of the countries below.</summary>
    public IReadOnlyCollection<string>? Entities { get; init; }

    /// <summary>ISO 3166-1 codes in lower case, or <c>all</c>. What isn't one country's is looked for always.</summary>
    public IReadOnlyCollection<string> Countries { get; init; } = DefaultCountries;

    /// <summary>0 to 100: what is less sure isn't reported. Numbers without a word that says what they are score below 40.</summary>
    public int MinScore { get; init; } = 40;

    /// <summary>Whether overlaps of different entities are settled for the surer one. If not, a number that may be two things
    /// is reported as both.</summary>
    public bool SettleOverlaps { get; init; } = true;
}
