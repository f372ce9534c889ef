using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using SecureExchange.Access;

namespace SecureExchange.Server.Identity;

/// <summary>The gateway itself: the embedded issuer, and the short tokens that machines get for their assertions.</summary>
internal sealed class OwnIssuer : Issuer, IDisposable
{
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(30);

    private readonly string _issuer;
    private readonly ECDsa _key;
    private readonly Func<Caller, bool> _allows;

    /// <param name="name">What to call it.</param>
    /// <param name="tokens">Makes the tokens.</param>
    /// <param name="allows">Whether it may speak for a caller.</param>
    internal OwnIssuer(string name, LocalIssuer tokens, Func<Caller, bool> allows) : base(name)
    {
        (_issuer, _allows) = (tokens.Issuer, allows);
        _key = ECDsa.Create(tokens.PublicKey);
    }

    internal override bool IsIssuerOf(TokenShape token) => token.Issuer == _issuer;

    public void Dispose() => _key.Dispose();

    private protected override ValueTask<TokenValidationParameters> ParametersAsync(TokenShape token, CancellationToken ct)
    {
        var rules = Rules(LocalIssuer.Audience, [SecurityAlgorithms.EcdsaSha256], s_skew);
        rules.ValidIssuer = _issuer;
        rules.IssuerSigningKey = new ECDsaSecurityKey(_key);
        rules.TryAllIssuerSigningKeys = true; // The only one: whatever name the token has for it.
        return ValueTask.FromResult(rules);
    }

    private protected override TokenVerdict Map(TokenShape token, DateTimeOffset expires)
    {
        var roles = new List<Role>();
        foreach (var name in token.Claims(LocalIssuer.RolesClaim) ?? [])
        {
            if (!RoleNames.TryParse(name, out var role)) return new TokenVerdict.Refused("no-caller");
            roles.Add(role);
        }

        if (!PartyId.TryParse(token.Claim(LocalIssuer.PartyClaim), out var party) || CallerOf(party, token.Claim("sub"), roles) is not { } caller)
            return new TokenVerdict.Refused("no-caller");
        return _allows(caller) ? new TokenVerdict.Good(caller, Name, expires) : new TokenVerdict.Refused("wrong-party");
    }
}
