using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Server.Api;

namespace SecureExchange.Server.Identity;

/// <summary>Who is calling: a bearer token of the embedded issuer, checked by the framework's own handler.</summary>
internal static class BearerAuthentication
{
    internal static void AddBearerAuthentication(this IServiceCollection services, LocalIssuer issuer)
    {
        // Not AddAuthentication: that brings a key ring for cookies, which nothing here uses and which lands on the disk.
        services.AddAuthenticationCore(options => options.DefaultScheme = JwtBearerDefaults.AuthenticationScheme);
        services.AddWebEncoders();
        services.AddSingleton<RefusedSignIns>();
        services.AddSingleton<IAuthenticationConfigurationProvider, NoConfiguration>();
        new AuthenticationBuilder(services).AddJwtBearer(options =>
        {
            options.MapInboundClaims = false;
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = LocalIssuer.Name,
                ValidAudience = LocalIssuer.Audience,
                IssuerSigningKey = new ECDsaSecurityKey(ECDsa.Create(issuer.PublicKey)),
                // Named, so that neither "none" nor a MAC under the public key passes (RFC 8725 §3.1).
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
                RequireExpirationTime = true,
                RequireSignedTokens = true,
                ClockSkew = TimeSpan.FromSeconds(30),
            };
            options.Events = new JwtBearerEvents { OnChallenge = ChallengeAsync, OnTokenValidated = RequireCallerAsync };
        });
        services.AddAuthorizationBuilder().SetFallbackPolicy(
            new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    /// <summary>What is set here can't be loosened from a configuration file.</summary>
    private sealed class NoConfiguration : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }

    private static Task RequireCallerAsync(TokenValidatedContext context)
    {
        if (!CallerClaims.TryRead(context.Principal!, out _)) context.Fail("the token names no party, caller or role");
        return Task.CompletedTask;
    }

    /// <summary>401, with a sentence; a token that was tried and refused is an event. The token is nowhere.</summary>
    private static async Task ChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var http = context.HttpContext;
        var presented = http.Request.Headers.Authorization.Count > 0;
        var reason = context.AuthenticateFailure switch
        {
            null => presented ? "malformed" : "missing",
            SecurityTokenExpiredException => "expired",
            SecurityTokenNotYetValidException => "not-yet-valid",
            SecurityTokenInvalidAudienceException => "wrong-audience",
            SecurityTokenInvalidIssuerException => "wrong-issuer",
            SecurityTokenException or ArgumentException => "invalid",
            _ => "no-caller",
        };
        if (presented && http.RequestServices.GetRequiredService<RefusedSignIns>().Count(reason) is { } refused)
        {
            var gateway = http.RequestServices.GetRequiredService<ExchangeGateway>();
            http.Answer(await gateway.Log.AppendAsync(refused));
        }

        http.Response.Headers.WWWAuthenticate = presented ? "Bearer error=\"invalid_token\"" : "Bearer";
        await Problems.Of(StatusCodes.Status401Unauthorized, $"token.{reason}", presented
            ? "the bearer token was refused; get a new one from your issuer"
            : "a bearer token is needed: Authorization: Bearer …").ExecuteAsync(http);
    }
}
