using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Audit;

namespace SecureExchange.Server.Identity;

/// <summary>Gives tokens of the gateway's own: to machines for an assertion that they have signed (RFC 7523 §2.2), and to
/// people for a sign-in link of the embedded issuer.</summary>
/// <remarks>Each is checked, used up, logged, and only then answered: what is used twice is refused, and no token leaves
/// without its event.</remarks>
internal sealed class TokenDesk(ExchangeGateway gateway, IdentitySettings? settings, LocalIssuer? embedded, Func<Uri> publicUrl, TimeProvider clock)
{
    /// <summary>How long the gateway's own tokens live.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_linkLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_longestAssertion = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(30);

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    /// <summary>What an assertion's <c>aud</c> has to be: this gateway's address as its operator names it, so that nobody can
    /// show it to another gateway.</summary>
    internal string AssertionAudience => new Uri(new Uri(publicUrl().AbsoluteUri.TrimEnd('/') + "/"), "v1/token").AbsoluteUri;

    /// <summary>A token for a machine's assertion.</summary>
    internal async Task<Issued> ForAssertionAsync(string assertion, CancellationToken ct)
    {
        if (assertion.Length > TokenShape.MaxLength) return new Issued.Refused("oversized");
        if (TokenShape.Read(assertion) is not { } shape || shape.Claim("sub") != shape.Issuer) return new Issued.Refused("invalid");
        if (settings?.Machines.FirstOrDefault(m => m.Caller.ToString() == shape.Issuer) is not { } machine) return new Issued.Refused("wrong-issuer");
        var result = await _handler.ValidateTokenAsync(assertion, new TokenValidationParameters
        {
            ValidIssuer = shape.Issuer,
            ValidAudience = AssertionAudience,
            ValidAlgorithms = [machine.Algorithm],
            IssuerSigningKey = machine.Key,
            RequireExpirationTime = true,
            ClockSkew = s_skew,
        });
        if (!result.IsValid) return new Issued.Refused(Issuer.ReasonOf(result.Exception));
        // One audience, as one text: of several, one may be another gateway's.
        if (shape.Claim("aud") is null) return new Issued.Refused("wrong-audience");
        return await IssueAsync(shape, s_longestAssertion, machine.Caller, "assertion", gateway.Tokens, Lifetime, ct);
    }

    /// <summary>A token for a sign-in link.</summary>
    internal async Task<Issued> ForLinkAsync(string link, CancellationToken ct)
    {
        if (embedded is null || link.Length > TokenShape.MaxLength || TokenShape.Read(link) is not { Type: LocalIssuer.LinkType } shape)
            return new Issued.Refused("invalid");
        using var key = System.Security.Cryptography.ECDsa.Create(embedded.PublicKey);
        var result = await _handler.ValidateTokenAsync(link, new TokenValidationParameters
        {
            ValidIssuer = LocalIssuer.Name,
            ValidAudience = LocalIssuer.LinkAudience,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            // Not cached: the key is this call's own.
            IssuerSigningKey = new ECDsaSecurityKey(key) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } },
            RequireExpirationTime = true,
            ClockSkew = s_skew,
        });
        if (!result.IsValid) return new Issued.Refused(Issuer.ReasonOf(result.Exception));
        var roles = new List<Role>();
        foreach (var name in shape.Claims(LocalIssuer.RolesClaim) ?? [])
        {
            if (RoleNames.TryParse(name, out var role)) roles.Add(role);
        }

        if (!PartyId.TryParse(shape.Claim(LocalIssuer.PartyClaim), out var party) || Issuer.CallerOf(party, shape.Claim("sub"), roles) is not { } caller
            || (settings is not null && !settings.Embedded.Contains(party)))
            return new Issued.Refused("no-caller");
        return await IssueAsync(shape, LocalIssuer.MaxLinkLifetime, caller, "link", embedded, s_linkLifetime, ct);
    }

    private async Task<Issued> IssueAsync(
        TokenShape shape, TimeSpan longest, Caller caller, string method, LocalIssuer issuer, TimeSpan lifetime, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var expires = DateTimeOffset.FromUnixTimeSeconds(shape.Time("exp") ?? 0);
        // What may be remembered for long could be collected for long.
        if (expires - now > longest + s_skew || shape.Claim("jti") is not { Length: >= 16 and <= 128 } id) return new Issued.Refused("invalid");
        if (!await gateway.SpentTokens.SpendAsync(shape.Issuer, id, expires + s_skew, ct)) return new Issued.Refused("replayed");
        var logged = await gateway.Log.AppendAsync(new SignInGranted(method) { Caller = caller });
        return new Issued.Granted(issuer.Issue(caller, now, lifetime), lifetime, logged);
    }
}

/// <summary>A token of the gateway's own, or why there is none.</summary>
internal abstract record Issued
{
    private Issued()
    {
    }

    internal sealed record Granted(string Token, TimeSpan Lifetime, LoggedEvent Logged) : Issued;

    internal sealed record Refused(string Reason) : Issued;
}
