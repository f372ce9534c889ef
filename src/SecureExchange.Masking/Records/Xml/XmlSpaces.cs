namespace SecureExchange.Masking.Records.Xml;

/// <summary>Namespaces in scope (Namespaces in XML 1.0).</summary>
internal sealed class XmlSpaces
{
    private const int MaxBound = 1024;
    private readonly List<(int Depth, byte[] Prefix, byte[] Space)> _bound = [(0, "xml"u8.ToArray(), "http://www.w3.org/XML/1998/namespace"u8.ToArray())];

    /// <summary>Attributes of this namespace say how a document is checked, and hold nothing of its records.</summary>
    public static ReadOnlySpan<byte> SchemaInstance => "http://www.w3.org/2001/XMLSchema-instance"u8;

    public void Clear() => _bound.RemoveRange(1, _bound.Count - 1);

    /// <exception cref="XmlFault">A declaration that the standard forbids.</exception>
    public void Bind(int depth, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> space, bool isDefault)
    {
        if (!isDefault && (prefix.IsEmpty || space.IsEmpty || prefix.Contains((byte)':') || prefix.StartsWith("xml"u8)))
            throw new XmlFault("a prefix that can't be declared like this");
        if (_bound.Count == MaxBound) throw new XmlFault($"more than {MaxBound} namespaces at a time");
        _bound.Add((depth, prefix.ToArray(), space.ToArray()));
    }

    /// <summary>Forgets what elements deeper than this one declared.</summary>
    public void CloseTo(int depth)
    {
        while (_bound[^1].Depth > depth) _bound.RemoveAt(_bound.Count - 1);
    }

    /// <summary>Splits a name. An attribute without prefix is in no namespace.</summary>
    /// <exception cref="XmlFault">A prefix that nothing declares.</exception>
    public ReadOnlySpan<byte> Resolve(ReadOnlySpan<byte> name, bool isAttribute, out ReadOnlySpan<byte> localName)
    {
        var colon = name.IndexOf((byte)':');
        var prefix = colon < 0 ? default : name[..colon];
        localName = name[(colon + 1)..];
        if (localName.IsEmpty || localName.Contains((byte)':') || colon == 0) throw new XmlFault("a name with a colon in the wrong place");
        if (colon < 0 && isAttribute) return default;
        for (var i = _bound.Count - 1; i >= 0; i--)
        {
            if (prefix.SequenceEqual(_bound[i].Prefix)) return _bound[i].Space;
        }

        return colon < 0 ? default : throw new XmlFault("a prefix that nothing declares");
    }
}
