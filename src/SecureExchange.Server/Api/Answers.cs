using Microsoft.AspNetCore.Http.Features;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Server.Identity;

namespace SecureExchange.Server.Api;

/// <summary>What all handlers share: who asks, and which event answers.</summary>
internal static class Answers
{
    /// <summary>The header that names the event of an answer: <c>log/index</c>.</summary>
    internal const string AuditEventHeader = "Audit-Event";

    /// <summary>The caller that the token named; routes without one don't come this far.</summary>
    internal static Caller Caller(this HttpContext http) => http.Features.GetRequiredFeature<SignedIn>().Caller with
    {
        Address = http.Connection.RemoteIpAddress,
    };

    /// <summary>Names the event in the answer's header.</summary>
    internal static void Answer(this HttpContext http, LoggedEvent logged) =>
        http.Response.Headers[AuditEventHeader] = logged.ToString();

    /// <summary>The sender's own key for this request, 1 to 128 visible characters; null where absent.</summary>
    /// <exception cref="MalformedRequestException">It's malformed.</exception>
    internal static string? RequestKey(this HttpContext http)
    {
        var key = (string?)http.Request.Headers["Idempotency-Key"];
        if (key is null) return null;
        return key.Length is >= 1 and <= 128 && key.All(c => c is > ' ' and < '\u007f' and not '#')
            ? key
            : throw new MalformedRequestException("Idempotency-Key has to be 1 to 128 visible ASCII characters without #");
    }
}
