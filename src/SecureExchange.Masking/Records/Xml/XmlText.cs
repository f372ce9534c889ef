using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace SecureExchange.Masking.Records.Xml;

/// <summary>Names, references and the spelling of text that we write.</summary>
internal static class XmlText
{
    private static readonly SearchValues<byte> s_notInNames = SearchValues.Create("<>&\"'=/!?;,()[]{}|\\^`~@#$%*+ \t\r\n"u8);
    private static readonly SearchValues<byte> s_inElements = SearchValues.Create("&<>\r"u8);
    private static readonly SearchValues<byte> s_inAttributes = SearchValues.Create("&<>\r\n\t\"'"u8);

    private static readonly SearchValues<byte> s_controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Where(b => b is not ('\t' or '\n' or '\r')).Select(b => (byte)b)]);

    /// <exception cref="XmlFault">It can't be a name.</exception>
    public static void RequireName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.ContainsAny(s_notInNames) || name[0] is (byte)'-' or (byte)'.' or (>= (byte)'0' and <= (byte)'9'))
            throw new XmlFault("a tag or attribute without a name");
    }

    /// <summary>The name of a processing instruction, at the front of what stands in it.</summary>
    /// <exception cref="XmlFault">It has none, or one that is taken.</exception>
    public static void RequireTarget(ReadOnlySpan<byte> instruction)
    {
        var end = instruction.IndexOfAny(" \t\r\n"u8);
        var target = end < 0 ? instruction : instruction[..end];
        RequireName(target);
        if (target.Contains((byte)':') || (target.Length == 3 && !target.SequenceEqual("xml"u8) && Ascii.EqualsIgnoreCase(target, "xml"u8)))
            throw new XmlFault("a processing instruction with a name that it can't have");
    }

    /// <exception cref="XmlFault">Characters that XML doesn't have.</exception>
    public static void RequireCharacters(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAny(s_controls)) throw new XmlFault("a control character");
    }

    /// <summary>The text of what stands between tags, or in an attribute: references resolved, line ends made line feeds.</summary>
    /// <exception cref="XmlFault">A reference that isn't one.</exception>
    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> raw, Span<byte> scratch)
    {
        if (!raw.ContainsAny("&\r"u8)) return raw;
        var length = 0;
        while (!raw.IsEmpty)
        {
            var plain = raw.IndexOfAny("&\r"u8);
            if (plain < 0) plain = raw.Length;
            raw[..plain].CopyTo(scratch[length..]);
            length += plain;
            raw = raw[plain..];
            if (raw.IsEmpty) break;
            if (raw[0] == '\r')
            {
                scratch[length++] = (byte)'\n';
                raw = raw[(raw.Length > 1 && raw[1] == '\n' ? 2 : 1)..];
                continue;
            }

            length += Resolve(raw, scratch[length..], out var used);
            raw = raw[used..];
        }

        return scratch[..length];
    }

    /// <summary>Writes text as element content, or between the quotes of an attribute.</summary>
    public static void Write(ref SpanWriter writer, ReadOnlySpan<byte> text, bool inAttribute)
    {
        var special = inAttribute ? s_inAttributes : s_inElements;
        for (int at; (at = text.IndexOfAny(special)) >= 0; text = text[(at + 1)..])
        {
            writer.Write(text[..at]);
            writer.Write(Reference(text[at]));
        }

        writer.Write(text);
    }

    /// <summary>Whether the spelling is exactly what <see cref="Write"/> makes of the text.</summary>
    public static bool IsOurs(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> text, bool inAttribute)
    {
        var special = inAttribute ? s_inAttributes : s_inElements;
        for (int at; (at = text.IndexOfAny(special)) >= 0; text = text[(at + 1)..])
        {
            var reference = Reference(text[at]);
            if (!raw.StartsWith(text[..at]) || !raw[at..].StartsWith(reference)) return false;
            raw = raw[(at + reference.Length)..];
        }

        return raw.SequenceEqual(text);
    }

    private static ReadOnlySpan<byte> Reference(byte b) => b switch
    {
        (byte)'&' => "&amp;"u8,
        (byte)'<' => "&lt;"u8,
        (byte)'>' => "&gt;"u8,
        (byte)'"' => "&quot;"u8,
        (byte)'\'' => "&apos;"u8,
        (byte)'\r' => "&#xD;"u8,
        (byte)'\n' => "&#xA;"u8,
        _ => "&#x9;"u8,
    };

    private static int Resolve(ReadOnlySpan<byte> raw, Span<byte> output, out int used)
    {
        var end = raw.IndexOf((byte)';');
        if (end is < 0 or > 12) throw new XmlFault("an ampersand that begins no reference");
        used = end + 1;
        var name = raw[1..end];
        byte character = 0;
        if (name.SequenceEqual("amp"u8)) character = (byte)'&';
        else if (name.SequenceEqual("lt"u8)) character = (byte)'<';
        else if (name.SequenceEqual("gt"u8)) character = (byte)'>';
        else if (name.SequenceEqual("quot"u8)) character = (byte)'"';
        else if (name.SequenceEqual("apos"u8)) character = (byte)'\'';
        if (character != 0)
        {
            output[0] = character;
            return 1;
        }

        if (name.Length < 2 || name[0] != '#') throw new XmlFault("a reference to an entity; without a DTD there are none");
        var isHex = name[1] == 'x';
        var digits = name[(isHex ? 2 : 1)..];
        if (!Utf8Parser.TryParse(digits, out uint value, out var read, isHex ? 'X' : 'D') || read != digits.Length || digits[0] is (byte)'+' or (byte)'-'
            || !Rune.TryCreate(value, out var rune) || value is < 0x20 and not (9 or 10 or 13) or 0xFFFE or 0xFFFF)
            throw new XmlFault("a reference to a character that XML doesn't have");
        return rune.EncodeToUtf8(output);
    }
}
