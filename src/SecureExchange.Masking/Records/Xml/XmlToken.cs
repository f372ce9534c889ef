namespace SecureExchange.Masking.Records.Xml;

/// <summary>What stands in an XML document, by offsets.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="End">Behind its last one.</param>
/// <param name="NameEnd">Of a tag: behind its name.</param>
internal readonly record struct XmlToken(XmlTokenKind Kind, int Start, int End, int NameEnd)
{
    public bool OpensElement => Kind is XmlTokenKind.Start or XmlTokenKind.Empty;
}

internal enum XmlTokenKind : byte
{
    Text,
    CharacterData,
    Start,
    Empty,
    End,
    Comment,
    Instruction,
}
