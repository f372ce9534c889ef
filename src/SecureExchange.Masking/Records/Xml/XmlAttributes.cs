namespace SecureExchange.Masking.Records.Xml;

/// <summary>The attributes of a tag, one after the other.</summary>
internal ref struct XmlAttributes(ReadOnlySpan<byte> data, int at, int end)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _at = at;

    /// <summary>Where the blank in front of it begins.</summary>
    public int Start { get; private set; }

    public int NameStart { get; private set; }

    public int NameEnd { get; private set; }

    /// <summary>Of the value, its quotes not included.</summary>
    public int ValueStart { get; private set; }

    public int ValueEnd { get; private set; }

    public readonly ReadOnlySpan<byte> Name => _data[NameStart..NameEnd];

    public readonly ReadOnlySpan<byte> Value => _data[ValueStart..ValueEnd];

    /// <exception cref="XmlFault">Not an attribute.</exception>
    public bool Next()
    {
        Start = _at;
        var blanks = Skip();
        if (_at == end || (_data[_at] == '/' && _at + 1 == end)) return false;
        if (blanks == 0) throw new XmlFault("attributes without a blank between them");
        NameStart = _at;
        var length = _data[_at..end].IndexOfAny("= \t\r\n"u8);
        if (length < 0) throw new XmlFault("an attribute without value");
        _at += length;
        NameEnd = _at;
        XmlText.RequireName(Name);
        Skip();
        if (_at == end || _data[_at] != '=') throw new XmlFault("an attribute without value");
        _at++;
        Skip();
        if (_at == end || _data[_at] is not ((byte)'"' or (byte)'\'')) throw new XmlFault("an attribute whose value has no quotes");
        ValueStart = _at + 1;
        ValueEnd = ValueStart + _data[ValueStart..end].IndexOf(_data[_at]);
        if (ValueEnd < ValueStart || Value.Contains((byte)'<')) throw new XmlFault("an attribute whose value doesn't end");
        _at = ValueEnd + 1;
        return true;
    }

    private int Skip()
    {
        var from = _at;
        while (_at < end && _data[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') _at++;
        return _at - from;
    }
}
