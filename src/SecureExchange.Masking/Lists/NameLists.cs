using System.Collections.Frozen;
using System.Reflection;
using System.Text;

namespace SecureExchange.Masking.Lists;

/// <summary>Common names and places of a country, written for this product: pseudonyms are chosen from them, and detectors know
/// names by them. Nobody in particular.</summary>
internal sealed class NameLists
{
    private static readonly FrozenDictionary<string, Lazy<NameLists>> s_all =
        new[] { "us", "uk", "de", "fr", "in", "ph" }.ToFrozenDictionary(locale => locale, locale => new Lazy<NameLists>(() => Load(locale)));

    private NameLists(Dictionary<string, byte[][]> lists)
    {
        Given = lists["given"];
        Neutral = lists["neutral"];
        Family = lists["family"];
        Streets = lists["street"];
        Cities = lists["city"];
    }

    /// <summary>The countries, as profiles name them.</summary>
    public static IReadOnlyList<string> Locales { get; } = ["us", "uk", "de", "fr", "in", "ph"];

    /// <summary>Given names, UTF-8.</summary>
    public byte[][] Given { get; }

    /// <summary>Given names, and short forms, that don't tell a man from a woman.</summary>
    public byte[][] Neutral { get; }

    public byte[][] Family { get; }

    /// <summary>Street names without numbers.</summary>
    public byte[][] Streets { get; }

    public byte[][] Cities { get; }

    public static NameLists Of(string locale) => s_all[locale].Value;

    /// <summary>A line for each list: its name, a colon, and its entries with commas between them.</summary>
    private static NameLists Load(string locale)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"SecureExchange.Masking.Lists.{locale}.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var lists = new Dictionary<string, byte[][]>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            lists[line[..colon]] = [.. line[(colon + 1)..].Split(',').Select(entry => entry.Trim()).Distinct().Select(Encoding.UTF8.GetBytes)];
        }

        return new NameLists(lists);
    }
}
