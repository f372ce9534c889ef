using System.Text;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records;

/// <summary>The profile's paths as a tree: an object with named parts, an array of one kind of element, or a value.</summary>
internal sealed class JsonNode
{
    private readonly List<(byte[] Name, JsonNode Node)> _parts = [];

    private JsonNode(string path) => Path = path;

    public string Path { get; }

    /// <summary>For a value, the index of its rule; -1 otherwise.</summary>
    public int Rule { get; private set; } = -1;

    /// <summary>For an array, what its elements are.</summary>
    public JsonNode? Element { get; private set; }

    public bool IsObject => _parts.Count > 0;

    public static JsonNode Build(IReadOnlyList<FieldRule> fields)
    {
        var root = new JsonNode("");
        for (var i = 0; i < fields.Count; i++)
        {
            var node = root;
            foreach (var step in fields[i].Path.Steps)
            {
                node = node.Part(step.Name, fields[i]);
                if (step.IsArray) node = node.Elements(fields[i]);
            }

            if (node.IsObject || node.Element is not null) throw Conflict(fields[i]);
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

        return null;
    }

    private JsonNode Part(string name, FieldRule field)
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

    private JsonNode Elements(FieldRule field)
    {
        if (Rule >= 0 || IsObject) throw Conflict(field);
        return Element ??= new JsonNode(Path + "[*]");
    }

    private static ProfileException Conflict(FieldRule field) => new(
        ProfileError.PathConflict, field.Place.Line, field.Place.Column,
        $"'{field.Name}' is inside another field, or has one inside: a path ends at a value");
}
