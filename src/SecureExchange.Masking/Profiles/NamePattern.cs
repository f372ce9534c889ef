using System.Text;

namespace SecureExchange.Masking.Profiles;

/// <summary>A name with stars and question marks in it, for fields that a profile can't name one by one: <c>diag_*</c>.</summary>
/// <remarks>What a wildcard may stand for is listed, since names go out as they are: a column that somebody called by a person's name
/// or address should be unlisted, not passed on.</remarks>
internal sealed class NamePattern
{
    private const int MaxName = 128;
    private readonly byte[] _pattern;

    private NamePattern(byte[] pattern) => _pattern = pattern;

    /// <summary>What is wrong with a pattern, or null.</summary>
    public static string? Fault(string pattern) =>
        !pattern.AsSpan().ContainsAny('*', '?') ? "a pattern has a * (any letters, digits, blanks, - and _) or a ? (one of them) in it; a whole name is for fields"
        : !pattern.Any(char.IsLetterOrDigit) ? "a pattern of nothing but wildcards would list whatever comes; say unlisted: drop, or name a part"
        : null;

    public static NamePattern Of(string pattern) => new(Encoding.UTF8.GetBytes(pattern));

    /// <summary>Tells the places of two names apart. Manifests hang on it: it is stable.</summary>
    public static ulong Place(ReadOnlySpan<byte> name)
    {
        var hash = 0xCBF29CE484222325; // FNV-1a.
        foreach (var b in name) hash = (hash ^ b) * 0x100000001B3;
        return hash;
    }

    public bool Fits(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxName) return false;
        var (at, pattern, star, behindStar) = (0, 0, -1, 0);
        while (at < name.Length)
        {
            if (pattern < _pattern.Length && _pattern[pattern] == '*')
            {
                (star, behindStar) = (pattern++, at);
            }
            else if (pattern < _pattern.Length && (_pattern[pattern] == '?' ? IsWild(name[at]) : _pattern[pattern] == name[at]))
            {
                pattern++;
                at++;
            }
            else if (star >= 0 && IsWild(name[behindStar]))
            {
                // The last star takes one more: those before it never need to.
                at = ++behindStar;
                pattern = star + 1;
            }
            else
            {
                return false;
            }
        }

        while (pattern < _pattern.Length && _pattern[pattern] == '*') pattern++;
        return pattern == _pattern.Length;
    }

    private static bool IsWild(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-' or (byte)' ';
}
