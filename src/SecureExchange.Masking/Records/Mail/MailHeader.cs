using System.Text;

namespace SecureExchange.Masking.Records.Mail;

/// <summary>One header of a message or of a part in it.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Start">Where its line begins.</param>
/// <param name="Value">Where its value is: behind the colon and the blanks there, folds included, without its line end.</param>
/// <param name="End">Behind its line end.</param>
internal sealed record MailHeader(string Name, int Start, Range Value, int End)
{
    /// <summary>The name in words that don't repeat what may be data; null where it isn't a plain one.</summary>
    public string? PlainName => Name.Length <= 64 && Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? Name : null;

    /// <summary>A header's value as RFC 2045 has it: <c>text/plain; charset="utf-8"; name=x</c>.</summary>
    public static (string Value, IReadOnlyDictionary<string, string> Parameters) Parse(ReadOnlySpan<byte> raw)
    {
        var parts = Split(Encoding.Latin1.GetString(raw));
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.Skip(1))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at > 0) parameters.TryAdd(part[..at].Trim(), Unquote(part[(at + 1)..].Trim()));
        }

        return (parts[0].Trim().ToLowerInvariant(), parameters);
    }

    private static List<string> Split(string text)
    {
        var (parts, part, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') quoted = !quoted;
            if (quoted && text[i] == '\\' && i + 1 < text.Length) part.Append(text[i++]);
            if (text[i] == ';' && !quoted)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else if (text[i] is not ('\r' or '\n'))
            {
                part.Append(text[i]);
            }
        }

        parts.Add(part.ToString());
        return parts;
    }

    private static string Unquote(string text) =>
        text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1].Replace("\\", "", StringComparison.Ordinal) : text;
}
