using System.Text;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records.Xml;

/// <summary>The profile's paths as a tree of elements and attributes.</summary>
internal sealed class XmlNode
{
    private readonly List<Part> _parts = [];

    private XmlNode(string path) => Path = path;

    public string Path { get; }

    /// <summary>For a value, the index of its rule; -1 otherwise.</summary>
    public int Rule { get; private set; } = -1;

    public int PartCount => _parts.Count;

    /// <summary>The tree of a record's fields, or of what is outside of records.</summary>
    public static XmlNode Build(IReadOnlyList<FieldRule> fields, RecordLayout layout, bool outside)
    {
        var root = new XmlNode("");
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i].Path.IsOutside != outside) continue;
            var node = root;
            var (steps, pattern) = (fields[i].Path.Steps, fields[i].Path.Pattern);
            foreach (var step in steps) node = pattern is not null && step == steps[^1] ? node.Add(step, pattern, fields[i].Place) : node.Require(step, layout, fields[i].Place);
            if (node._parts.Exists(part => !part.IsAttribute) || node.Rule >= 0) throw Conflict(fields[i].Place);
            node.Rule = i;
        }

        return root;
    }

    /// <summary>Adds the way to the records, so that nothing can be listed inside of it.</summary>
    public void AddRecords(FieldPath records, RecordLayout layout, YamlScalar place)
    {
        var node = this;
        foreach (var step in records.Steps) node = node.Require(step, layout, place, isWay: true);
        if (node.Rule >= 0 || node._parts.Count > 0) throw Conflict(place);
    }

    /// <summary>The index of a part, or one of the constants of <see cref="FieldNames"/>.</summary>
    public int Find(ReadOnlySpan<byte> localName, ReadOnlySpan<byte> space, bool isAttribute)
    {
        for (var i = 0; i < _parts.Count; i++)
        {
            var part = _parts[i];
            if (part.Pattern is null && part.IsAttribute == isAttribute && localName.SequenceEqual(part.LocalName) && (part.Space is null || space.SequenceEqual(part.Space))) return i;
        }

        var found = FieldNames.None;
        for (var i = 0; i < _parts.Count; i++)
        {
            if (_parts[i].Pattern is not { } pattern || _parts[i].IsAttribute != isAttribute || !pattern.Fits(localName)) continue;
            if (found >= 0) return FieldNames.Ambiguous;
            found = i;
        }

        return found;
    }

    /// <summary>Whether a part is known by a pattern: then it may be there more than once, too.</summary>
    public bool IsPattern(int part) => _parts[part].Pattern is not null;

    public XmlNode At(int part) => _parts[part].Node;

    /// <summary>Whether a part may be there more than once.</summary>
    public bool IsRepeated(int part) => _parts[part].IsRepeated;

    private XmlNode Add(PathStep step, NamePattern pattern, YamlScalar place)
    {
        var isAttribute = step.Name[0] == '@';
        if (Rule >= 0 && !isAttribute) throw Conflict(place);
        var node = new XmlNode(Path.Length == 0 ? step.Name : $"{Path}/{step.Name}");
        _parts.Add(new Part([], null, isAttribute, IsRepeated: true, node, pattern));
        return node;
    }

    private XmlNode Require(PathStep step, RecordLayout layout, YamlScalar place, bool isWay = false)
    {
        var isAttribute = step.Name[0] == '@';
        if (Rule >= 0 && !isAttribute) throw Conflict(place);
        var name = isAttribute ? step.Name[1..] : step.Name;
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        byte[]? space = null;
        if (colon >= 0 && !layout.Namespaces.TryGetValue(name[..colon], out space))
            throw new ProfileException(ProfileError.BadReference, place.Line, place.Column, $"'{place.Value}': namespaces has no prefix '{name[..colon]}'");
        var local = Encoding.UTF8.GetBytes(name[(colon + 1)..]);
        foreach (var known in _parts)
        {
            if (known.Pattern is not null || known.IsAttribute != isAttribute || !known.LocalName.AsSpan().SequenceEqual(local)) continue;
            // How often an element on the way to the records may be there is said by the fields in it, if any.
            if (!isWay && (known.Space is null != space is null || known.IsRepeated != step.IsArray))
                throw new ProfileException(ProfileError.PathConflict, place.Line, place.Column,
                    $"'{place.Value}': another field has this element with [*] or a prefix where this one hasn't");
            if (space is null || space.AsSpan().SequenceEqual(known.Space)) return known.Node;
        }

        var part = new Part(local, space, isAttribute, step.IsArray || isWay, new XmlNode(Path.Length == 0 ? step.Name : $"{Path}/{step.Name}"));
        _parts.Add(part);
        return part.Node;
    }

    private static ProfileException Conflict(YamlScalar place) => new(
        ProfileError.PathConflict, place.Line, place.Column, $"'{place.Value}' is inside another field, or has one inside: a path ends at a value");

    private sealed record Part(byte[] LocalName, byte[]? Space, bool IsAttribute, bool IsRepeated, XmlNode Node, NamePattern? Pattern = null);
}
