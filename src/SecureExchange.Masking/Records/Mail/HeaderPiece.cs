using System.Text;

namespace SecureExchange.Masking.Records.Mail;

/// <summary>What a header says, or one of the parameters behind it (RFC 2045 §5.1).</summary>
/// <param name="Start">Where it begins in the header's value: at its semicolon, for all but the first.</param>
/// <param name="End">Behind it.</param>
/// <param name="Text">Without comments and line ends.</param>
internal readonly record struct HeaderPiece(int Start, int End, string Text)
{
    /// <summary>A parameter's name; empty where it has none.</summary>
    public string Name => Text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? Text[..at].Trim().ToLowerInvariant() : "";

    /// <summary>A parameter's value, its quotes off.</summary>
    public string Value
    {
        get
        {
            var text = Text[(Text.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim();
            return text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1].Replace("\\", "", StringComparison.Ordinal) : text;
        }
    }

    /// <summary>Takes a value apart.</summary>
    /// <param name="raw">The value; bytes are taken for Latin-1.</param>
    /// <param name="comments">Where comments stand: in parentheses, outside of quotes.</param>
    public static List<HeaderPiece> Read(ReadOnlySpan<byte> raw, out List<(int Start, int End)> comments)
    {
        comments = [];
        var pieces = new List<HeaderPiece>();
        var (text, start, quoted) = (new StringBuilder(), 0, false);
        for (var i = 0; i < raw.Length; i++)
        {
            var c = (char)raw[i];
            if (c == '"') quoted = !quoted;
            if (c == '(' && !quoted)
            {
                comments.Add((i, EndOfComment(raw, i)));
                i = comments[^1].End - 1;
            }
            else if (c == ';' && !quoted)
            {
                pieces.Add(new HeaderPiece(start, i, text.ToString()));
                text.Clear();
                start = i;
            }
            else if (c is not ('\r' or '\n'))
            {
                text.Append(c);
                if (quoted && c == '\\' && i + 1 < raw.Length) text.Append((char)raw[++i]);
            }
        }

        pieces.Add(new HeaderPiece(start, raw.Length, text.ToString()));
        return pieces;
    }

    private static int EndOfComment(ReadOnlySpan<byte> raw, int at)
    {
        for (var depth = 0; at < raw.Length; at++)
        {
            if (raw[at] == '\\') at++;
            else if (raw[at] == '(') depth++;
            else if (raw[at] == ')' && --depth == 0) return at + 1;
        }

        return raw.Length;
    }
}
