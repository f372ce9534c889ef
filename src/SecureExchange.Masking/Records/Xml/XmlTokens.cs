using System.Buffers;

namespace SecureExchange.Masking.Records.Xml;

/// <summary>Cuts XML 1.0 into tokens. A DTD is refused where it begins, so there are no entities but the five of the standard,
/// and nothing is ever fetched.</summary>
internal ref struct XmlTokens(ReadOnlySpan<byte> data, int start, bool final)
{
    private static readonly SearchValues<byte> s_tagEnds = SearchValues.Create(">\"'"u8);
    private static readonly SearchValues<byte> s_nameEnds = SearchValues.Create(" \t\r\n/>"u8);
    private readonly ReadOnlySpan<byte> _data = data;
    private int _at = start;

    /// <summary>Behind the last whole token.</summary>
    public readonly int At => _at;

    /// <summary>The next token; false when the rest isn't a whole one.</summary>
    /// <exception cref="XmlFault">Not XML.</exception>
    public bool Next(out XmlToken token)
    {
        token = default;
        var rest = _data[_at..];
        if (rest.IsEmpty) return false;
        if (rest[0] != '<')
        {
            var end = rest.IndexOf((byte)'<');
            if (end < 0 && !final) return false;
            return Take(XmlTokenKind.Text, end < 0 ? rest.Length : end, 0, out token);
        }

        if (rest.Length < 2) return Cut();
        if (rest[1] == '!') return NextDeclared(rest, out token);
        if (rest[1] == '?')
        {
            var end = rest.IndexOf("?>"u8);
            if (end >= 2) XmlText.RequireTarget(rest[2..end]);
            return end < 2 ? Cut() : Take(XmlTokenKind.Instruction, end + 2, 0, out token);
        }

        return NextTag(rest, out token);
    }

    private bool NextDeclared(ReadOnlySpan<byte> rest, out XmlToken token)
    {
        token = default;
        if (rest.StartsWith("<!--"u8))
        {
            var end = rest[4..].IndexOf("--"u8);
            if (end < 0 || rest.Length < end + 7) return Cut();
            return rest[end + 6] == '>' ? Take(XmlTokenKind.Comment, end + 7, 0, out token) : throw new XmlFault("two hyphens within a comment");
        }

        if (rest.StartsWith("<![CDATA["u8))
        {
            var end = rest.IndexOf("]]>"u8);
            return end < 0 ? Cut() : Take(XmlTokenKind.CharacterData, end + 3, 0, out token);
        }

        if (rest.StartsWith("<!DOCTYPE"u8)) throw new XmlFault("a document type declaration", isDtd: true);
        // As long as it could still become one of these.
        if (rest.Length < 9 && ("<!--"u8.StartsWith(rest) || "<![CDATA["u8.StartsWith(rest) || "<!DOCTYPE"u8.StartsWith(rest))) return Cut();
        throw new XmlFault("a declaration that only a DTD has");
    }

    private bool NextTag(ReadOnlySpan<byte> rest, out XmlToken token)
    {
        token = default;
        var isEnd = rest[1] == '/';
        var nameStart = isEnd ? 2 : 1;
        var at = nameStart;
        while (true)
        {
            var found = rest[at..].IndexOfAny(s_tagEnds);
            if (found < 0) return Cut();
            at += found;
            if (rest[at] == '>') break;
            var close = rest[(at + 1)..].IndexOf(rest[at]);
            if (close < 0) return Cut();
            at += close + 2;
        }

        var nameLength = rest[nameStart..].IndexOfAny(s_nameEnds);
        XmlText.RequireName(rest.Slice(nameStart, nameLength));
        var isEmpty = !isEnd && rest[at - 1] == '/';
        if (isEnd && rest[(nameStart + nameLength)..at].ContainsAnyExcept(" \t\r\n"u8)) throw new XmlFault("something in an end tag");
        return Take(isEnd ? XmlTokenKind.End : isEmpty ? XmlTokenKind.Empty : XmlTokenKind.Start, at + 1, nameStart + nameLength, out token);
    }

    private bool Take(XmlTokenKind kind, int length, int nameEnd, out XmlToken token)
    {
        token = new XmlToken(kind, _at, _at + length, _at + nameEnd);
        _at += length;
        return true;
    }

    private readonly bool Cut() => final ? throw new XmlFault("cut off") : false;
}

/// <summary>Why something isn't XML that we take. Says no data.</summary>
internal sealed class XmlFault(string message, bool isDtd = false) : Exception(message)
{
    public bool IsDtd => isDtd;
}
