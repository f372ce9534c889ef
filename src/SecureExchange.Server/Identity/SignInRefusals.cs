using SecureExchange.Gateway;
using SecureExchange.Server.Api;

namespace SecureExchange.Server.Identity;

/// <summary>Says no to who can't sign in, with an event. What was presented is nowhere.</summary>
internal sealed class SignInRefusals(RefusedSignIns refused, ExchangeGateway gateway)
{
    private const string Advice = "the bearer token was refused; get a new one from your issuer";

    internal async Task AnswerAsync(HttpContext http, string reason, string detail = Advice)
    {
        if (refused.Count(reason) is { } audited) http.Answer(await gateway.Log.AppendAsync(audited));
        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        await Problems.Of(StatusCodes.Status401Unauthorized, $"token.{reason}", detail).ExecuteAsync(http);
    }
}
