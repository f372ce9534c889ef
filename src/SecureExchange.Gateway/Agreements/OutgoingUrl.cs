using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace SecureExchange.Gateway.Agreements;

/// <summary>URLs in agreements, to which the gateway speaks by itself.</summary>
internal static class OutgoingUrl
{
    /// <summary>Whether it is HTTPS, or HTTP to this machine, and nothing but a place: behind a ? or a # a path that is added would be
    /// somebody else's query or nobody's fragment.</summary>
    internal static bool IsSafe(string text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && IsSafe(url) && !text.AsSpan().ContainsAny('?', '#') && url.UserInfo.Length == 0;

    private static bool IsSafe(Uri url) => url.Scheme == "https"
        || (url.Scheme == "http" && (url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))));
}
