using System.Text;
using SecureExchange.Masking.Files.Encodings;

namespace SecureExchange.Masking.Records.Xml;

/// <summary>The first line of a document: it may not contradict the encoding by which the document is read.</summary>
internal static class XmlDeclaration
{
    /// <exception cref="XmlFault">Another version, or another encoding.</exception>
    public static void Check(ReadOnlySpan<byte> declaration, FileEncoding encoding)
    {
        var attributes = new XmlAttributes(declaration, 5, declaration.Length - 2);
        var last = -1;
        while (attributes.Next())
        {
            var place = attributes.Name.SequenceEqual("version"u8) ? 0 : attributes.Name.SequenceEqual("encoding"u8) ? 1 : attributes.Name.SequenceEqual("standalone"u8) ? 2 : -1;
            if (place <= last || (last < 0 && place != 0)) throw new XmlFault("an XML declaration with something else than version, encoding and standalone");
            last = place;
            if (place == 2 && !attributes.Value.SequenceEqual("yes"u8) && !attributes.Value.SequenceEqual("no"u8)) throw new XmlFault("an XML declaration that is neither standalone nor not");
            if (attributes.Name.SequenceEqual("version"u8) && !attributes.Value.SequenceEqual("1.0"u8)) throw new XmlFault("another version than 1.0");
            if (attributes.Name.SequenceEqual("encoding"u8) && !Agrees(Encoding.ASCII.GetString(attributes.Value).ToLowerInvariant(), encoding))
                throw new XmlFault("it says another encoding than the profile");
        }

        if (last < 0) throw new XmlFault("an XML declaration without version");
    }

    private static bool Agrees(string name, FileEncoding encoding) => encoding switch
    {
        FileEncoding.Utf8 => name is "utf-8" or "us-ascii",
        FileEncoding.Utf16 or FileEncoding.Utf16Le or FileEncoding.Utf16Be => name.StartsWith("utf-16", StringComparison.Ordinal),
        FileEncoding.Windows1252 => name == "windows-1252",
        FileEncoding.Latin1 => name == "iso-8859-1",
        FileEncoding.ShiftJis => name is "shift_jis" or "shift-jis" or "windows-31j",
        _ => name is "utf-8" or "us-ascii" or "utf-16" or "windows-1252",
    };
}

/// <summary>What happens to comments and processing instructions.</summary>
internal enum XmlComments : byte
{
    Drop,
    Refuse,
    Keep,
}
