using System.Text;

namespace SecureExchange.Masking.Records.Xml;

/// <summary>Names and attributes of tags, for documents whose vocabulary is known: prefixes don't matter there.</summary>
internal static class XmlPart
{
    /// <summary>A tag's name without its prefix.</summary>
    public static ReadOnlySpan<byte> LocalName(ReadOnlySpan<byte> data, XmlToken tag)
    {
        var name = data[(tag.Start + (tag.Kind == XmlTokenKind.End ? 2 : 1))..tag.NameEnd];
        return name[(name.IndexOf((byte)':') + 1)..];
    }

    /// <summary>An attribute's value as it is written; empty where there is none.</summary>
    public static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> data, XmlToken tag, ReadOnlySpan<byte> localName)
    {
        var attributes = new XmlAttributes(data, tag.NameEnd, tag.End - 1);
        while (attributes.Next())
        {
            if (!attributes.Name.StartsWith("xmlns"u8) && attributes.Name[(attributes.Name.IndexOf((byte)':') + 1)..].SequenceEqual(localName)) return attributes.Value;
        }

        return default;
    }

    /// <summary>The same as text.</summary>
    public static string Text(ReadOnlySpan<byte> data, XmlToken tag, ReadOnlySpan<byte> localName)
    {
        var raw = Attribute(data, tag, localName);
        return Encoding.UTF8.GetString(XmlText.Decode(raw, new byte[raw.Length]));
    }
}
