using System.Globalization;

namespace SecureExchange.Masking.Profiles;

/// <summary>One map of a profile, read key by key. What nobody asked for is unknown, and an error.</summary>
internal sealed class ProfileSection
{
    private readonly YamlMap _map;
    private readonly string _what;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public ProfileSection(YamlNode node, string what)
    {
        _what = what;
        _map = node as YamlMap
            ?? throw new ProfileException(ProfileError.WrongValue, node.Line, node.Column, $"{what} must be a map of keys and values");
    }

    public YamlNode Node => _map;

    public IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries => _map.Entries;

    public YamlNode? Find(string key)
    {
        _taken.Add(key);
        foreach (var (name, value) in _map.Entries)
        {
            if (name.Value == key) return value;
        }

        return null;
    }

    public YamlNode Require(string key) => Find(key) ?? throw Missing(key);

    public string Text(string key) => Scalar(key, Require(key)).Value;

    public string? OptionalText(string key) => OptionalScalar(key)?.Value;

    /// <summary>A single value with its place.</summary>
    public YamlScalar? OptionalScalar(string key) => Find(key) is { } node ? Scalar(key, node) : null;

    public long Number(string key, long least, long most) => Number(key, Require(key), least, most);

    public long Number(string key, long least, long most, long otherwise) =>
        Find(key) is { } node ? Number(key, node, least, most) : otherwise;

    /// <summary>A list of single values.</summary>
    public IReadOnlyList<string> Texts(string key) => Require(key) is YamlList list && list.Items.All(item => item is YamlScalar)
        ? [.. list.Items.Cast<YamlScalar>().Select(item => item.Value)]
        : throw Wrong(key, $"{key} must be a list of values");

    /// <summary>A list of single values; empty where the key isn't there.</summary>
    public IReadOnlyList<string> OptionalTexts(string key) => Find(key) is null ? []
        : Texts(key) is { Count: > 0 } texts && texts.All(text => text.Length > 0) ? texts : throw Wrong(key, $"{key} must be a list of values");

    public decimal Decimal(string key, decimal least, decimal most)
    {
        if (!decimal.TryParse(Text(key), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
            throw Wrong(key, string.Create(CultureInfo.InvariantCulture, $"{key} must be a number from {least} to {most}"));
        return number;
    }

    /// <summary>One of a few words.</summary>
    public T Choice<T>(string key, T? otherwise, params ReadOnlySpan<(string Word, T Value)> choices) where T : struct
    {
        if (Find(key) is not { } node) return otherwise ?? throw Missing(key);
        var word = Scalar(key, node).Value;
        foreach (var choice in choices)
        {
            if (choice.Word == word) return choice.Value;
        }

        var words = new List<string>();
        foreach (var choice in choices) words.Add(choice.Word);
        throw Wrong(node, $"{key} must be {string.Join(" or ", words)}");
    }

    /// <summary>A list of words out of those that there are, or one of them by itself; null where the key isn't there.</summary>
    public IReadOnlyList<string>? OptionalWords(string key, IReadOnlyCollection<string> words)
    {
        if (Find(key) is not { } node) return null;
        var found = new List<string>();
        foreach (var item in node is YamlList list ? list.Items : [node])
        {
            var word = Scalar(key, item).Value;
            if (!words.Contains(word)) throw Wrong(item, $"{key} has no '{word}'; it has {string.Join(", ", words.Order(StringComparer.Ordinal))}");
            found.Add(word);
        }

        return found;
    }

    /// <summary>A number from 0 to 1, in hundredths.</summary>
    public int Percent(string key, int otherwise)
    {
        if (Find(key) is not { } node) return otherwise;
        return decimal.TryParse(Scalar(key, node).Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1
            ? (int)(number * 100)
            : throw Wrong(node, $"{key} must be a number from 0 to 1");
    }

    /// <summary>A map within the map.</summary>
    public ProfileSection? OptionalSection(string key, string what) => Find(key) is { } node ? new ProfileSection(node, what) : null;

    public bool Flag(string key, bool otherwise) => Choice(key, otherwise, ("true", true), ("false", false));

    /// <summary>The entries in the order of their keys, without some: what is the same for each order of writing.</summary>
    public string Describe(params string[] without) => string.Join(", ", _map.Entries
        .Where(entry => !without.Contains(entry.Key.Value)).OrderBy(entry => entry.Key.Value, StringComparer.Ordinal)
        .Select(entry => $"{entry.Key.Value}: {Describe(entry.Value)}"));

    private static string Describe(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar.Value,
        YamlList list => $"[{string.Join(", ", list.Items.Select(Describe))}]",
        YamlMap map => $"{{{string.Join(", ", map.Entries.OrderBy(e => e.Key.Value, StringComparer.Ordinal).Select(e => $"{e.Key.Value}: {Describe(e.Value)}"))}}}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Call when all keys were asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var (key, _) in _map.Entries)
        {
            if (_taken.Contains(key.Value)) continue;
            var known = string.Join(", ", _taken.Order(StringComparer.Ordinal));
            throw new ProfileException(ProfileError.UnknownKey, key.Line, key.Column, $"{_what} has no key '{key.Value}'; it has {known}");
        }
    }

    public ProfileException Wrong(string key, string message) => Wrong(Find(key) ?? _map, message);

    /// <summary>A name that nothing bears.</summary>
    public ProfileException Bad(string key, string message)
    {
        var node = Find(key) ?? _map;
        return new ProfileException(ProfileError.BadReference, node.Line, node.Column, message);
    }

    private static ProfileException Wrong(YamlNode node, string message) => new(ProfileError.WrongValue, node.Line, node.Column, message);

    private static YamlScalar Scalar(string key, YamlNode node) => node as YamlScalar ?? throw Wrong(node, $"{key} must be a single value");

    private static long Number(string key, YamlNode node, long least, long most)
    {
        if (!long.TryParse(Scalar(key, node).Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || number < least || number > most)
            throw Wrong(node, $"{key} must be a whole number from {least} to {most}");
        return number;
    }

    private ProfileException Missing(string key) =>
        new(ProfileError.MissingKey, _map.Line, _map.Column, $"{_what} needs '{key}'");
}
