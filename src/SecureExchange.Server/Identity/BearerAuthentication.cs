using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using SecureExchange.Server.Api;

namespace SecureExchange.Server.Identity;

/// <summary>Who is calling: <c>Authorization: Bearer …</c>, one token in one header (RFC 6750 §2.1).</summary>
internal sealed class BearerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Issuers issuers, SignInRefusals refusals)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    private TokenVerdict? _verdict;

    internal static void Add(IServiceCollection services, Issuers issuers)
    {
        services.AddSingleton(issuers);
        services.AddSingleton<RefusedSignIns>();
        services.AddSingleton<SignInRefusals>();
        // Not AddAuthentication: that brings a key ring for cookies, which nothing here uses and which lands on the disk.
        services.AddAuthenticationCore(authentication =>
        {
            authentication.DefaultScheme = "Bearer";
            authentication.AddScheme<BearerAuthentication>("Bearer", displayName: null);
        });
        services.AddTransient<BearerAuthentication>();
        services.AddWebEncoders();
        services.AddAuthorizationBuilder().SetFallbackPolicy(
            new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count == 0) return AuthenticateResult.NoResult();
        _verdict = header is [{ } value] && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? await issuers.CheckAsync(value[Prefix.Length..], Context.RequestAborted)
            : new TokenVerdict.Refused("malformed");
        if (_verdict is not TokenVerdict.Good good) return AuthenticateResult.Fail("refused");
        Context.Features.Set(new SignedIn(good.Caller, good.Issuer, good.Expires));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity("Bearer")), "Bearer"));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        switch (_verdict)
        {
            case TokenVerdict.Refused refused:
                await refusals.AnswerAsync(Context, refused.Reason);
                break;
            case TokenVerdict.Undecided:
                await Problems.Of(
                    StatusCodes.Status503ServiceUnavailable, "token.issuer-away",
                    "your identity provider's keys can't be had, so your token can't be checked; try again later").ExecuteAsync(Context);
                break;
            default:
                Response.Headers.WWWAuthenticate = "Bearer";
                await Problems.Of(
                    StatusCodes.Status401Unauthorized, "token.missing", "a bearer token is needed: Authorization: Bearer …").ExecuteAsync(Context);
                break;
        }
    }
}
