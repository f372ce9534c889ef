namespace SecureExchange.Masking.Records.Xml;

/// <summary>An element that is open.</summary>
internal struct XmlFrame
{
    /// <summary>What the profile has there; null where it has nothing.</summary>
    public XmlNode? Node;

    public XmlFrameUse Use;

    /// <summary>Where its tag begins, within the batch.</summary>
    public int TagStart;

    /// <summary>Where its content begins, within the batch.</summary>
    public int ContentStart;

    public int NameStart;
    public int NameLength;
    public ulong Place;
    public int Element;

    /// <summary>Whether a value has elements in it.</summary>
    public bool HasElements;
}

internal enum XmlFrameUse : byte
{
    /// <summary>Its parts are looked up in the profile.</summary>
    Read,

    /// <summary>Its content is a cell.</summary>
    Value,

    /// <summary>It is within a value that is taken whole.</summary>
    Inner,

    /// <summary>Left out.</summary>
    Drop,

    /// <summary>Something of a return that the profile doesn't know.</summary>
    Pass,
}
