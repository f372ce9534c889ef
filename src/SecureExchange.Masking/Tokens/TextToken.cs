namespace SecureExchange.Masking.Tokens;

/// <summary>Something in a text that is a token, was one, or is made to look like one.</summary>
/// <param name="Start">First byte.</param>
/// <param name="End">The byte behind the last.</param>
/// <param name="Label">The range of its label in the text; blanks may be in it.</param>
/// <param name="Body">The range of its body; empty where it is cut off.</param>
internal readonly record struct TextToken(int Start, int End, Range Label, Range Body)
{
    private const int MaxLabel = 48;

    /// <summary>Longer than what the longest entity becomes, with a blank behind each character.</summary>
    private const int MaxBody = 1 << 16;

    /// <summary>Fewer characters hold no token: a wiki's link in double brackets is none.</summary>
    private const int LeastBody = 34;

    private static ReadOnlySpan<byte> Open => "⟦"u8;

    private static ReadOnlySpan<byte> Close => "⟧"u8;

    /// <summary>Finds the next one.</summary>
    public static bool TryFind(ReadOnlySpan<byte> text, int from, out TextToken token)
    {
        for (var at = from; at < text.Length; at++)
        {
            var next = text[at..].IndexOfAny(Open[0], (byte)'[');
            if (next < 0) break;
            at += next;
            if (text[at..].StartsWith(Open) && TryRead(text, at, Open.Length, Close, out token)) return true;
            if (text[at..].StartsWith("[["u8) && TryRead(text, at, 2, "]]"u8, out token)) return true;
        }

        token = default;
        return false;
    }

    private static bool TryRead(ReadOnlySpan<byte> text, int start, int opening, ReadOnlySpan<byte> close, out TextToken token)
    {
        token = default;
        var at = start + opening;
        var label = at;
        while (at < text.Length && at - label < MaxLabel && (char.IsAsciiLetter((char)text[at]) || text[at] == '_' || SkippedLength(text, at) > 0)) at++;
        if (at == text.Length || text[at] is not ((byte)':' or (byte)'.') || at == label) return false;
        var labelEnd = at++;
        var (body, count) = (at, 0);
        while (at < text.Length && at - body < MaxBody)
        {
            if (Base32.Value(text[at]) >= 0) count++;
            else if (SkippedLength(text, at) is > 0 and var skipped) at += skipped - 1;
            else break;
            at++;
        }

        var closed = at < text.Length && text[at..].StartsWith(close);
        if (closed && count >= LeastBody)
        {
            token = new TextToken(start, at + close.Length, label..labelEnd, body..at);
            return true;
        }

        // Our own brackets with a label in them are nothing else; square ones are many things.
        if (close[0] == ']') return false;
        token = new TextToken(start, closed ? at + close.Length : body, label..labelEnd, body..body);
        return true;
    }

    /// <summary>What wrapping, quoting and encoding put between: blanks, line ends, <c>&gt;</c>, a soft line break's <c>=</c>, invisible
    /// characters.</summary>
    /// <returns>Bytes to leave out; 0 if the byte counts.</returns>
    public static int SkippedLength(ReadOnlySpan<byte> text, int at) => text[at] switch
    {
        (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'>' or (byte)'=' or (byte)'-' => 1,
        0xc2 when at + 1 < text.Length && text[at + 1] is 0xa0 or 0xad => 2,
        0xe2 when at + 2 < text.Length && text[at + 1] == 0x80 && text[at + 2] is >= 0x8b and <= 0x8f => 3,
        0xef when at + 2 < text.Length && text[at + 1] == 0xbb && text[at + 2] == 0xbf => 3,
        _ => 0,
    };
}
