using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace SecureExchange.Gateway.Agreements;

/// <summary>A YAML mapping, read strictly: a key that nobody asked for is an error, with its place.</summary>
internal sealed class YamlMap
{
    private readonly YamlMappingNode _node;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private YamlMap(YamlMappingNode node) => _node = node;

    /// <summary>The deepest nesting that is read. The loader recurses, and a stack that overflows ends the process for
    /// everybody; an agreement has three levels.</summary>
    private const int MaxDepth = 16;

    internal static YamlMap Parse(string document)
    {
        try
        {
            RejectHostile(document);
            var stream = new YamlStream();
            stream.Load(new StringReader(document));
            return stream.Documents is [{ RootNode: YamlMappingNode root }]
                ? new YamlMap(root)
                : throw new AgreementException("agreement.malformed", "an agreement is one YAML mapping");
        }
        catch (InvalidOperationException)
        {
            // The scanner's own, on some texts that aren't YAML.
            throw new AgreementException("agreement.malformed", "this isn't valid YAML");
        }
        catch (YamlException e)
        {
            // The parser's own message can quote the text; the place is enough.
            throw new AgreementException("agreement.malformed", "this isn't valid YAML", (int)e.Start.Line, (int)e.Start.Column);
        }
    }

    /// <summary>Looks through the events, which needs no recursion, before a tree is made of them.</summary>
    private static void RejectHostile(string document)
    {
        var parser = new Parser(new StringReader(document));
        var depth = 0;
        while (parser.MoveNext())
        {
            var at = parser.Current!;
            depth += at.NestingIncrease;
            if (depth > MaxDepth || at is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
                throw new AgreementException(
                    "agreement.malformed", "an agreement has neither aliases nor deep nesting", (int)at.Start.Line, (int)at.Start.Column);
        }
    }

    internal YamlMap Map(string key) => Find(key) switch
    {
        YamlMappingNode map => new YamlMap(map),
        null => throw Missing(key),
        var other => throw Fault(other, $"'{key}' has to be a mapping"),
    };

    internal YamlMap? OptionalMap(string key) => _node.Children.ContainsKey(new YamlScalarNode(key)) ? Map(key) : null;

    internal string Text(string key) => OptionalText(key) ?? throw Missing(key);

    internal string? OptionalText(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode { Value: { Length: > 0 } value } => value,
        var other => throw Fault(other, $"'{key}' has to be a text"),
    };

    internal IReadOnlyList<string> Texts(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list when list.Children.All(c => c is YamlScalarNode) => [.. list.Children.Select(c => ((YamlScalarNode)c).Value ?? "")],
        var other => throw Fault(other, $"'{key}' has to be a list of texts"),
    };

    internal IReadOnlyList<YamlMap> Maps(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list when list.Children.All(c => c is YamlMappingNode) => [.. list.Children.Select(c => new YamlMap((YamlMappingNode)c))],
        var other => throw Fault(other, $"'{key}' has to be a list of mappings"),
    };

    internal long? OptionalNumber(string key, long least, long most)
    {
        if (OptionalText(key) is not { } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Fault(Find(key)!, most == long.MaxValue ? $"'{key}' has to be a whole number from {least}" : $"'{key}' has to be a whole number from {least} to {most}");
    }

    /// <summary>A value that <paramref name="parse"/> understands, or an error that says what would be one.</summary>
    internal T Value<T>(string key, TryParse<T> parse, string whatItIs)
    {
        var text = Text(key);
        return parse(text, out var value) ? value : throw Fault(Find(key)!, $"'{key}' has to be {whatItIs}");
    }

    internal T OneOf<T>(string key, T otherwise, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        if (OptionalText(key) is not { } text) return otherwise;
        foreach (var (name, value) in choices)
        {
            if (name == text) return value;
        }

        var names = new List<string>();
        foreach (var (name, _) in choices) names.Add(name);
        throw Fault(Find(key)!, $"'{key}' has to be one of {string.Join(", ", names)}");
    }

    /// <summary>One of some words, or a list of them; the word for none of them stands alone, and is what a missing key says.</summary>
    internal IReadOnlyList<string> Some(string key, string none, params string[] words)
    {
        var said = Find(key) switch
        {
            null => [],
            YamlScalarNode { Value: { } word } => [word],
            _ => Texts(key),
        };
        if (said is [] || (said.Count == 1 && said[0] == none)) return [];
        return said.All(words.Contains) && said.Distinct().Count() == said.Count
            ? said
            : throw Fault(Find(key)!, $"'{key}' has to be {none}, or one or several of {string.Join(", ", words)}");
    }

    internal DateTimeOffset Date(string key) => Value(
        key,
        (string text, out DateTimeOffset date) => DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date),
        "a date such as 2026-01-31, or a moment such as 2026-01-31T12:00:00Z (UTC)");

    /// <summary>Refuses keys that nobody has asked for: a misspelt key must not be a forgotten rule.</summary>
    internal void RejectUnknown()
    {
        foreach (var key in _node.Children.Keys)
        {
            if (key is not YamlScalarNode { Value: { } name } || !_read.Contains(name))
                throw new AgreementException(
                    "agreement.unknown-key", $"unknown key; known here: {string.Join(", ", _read.Order(StringComparer.Ordinal))}",
                    (int)key.Start.Line, (int)key.Start.Column);
        }
    }

    internal AgreementException Fault(string key, string message) => Fault(Find(key) ?? _node, message);

    private static AgreementException Fault(YamlNode node, string message) =>
        new("agreement.malformed", message, (int)node.Start.Line, (int)node.Start.Column);

    private AgreementException Missing(string key) =>
        new("agreement.malformed", $"'{key}' is missing", (int)_node.Start.Line, (int)_node.Start.Column);

    private YamlNode? Find(string key)
    {
        _read.Add(key);
        return _node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
    }

    internal delegate bool TryParse<T>(string text, out T value);
}
