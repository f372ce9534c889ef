using System.Text;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records;

/// <summary>The profile's paths as a tree: an object with named parts, an array of one kind of element, or a value.</summary>
internal sealed class JsonNode
{
    private readonly List<(byte[] Name, JsonNode Node)> _parts = [];
    private readonly List<(NamePattern Pattern, JsonNode Node)> _patterns = [];

    private JsonNode(string path) => Path = path;

    public string Path { get; }

    /// <summary>For a value, the index of its rule; -1 otherwise.</summary>
    public int Rule { get; private set; } = -1;

    /// <summary>For an array, what its elements are.</summary>
    public JsonNode? Element { get; private set; }

    public bool IsObject => _parts.Count + _patterns.Count > 0;

    /// <summary>Whether it is known by a pattern, so that an object may have several.</summary>
    public bool IsPattern { get; private init; }

    /// <summary>Stands for a name that several patterns fit.</summary>
    public static JsonNode Ambiguous { get; } = new("");

    /// <summary>Whether the document's records are in there.</summary>
    public bool HasRecords { get; private set; }

    /// <summary>The tree of a record's fields.</summary>
    public static JsonNode Build(IReadOnlyList<FieldRule> fields) => Build(fields, outside: false);

    /// <summary>The tree of what is around the records of a document, with the way to them.</summary>
    public static JsonNode BuildOutside(IReadOnlyList<FieldRule> fields, FieldPath records, YamlScalar place)
    {
        var root = Build(fields, outside: true);
        var node = root;
        root.HasRecords = true;
        foreach (var step in records.Steps)
        {
            node = node.Part(step.Name, place);
            node.HasRecords = true;
            if (step.IsArray) node = node.Elements(place);
        }

        return node.IsObject || node.Rule >= 0 ? throw Conflict(place) : root;
    }

    private static JsonNode Build(IReadOnlyList<FieldRule> fields, bool outside)
    {
        var root = new JsonNode("");
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i].Path.IsOutside != outside) continue;
            var node = root;
            var (steps, pattern) = (fields[i].Path.Steps, fields[i].Path.Pattern);
            foreach (var step in steps)
            {
                node = pattern is not null && step == steps[^1] ? node.Part(step.Name, pattern, fields[i].Place) : node.Part(step.Name, fields[i].Place);
                if (step.IsArray) node = node.Elements(fields[i].Place);
            }

            if (node.IsObject || node.Element is not null) throw Conflict(fields[i].Place);
            node.Rule = i;
        }

        return root;
    }

    /// <summary>The part of a name, or null. Records mostly have their names in the same order, so the search starts behind
    /// the last one found.</summary>
    public JsonNode? Find(ReadOnlySpan<byte> name, ref int hint)
    {
        for (var tried = 0; tried < _parts.Count; tried++)
        {
            var at = hint + tried < _parts.Count ? hint + tried : hint + tried - _parts.Count;
            if (!name.SequenceEqual(_parts[at].Name)) continue;
            hint = at + 1 == _parts.Count ? 0 : at + 1;
            return _parts[at].Node;
        }

        JsonNode? found = null;
        foreach (var (pattern, node) in _patterns)
        {
            if (!pattern.Fits(name)) continue;
            if (found is not null) return Ambiguous;
            found = node;
        }

        return found;
    }

    private JsonNode Part(string name, NamePattern pattern, YamlScalar field)
    {
        if (Rule >= 0 || Element is not null) throw Conflict(field);
        var part = new JsonNode(Path.Length == 0 ? name : $"{Path}.{name}") { IsPattern = true };
        _patterns.Add((pattern, part));
        return part;
    }

    private JsonNode Part(string name, YamlScalar field)
    {
        if (Rule >= 0 || Element is not null) throw Conflict(field);
        var utf8 = Encoding.UTF8.GetBytes(name);
        foreach (var (known, node) in _parts)
        {
            if (known.AsSpan().SequenceEqual(utf8)) return node;
        }

        var part = new JsonNode(Path.Length == 0 ? name : $"{Path}.{name}");
        _parts.Add((utf8, part));
        return part;
    }

    private JsonNode Elements(YamlScalar field)
    {
        if (Rule >= 0 || IsObject) throw Conflict(field);
        return Element ??= new JsonNode(Path + "[*]");
    }

    private static ProfileException Conflict(YamlScalar field) => new(
        ProfileError.PathConflict, field.Line, field.Column,
        $"'{field.Value}' is inside another field, or has one inside: a path ends at a value");
}
