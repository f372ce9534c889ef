using System.Globalization;

namespace SecureExchange.Server.Api;

/// <summary>A sender's name for a file: data to be shown, never a path.</summary>
internal static class FileName
{
    private const int MaxLength = 200;

    /// <summary>The name without what could mislead whoever reads it: folders, control and format characters
    /// (bidirectional overrides, zero-width), line and paragraph separators.</summary>
    /// <returns>Null where nothing is left.</returns>
    internal static string? Clean(string? name)
    {
        if (name is null) return null;
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = string.Concat(last.EnumerateRunes().Where(IsPlain).Select(rune => rune.ToString())).Trim();
        if (clean.Length > MaxLength) clean = clean[..(char.IsHighSurrogate(clean[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
        return clean is "" or "." or ".." ? null : clean;
    }

    private static bool IsPlain(System.Text.Rune rune) => System.Text.Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
