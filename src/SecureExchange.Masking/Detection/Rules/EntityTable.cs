namespace SecureExchange.Masking.Detection.Rules;

/// <summary>All entities. Where two claim the same text with the same score, the one that stands first has it.</summary>
internal static class EntityTable
{
    public static IReadOnlyList<EntityRule> All { get; } =
    [
        .. Secrets.All, .. Finance.All, .. Everywhere.All, .. UnitedStates.All, .. UnitedKingdom.All, .. Germany.All,
        .. SouthernEurope.All, .. NorthernEurope.All, .. India.All, .. EastAsia.All, .. SouthernHemisphere.All, .. Everywhere.Last,
    ];

    /// <summary>The countries that have entities of their own.</summary>
    public static IReadOnlyList<string> Countries { get; } = [.. All.Select(rule => rule.Country).Where(c => c.Length > 0).Distinct().Order(StringComparer.Ordinal)];
}
