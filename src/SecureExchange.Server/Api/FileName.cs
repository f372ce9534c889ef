using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace SecureExchange.Server.Api;

/// <summary>A sender's name for a file: data to be shown, never a path.</summary>
internal static class FileName
{
    private const int MaxLength = 200;

    /// <summary>The name that the request gives: in <c>Content-Disposition</c>, which no proxy writes into its log, or at the
    /// end of the path, where <c>curl -T</c> puts it.</summary>
    internal static string? Of(HttpRequest request, string? inPath)
    {
        var given = request.GetTypedHeaders().ContentDisposition;
        var named = given is null ? null : HeaderUtilities.RemoveQuotes(given.FileNameStar.HasValue ? given.FileNameStar : given.FileName).Value;
        return Clean(named ?? inPath);
    }

    /// <summary>The name without what could mislead whoever reads it: folders, control and format characters
    /// (bidirectional overrides, zero-width), line and paragraph separators.</summary>
    /// <returns>Null where nothing is left.</returns>
    private static string? Clean(string? name)
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
