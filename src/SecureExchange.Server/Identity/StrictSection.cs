using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace SecureExchange.Server.Identity;

/// <summary>A mapping of a configuration file, read strictly: what nobody asked for is an error, and all errors are
/// reported together, each with its line.</summary>
internal sealed class StrictSection
{
    private readonly YamlMappingNode _node;
    private readonly List<string> _faults;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    private StrictSection(string path, YamlMappingNode node, List<string> faults) => (Path, _node, _faults) = (path, node, faults);

    /// <summary>Where it is in the file: <c>issuers.northwind</c>.</summary>
    internal string Path { get; }

    /// <summary>The whole file: YAML, of which JSON is a part.</summary>
    /// <returns>Null, and a fault, where it isn't a mapping.</returns>
    internal static StrictSection? Parse(string text, List<string> faults)
    {
        try
        {
            var events = new Parser(new StringReader(text));
            while (events.MoveNext())
            {
                if (events.Current is not (AnchorAlias or NodeEvent { Anchor.IsEmpty: false })) continue;
                faults.Add($"line {events.Current.Start.Line}: anchors and aliases aren't taken");
                return null;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }]) return new StrictSection("", root, faults);
            faults.Add("line 1: the file has to be one mapping");
        }
        catch (YamlException e)
        {
            faults.Add($"line {e.Start.Line}: this isn't YAML, or a key is there twice");
        }

        return null;
    }

    internal bool Has(string key) => _node.Children.ContainsKey(new YamlScalarNode(key));

    internal string? Text(string key, bool required = false)
    {
        var found = Find(key);
        if (found is YamlScalarNode { Value: { Length: > 0 } text }) return text;
        if (found is not null) Fault(found, $"'{key}' has to be a text");
        else if (required) Fault(_node, $"'{key}' is missing");
        return null;
    }

    /// <summary>A whole number between two, or the default.</summary>
    internal int Number(string key, int otherwise, int least, int most)
    {
        if (Text(key) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        Fault(key, $"'{key}' has to be a number from {least} to {most}");
        return otherwise;
    }

    internal IReadOnlyList<string> Texts(string key)
    {
        var found = Find(key);
        if (found is YamlSequenceNode list && list.Children.All(IsText)) return [.. list.Children.Select(TextOf)];
        if (found is not null) Fault(found, $"'{key}' has to be a list of texts");
        return [];
    }

    /// <summary>A mapping of names to texts.</summary>
    internal IReadOnlyDictionary<string, string> Pairs(string key)
    {
        var found = Find(key);
        if (found is YamlMappingNode map && map.Children.All(c => IsText(c.Key) && IsText(c.Value)))
            return map.Children.ToDictionary(c => TextOf(c.Key), c => TextOf(c.Value), StringComparer.Ordinal);
        if (found is not null) Fault(found, $"'{key}' has to be a mapping of texts");
        return new Dictionary<string, string>();
    }

    /// <summary>A mapping of names to lists of texts.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<string>> Lists(string key)
    {
        var found = Find(key);
        if (found is YamlMappingNode map && map.Children.All(c => IsText(c.Key) && c.Value is YamlSequenceNode list && list.All(IsText)))
        {
            return map.Children.ToDictionary(
                c => TextOf(c.Key), c => (IReadOnlyList<string>)[.. ((YamlSequenceNode)c.Value).Select(TextOf)], StringComparer.Ordinal);
        }

        if (found is not null) Fault(found, $"'{key}' has to be a mapping of lists");
        return new Dictionary<string, IReadOnlyList<string>>();
    }

    internal StrictSection? Section(string key)
    {
        var found = Find(key);
        if (found is YamlMappingNode map) return new StrictSection(Join(key), map, _faults);
        if (found is not null) Fault(found, $"'{key}' has to be a mapping");
        return null;
    }

    /// <summary>The sections of a mapping of sections, by their names.</summary>
    internal IEnumerable<(string Name, StrictSection Section)> Named(string key)
    {
        var found = Find(key);
        if (found is null) yield break;
        if (found is not YamlMappingNode map || !map.Children.All(c => IsText(c.Key) && c.Value is YamlMappingNode))
        {
            Fault(found, $"'{key}' has to be a mapping of mappings");
            yield break;
        }

        foreach (var (name, value) in map.Children)
            yield return (TextOf(name), new StrictSection($"{Join(key)}.{TextOf(name)}", (YamlMappingNode)value, _faults));
    }

    /// <summary>The sections of a list.</summary>
    internal IEnumerable<StrictSection> List(string key)
    {
        var found = Find(key);
        if (found is null) yield break;
        if (found is not YamlSequenceNode list || !list.All(n => n is YamlMappingNode))
        {
            Fault(found, $"'{key}' has to be a list of mappings");
            yield break;
        }

        foreach (var (index, value) in list.Children.Index())
            yield return new StrictSection($"{Join(key)}[{index}]", (YamlMappingNode)value, _faults);
    }

    /// <summary>Reports keys that nobody has asked for: a misspelt key must not be a forgotten rule.</summary>
    internal void RejectUnknown()
    {
        foreach (var key in _node.Children.Keys)
        {
            if (key is not YamlScalarNode { Value: { } name } || !_asked.Contains(name))
                Fault(key, $"unknown key; known here: {string.Join(", ", _asked.Order(StringComparer.Ordinal))}");
        }
    }

    internal void Fault(string key, string message) => Fault(Find(key) ?? _node, message);

    private void Fault(YamlNode node, string message) =>
        _faults.Add($"line {node.Start.Line}: {(Path.Length > 0 ? $"{Path}: " : "")}{message}");

    private string Join(string key) => Path.Length > 0 ? $"{Path}.{key}" : key;

    private YamlNode? Find(string key)
    {
        _asked.Add(key);
        return _node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
    }

    private static bool IsText(YamlNode node) => node is YamlScalarNode { Value.Length: > 0 };

    private static string TextOf(YamlNode node) => ((YamlScalarNode)node).Value!;
}
