using System.Buffers;

namespace SecureExchange.Access;

/// <summary>What the ids have in common: they become parts of URLs and of blob names, so they hold nothing else.</summary>
internal static class Slug
{
    private static readonly SearchValues<char> s_slug = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    internal static bool Is(string text) =>
        text[0] is >= 'a' and <= 'z' && !text.AsSpan().ContainsAnyExcept(s_slug) && text[^1] != '-';
}
