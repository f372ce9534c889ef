using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SecureExchange.Access;

namespace SecureExchange.Server.Identity;

/// <summary>Somebody whose tokens are taken.</summary>
internal abstract class Issuer
{
    private static readonly JsonWebTokenHandler s_handler = new() { MapInboundClaims = false };

    private protected Issuer(string name) => Name = name;

    /// <summary>The operator's name for it.</summary>
    internal string Name { get; }

    /// <summary>Whether a token that says so would be its own.</summary>
    internal abstract bool IsIssuerOf(TokenShape token);

    /// <summary>Checks the token, and says for whom it stands.</summary>
    internal async Task<TokenVerdict> CheckAsync(TokenShape token, CancellationToken ct)
    {
        TokenValidationParameters parameters;
        try
        {
            parameters = await ParametersAsync(token, ct);
        }
        catch (IssuerAwayException)
        {
            return new TokenVerdict.Undecided();
        }

        var result = await s_handler.ValidateTokenAsync(token.Token, parameters);
        if (!result.IsValid) return new TokenVerdict.Refused(ReasonOf(result.Exception));
        if (!token.IsAccessToken) return new TokenVerdict.Refused("invalid");
        return token.Time("exp") is { } end ? Map(token, DateTimeOffset.FromUnixTimeSeconds(end)) : new TokenVerdict.Refused("invalid");
    }

    /// <summary>By which keys and rules; throws <see cref="IssuerAwayException"/>.</summary>
    private protected abstract ValueTask<TokenValidationParameters> ParametersAsync(TokenShape token, CancellationToken ct);

    /// <summary>For whom a token stands that has been verified.</summary>
    private protected abstract TokenVerdict Map(TokenShape token, DateTimeOffset expires);

    /// <summary>What every issuer's tokens have to keep. Algorithms are named, so that neither "none" nor a MAC under the
    /// public key passes (RFC 8725 §3.1).</summary>
    private protected static TokenValidationParameters Rules(string audience, IEnumerable<string> algorithms, TimeSpan skew) => new()
    {
        ValidAudience = audience,
        ValidAlgorithms = algorithms,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ClockSkew = skew,
        TryAllIssuerSigningKeys = false,
    };

    /// <summary>The caller of these parts; null where one is missing, malformed or unknown: half a caller is none.</summary>
    internal static Caller? CallerOf(PartyId party, string? id, IReadOnlyCollection<Role> roles) =>
        roles.Count > 0 && CallerId.TryParse(id, out var caller) ? new Caller(party, caller, [.. roles]) : null;

    internal static string ReasonOf(Exception? e) => e switch
    {
        SecurityTokenExpiredException => "expired",
        SecurityTokenNotYetValidException => "not-yet-valid",
        SecurityTokenInvalidAudienceException => "wrong-audience",
        SecurityTokenInvalidIssuerException => "wrong-issuer",
        _ => "invalid",
    };
}
