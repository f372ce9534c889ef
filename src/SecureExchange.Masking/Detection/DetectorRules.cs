using SecureExchange.Masking.Detection.Rules;
using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Detection;

/// <summary>The rules that a detector was asked for, and the words that they need.</summary>
internal sealed class DetectorRules
{
    private readonly List<EntityRule> _rules = [];
    private readonly List<(PatternRule Rule, int Entity)> _patterns = [];

    public DetectorRules(DetectorOptions options)
    {
        foreach (var name in options.Entities ?? [])
        {
            if (!EntityTable.All.Any(rule => rule.Name == name)) throw new ArgumentException($"no entity is called {name}", nameof(options));
        }

        foreach (var country in options.Countries)
        {
            if (country != "all" && !EntityTable.Countries.Contains(country))
                throw new ArgumentException($"no entities of country {country}; there are {string.Join(", ", EntityTable.Countries)}", nameof(options));
        }

        NameWords.AddTo(Words);
        foreach (var rule in EntityTable.All)
        {
            if (!IsWanted(rule, options)) continue;
            foreach (var pattern in rule.Patterns) _patterns.Add((pattern, _rules.Count));
            foreach (var word in rule.Context.Split('|')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)) Words.AddContext(word, _rules.Count);
            _rules.Add(rule);
        }

        Words.Freeze();
        Names = [.. _rules.Select(rule => rule.Name)];
    }

    public IReadOnlyList<EntityRule> Entities => _rules;

    public IReadOnlyList<(PatternRule Rule, int Entity)> Patterns => _patterns;

    public IReadOnlyList<string> Names { get; }

    public WordList Words { get; } = new();

    /// <summary>The index of an entity, or -1 if nobody asked for it.</summary>
    public int IndexOf(string entity) => _rules.FindIndex(rule => rule.Name == entity);

    private static bool IsWanted(EntityRule rule, DetectorOptions options) =>
        options.Entities?.Contains(rule.Name) ?? (rule.Country.Length == 0 || options.Countries.Contains("all") || options.Countries.Contains(rule.Country));
}
