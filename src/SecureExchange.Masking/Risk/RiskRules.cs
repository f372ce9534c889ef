using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Detection;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Risk;

/// <summary>What a profile wants measured, and from which figures on a transfer is held.</summary>
internal sealed class RiskRules
{
    private const int MaxQuasi = 32;
    private const int MaxSensitive = 8;

    private RiskRules()
    {
    }

    /// <summary>Indices of the quasi-identifiers: what somebody could know of a person, and find the record by.</summary>
    public required int[] Quasi { get; init; }

    /// <summary>Indices of the sensitive fields: what nobody should learn of a person so found.</summary>
    public required int[] Sensitive { get; init; }

    /// <summary>What is looked for in fields that are passed on as they are; null: nothing.</summary>
    public required DetectorOptions? Search { get; init; }

    /// <summary>The least k that is released without approval; 0: any.</summary>
    public required int MinK { get; init; }

    /// <summary>The least l of every sensitive field; 0: any.</summary>
    public required int MinL { get; init; }

    /// <summary>The most personal data in such fields; null: any number.</summary>
    public required long? MaxLeaks { get; init; }

    /// <summary>Reads <c>risk</c> and <c>gates</c>; null where the profile has neither.</summary>
    public static RiskRules? Read(ProfileSection top, IReadOnlyList<FieldRule> fields)
    {
        var (riskNode, gatesNode) = (top.Find("risk"), top.Find("gates"));
        if (riskNode is null && gatesNode is null) return null;
        var (quasi, sensitive) = (Array.Empty<int>(), Array.Empty<int>());
        DetectorOptions? search = null;
        if (riskNode is not null)
        {
            var risk = new ProfileSection(riskNode, "risk");
            quasi = Fields(risk, "quasi-identifiers", fields, MaxQuasi);
            sensitive = Fields(risk, "sensitive", fields, MaxSensitive);
            if (risk.Flag("search-kept-fields", otherwise: false)) search = ReadSearch(risk);
            risk.RefuseOthers();
            if (sensitive.Length > 0 && quasi.Length == 0)
                throw risk.Wrong("sensitive", "sensitive fields are looked at among records that are alike: name quasi-identifiers too");
            if (quasi.Concat(sensitive).Select(i => fields[i].Attachment).Distinct().Count() > 1)
                throw risk.Wrong("quasi-identifiers", "quasi-identifiers and sensitive fields are of one kind of attached files, or all of the message: a record has a value of each");
        }

        var (minK, minL, maxLeaks) = (0, 0, -1L);
        if (gatesNode is not null)
        {
            var gates = new ProfileSection(gatesNode, "gates");
            minK = (int)gates.Number("min-k", 2, 1_000_000, otherwise: 0);
            minL = (int)gates.Number("min-l", 2, EquivalenceClasses.MaxDiversity, otherwise: 0);
            maxLeaks = gates.Number("max-leaks", 0, long.MaxValue, otherwise: -1);
            gates.RefuseOthers();
            if (maxLeaks >= 0 && search is null) throw gates.Wrong("max-leaks", "max-leaks needs search-kept-fields: true below risk");
            if (minK > 0 && quasi.Length == 0) throw gates.Wrong("min-k", "min-k needs quasi-identifiers below risk");
            if (minL > 0 && sensitive.Length == 0) throw gates.Wrong("min-l", "min-l needs sensitive fields below risk");
        }

        return new RiskRules
        {
            Quasi = quasi,
            Sensitive = sensitive,
            Search = search,
            MaxLeaks = maxLeaks < 0 ? null : maxLeaks,
            MinK = minK,
            MinL = minL,
        };
    }

    /// <summary>What the gates make of what was measured.</summary>
    public IReadOnlyList<GateResult> Check(RiskReport risk, IReadOnlyList<Leak> leaks)
    {
        var results = new List<GateResult>();
        if (MinK > 0 && risk.Anonymity is { } classes) results.Add(new GateResult("min-k", MinK, classes.K, classes.K >= MinK));
        if (MinL > 0 && risk.Anonymity is { } anonymity)
        {
            var least = anonymity.Diversity.Min(diversity => diversity.L);
            results.Add(new GateResult("min-l", MinL, least, least >= MinL));
        }

        if (MaxLeaks is { } most)
        {
            var found = leaks.Sum(leak => leak.Count);
            results.Add(new GateResult("max-leaks", most, found, found <= most));
        }

        return results;
    }

    /// <summary>A date by itself is nobody's, and kept fields are full of them.</summary>
    private static DetectorOptions ReadSearch(ProfileSection risk) => new()
    {
        Entities = risk.OptionalWords("search-entities", Detector.AllEntities) ?? [.. Detector.AllEntities.Where(entity => entity != "DATE_TIME")],
        Countries = risk.OptionalWords("search-countries", [.. Detector.AllCountries, "all"]) ?? DetectorOptions.DefaultCountries,
        MinScore = risk.Percent("search-min-score", 60),
    };

    private static int[] Fields(ProfileSection risk, string key, IReadOnlyList<FieldRule> fields, int most)
    {
        if (risk.Find(key) is not { } node) return [];
        if (node is not YamlList { Items: { Count: > 0 } items } || items.Count > most)
            throw risk.Wrong(key, $"{key} is a list of 1 to {most} fields");
        var found = new List<int>();
        foreach (var item in items)
        {
            var name = (item as YamlScalar)?.Value;
            var at = -1;
            for (var i = 0; i < fields.Count && at < 0; i++) at = fields[i].Name == name ? i : -1;
            if (at < 0) throw new ProfileException(ProfileError.BadReference, item.Line, item.Column, $"{key}: there is no such field");
            if (fields[at].Path.HasElements || fields[at].Path.IsOutside)
                throw new ProfileException(ProfileError.BadReference, item.Line, item.Column, $"{key}: '{name}' is in an array; a record needs one value");
            if (found.Contains(at)) throw new ProfileException(ProfileError.DuplicateKey, item.Line, item.Column, $"{key}: '{name}' is there twice");
            found.Add(at);
        }

        return [.. found];
    }
}
