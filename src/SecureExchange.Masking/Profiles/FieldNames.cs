using System.Text;

namespace SecureExchange.Masking.Profiles;

/// <summary>Which of a profile's fields a name in a file is: the one that is called so, else the only pattern that fits.</summary>
internal sealed class FieldNames
{
    /// <summary>No field.</summary>
    public const int None = -1;

    /// <summary>Several patterns fit: which of them is meant isn't guessed.</summary>
    public const int Ambiguous = -2;

    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly List<(NamePattern Pattern, int Rule)> _patterns = [];

    public FieldNames(IReadOnlyList<FieldRule> fields)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i].Path.Pattern is { } pattern) _patterns.Add((pattern, i));
            else _names[fields[i].Path.Canonical] = i;
        }
    }

    /// <summary>The index of a rule, or one of the constants.</summary>
    public int Find(string name)
    {
        if (_names.TryGetValue(name, out var rule)) return rule;
        if (_patterns.Count == 0) return None;
        var utf8 = Encoding.UTF8.GetBytes(name);
        var found = None;
        foreach (var (pattern, at) in _patterns)
        {
            if (!pattern.Fits(utf8)) continue;
            if (found != None) return Ambiguous;
            found = at;
        }

        return found;
    }
}
