using System.Net;
using SecureExchange.Server.Api;

namespace SecureExchange.Server.Listening;

/// <summary>Who a request comes from where a proxy stands in front: believed of the proxies that the operator names, and of
/// nobody else.</summary>
/// <remarks>A named proxy has to set <c>X-Forwarded-For</c> to one address and <c>X-Forwarded-Proto</c> to <c>https</c>,
/// and to overwrite what its client sent. A list is refused: which of its elements a client made up is a guess.</remarks>
internal sealed class TrustedProxy(IReadOnlyList<IPAddress> proxies)
{
    private const string For = "X-Forwarded-For";
    private const string Proto = "X-Forwarded-Proto";

    internal Task PassAsync(HttpContext http, RequestDelegate next)
    {
        var peer = http.Connection.RemoteIpAddress;
        var isProxy = peer is not null && proxies.Contains(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer);
        var headers = http.Request.Headers;
        if (isProxy)
        {
            if (headers[For] is not [{ } from] || !IsAddress(from, out var address) || headers[Proto] is not ["https"])
            {
                return Problems.Of(
                    400, "request.forwarded-headers",
                    "the operator's proxy has to set X-Forwarded-For to one address and X-Forwarded-Proto to https").ExecuteAsync(http);
            }

            http.Connection.RemoteIpAddress = address;
            http.Request.Scheme = "https";
        }

        // Nobody behind this line is misled by what a stranger sends.
        foreach (var name in (string[])[For, Proto, "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded", "X-Real-IP", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override"])
            headers.Remove(name);
        return next(http);
    }

    /// <summary>An address as it's written out, without port, zone or the short forms that some parsers take (<c>127.1</c>).</summary>
    private static bool IsAddress(string text, out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && !text.Contains('%') && (text.Contains(':') || text.Count(c => c == '.') == 3);
}
