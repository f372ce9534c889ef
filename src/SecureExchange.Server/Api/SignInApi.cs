using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using System.Text.Json.Serialization;
using SecureExchange.Access;
using SecureExchange.Server.Identity;

namespace SecureExchange.Server.Api;

/// <summary>How to sign in: <c>/v1/sign-in</c> says where, <c>/v1/token</c> gives the gateway's own tokens, <c>/v1/whoami</c>
/// says who one is.</summary>
internal static class SignInApi
{
    private const int MaxForm = 16 * 1024;
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const string LinkGrant = "urn:secureexchange:sign-in-link";

    internal static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/sign-in", Ways).AllowAnonymous();
        routes.MapPost("/v1/token", TokenAsync).AllowAnonymous();
        routes.MapGet("/v1/whoami", WhoAmI);
    }

    private static SignInAnswer Ways(Issuers issuers) => new(
        [.. issuers.All.OfType<ProviderIssuer>().Where(i => i.Device is not null)
            .Select(i => new DeviceAnswer(i.Name, i.Authority, i.Device!.ClientId, i.Device.Scope, i.Device.Resource))]);

    private static WhoAmIAnswer WhoAmI(HttpContext http)
    {
        var signedIn = http.Features.GetRequiredFeature<SignedIn>();
        return new WhoAmIAnswer(
            signedIn.Caller.Party.Value, signedIn.Caller.Id.Value, [.. signedIn.Caller.Roles.Select(RoleNames.Of)], signedIn.Issuer,
            signedIn.Expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    private static async Task TokenAsync(HttpContext http, TokenDesk desk, SignInRefusals refusals)
    {
        if (!http.Request.HasFormContentType || http.Request.ContentLength is null or > MaxForm)
            throw new MalformedRequestException("a form with a Content-Length of at most 16384 is taken here");
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        string Field(string name) => form[name] is [{ Length: > 0 } value] ? value : throw new MalformedRequestException($"{name} has to be there once");
        var issued = Field("grant_type") switch
        {
            "client_credentials" when Field("client_assertion_type") == AssertionType =>
                await desk.ForAssertionAsync(Field("client_assertion"), http.RequestAborted),
            LinkGrant => await desk.ForLinkAsync(Field("link"), http.RequestAborted),
            _ => throw new MalformedRequestException("grant_type is client_credentials, with a JWT as client_assertion, or a sign-in link's"),
        };
        if (issued is Issued.Granted granted)
        {
            http.Answer(granted.Logged);
            await TypedResults.Ok(new TokenAnswer(granted.Token, "Bearer", (int)granted.Lifetime.TotalSeconds)).ExecuteAsync(http);
            return;
        }

        var reason = ((Issued.Refused)issued).Reason;
        await refusals.AnswerAsync(http, reason, reason == "replayed"
            ? "it has been used before, and is good once; get a new one, and tell your operator if it wasn't you"
            : "the assertion or link was refused; make a new one");
    }

    private sealed record SignInAnswer(IReadOnlyList<DeviceAnswer> Providers);

    private sealed record DeviceAnswer(string Name, string Authority, string ClientId, string Scope, string? Resource);

    private sealed record WhoAmIAnswer(string Party, string Caller, IReadOnlyList<string> Roles, string Issuer, string Expires);

    private sealed record TokenAnswer(
        [property: JsonPropertyName("access_token")] string AccessToken,
        [property: JsonPropertyName("token_type")] string TokenType,
        [property: JsonPropertyName("expires_in")] int ExpiresIn);
}
