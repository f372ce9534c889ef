using System.Globalization;
using System.Text;
using SecureExchange.Masking.Files;

namespace SecureExchange.Masking.Records.Mail;

/// <summary>The name of a file in the headers of a part: plain, in encoded words, or as RFC 2231 has it, in pieces and percents.</summary>
internal static class FileName
{
    /// <summary>The name; null where there is none, or none that can be read.</summary>
    /// <param name="parameters">The header's.</param>
    /// <param name="name"><c>filename</c>, or <c>name</c>.</param>
    public static string? Read(IReadOnlyDictionary<string, string> parameters, string name)
    {
        if (parameters.TryGetValue(name, out var plain)) return Plain(plain);
        if (parameters.TryGetValue($"{name}*", out var whole)) return Percents(whole, hasCharset: true);
        var text = new StringBuilder();
        for (var i = 0; ; i++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{name}*{i}");
            if (parameters.TryGetValue(key, out var piece)) text.Append(piece);
            else if (parameters.TryGetValue($"{key}*", out piece) && Percents(piece, hasCharset: i == 0) is { } read) text.Append(read);
            else return text.Length == 0 ? null : text.ToString();
        }
    }

    private static string? Plain(string text)
    {
        using var utf8 = new HeldBytes();
        return HeaderText.TryDecode(Encoding.Latin1.GetBytes(text), utf8) ? Encoding.UTF8.GetString(utf8.Written) : null;
    }

    private static string? Percents(string text, bool hasCharset)
    {
        var parts = hasCharset ? text.Split('\'', 3) : ["utf-8", "", text];
        return parts is [var charset, _, var value] && charset.ToLowerInvariant() is "utf-8" or "us-ascii" ? Uri.UnescapeDataString(value) : null;
    }
}
