namespace SecureExchange.Masking.Files;

/// <summary>A file's name in a profile, with one star at most, which stands for anything but a slash.</summary>
internal static class FilePattern
{
    /// <summary>Whether a text can be one that stands in a message's headers: ASCII, without what means something there.</summary>
    public static bool IsOne(string text) => text.Count(c => c == '*') <= 1 && text.All(c => c is >= ' ' and <= '~' and not ('/' or '"' or '\\' or ';'));

    /// <summary>Whether a name fits.</summary>
    public static bool Fits(string pattern, string name, StringComparison comparison)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0) return name.Equals(pattern, comparison);
        return name.Length >= pattern.Length - 1 && name.StartsWith(pattern[..star], comparison) && name.EndsWith(pattern[(star + 1)..], comparison)
            && !name[star..].Contains('/', StringComparison.Ordinal);
    }

    /// <summary>Whether the profile spells the name out, so that it tells nothing.</summary>
    public static bool IsSpelt(string pattern) => !pattern.Contains('*', StringComparison.Ordinal);

    /// <summary>A name that fits and says nothing but a number.</summary>
    public static string Numbered(string pattern, int number) =>
        pattern.Replace("*", number.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
