using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SecureExchange.Masking.Profiles;

/// <summary>The part of YAML that a profile is written in: maps, lists and scalars, each with its place.</summary>
internal abstract record YamlNode(int Line, int Column)
{
    private const int MaxBytes = 1 << 18;
    private const int MaxDepth = 12;

    public static YamlNode Parse(ReadOnlySpan<byte> yaml)
    {
        if (yaml.Length > MaxBytes)
            throw new ProfileException(ProfileError.TooLarge, 1, 1, $"larger than {MaxBytes >> 10} KiB");
        Parser? parser = null;
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(yaml).TrimStart('\uFEFF');
            parser = new Parser(new StringReader(text));
            Expect<StreamStart>(parser);
            if (parser.Accept<StreamEnd>(out _)) throw new ProfileException(ProfileError.NotYaml, 1, 1, "the profile is empty");
            Expect<DocumentStart>(parser);
            var root = Read(parser, 0);
            Expect<DocumentEnd>(parser);
            if (!parser.Accept<StreamEnd>(out _)) throw Bad(parser.Current!, "a profile is one document");
            return root;
        }
        catch (DecoderFallbackException)
        {
            throw new ProfileException(ProfileError.NotYaml, 1, 1, "not UTF-8");
        }
        catch (YamlException e)
        {
            throw NotYaml((int)e.Start.Line, (int)e.Start.Column);
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet's scanner ends like this on some text that is no YAML.
            throw NotYaml(parser?.Current is { } at ? LineOf(at) : 1, parser?.Current is { } place ? ColumnOf(place) : 1);
        }
    }

    private static YamlNode Read(Parser parser, int depth)
    {
        if (depth > MaxDepth) throw new ProfileException(ProfileError.TooLarge, LineOf(parser.Current!), ColumnOf(parser.Current!), "nested too deep");
        if (parser.Current is NodeEvent node && (!node.Anchor.IsEmpty || !node.Tag.IsEmpty))
            throw Bad(node, "anchors and tags aren't used in a profile");
        switch (parser.Current)
        {
            case Scalar scalar:
                parser.MoveNext();
                return new YamlScalar(LineOf(scalar), ColumnOf(scalar), scalar.Value);
            case SequenceStart start:
                parser.MoveNext();
                var items = new List<YamlNode>();
                while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Read(parser, depth + 1));
                return new YamlList(LineOf(start), ColumnOf(start), items);
            case MappingStart start:
                parser.MoveNext();
                return ReadMap(parser, start, depth);
            default:
                throw Bad(parser.Current!, "aliases aren't used in a profile");
        }
    }

    private static YamlMap ReadMap(Parser parser, MappingStart start, int depth)
    {
        var entries = new List<(YamlScalar, YamlNode)>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (Read(parser, depth + 1) is not YamlScalar key) throw Bad(start, "a key must be a plain name");
            if (!keys.Add(key.Value))
                throw new ProfileException(ProfileError.DuplicateKey, key.Line, key.Column, $"'{key.Value}' is there twice");
            entries.Add((key, Read(parser, depth + 1)));
        }

        return new YamlMap(LineOf(start), ColumnOf(start), entries);
    }

    private static void Expect<T>(Parser parser) where T : ParsingEvent
    {
        if (parser.Current is null) parser.MoveNext();
        if (!parser.TryConsume<T>(out _)) throw Bad(parser.Current!, "not a YAML document");
    }

    private static ProfileException NotYaml(int line, int column) =>
        new(ProfileError.NotYaml, line, column, "not YAML: check quotes, colons and indentation");

    private static ProfileException Bad(ParsingEvent at, string message) => new(ProfileError.NotYaml, LineOf(at), ColumnOf(at), message);

    private static int LineOf(ParsingEvent at) => (int)at.Start.Line;

    private static int ColumnOf(ParsingEvent at) => (int)at.Start.Column;
}

internal sealed record YamlScalar(int Line, int Column, string Value) : YamlNode(Line, Column);

internal sealed record YamlList(int Line, int Column, IReadOnlyList<YamlNode> Items) : YamlNode(Line, Column);

internal sealed record YamlMap(int Line, int Column, IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries) : YamlNode(Line, Column);
