using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using SecureExchange.Access;

namespace SecureExchange.Server.Identity;

/// <summary>The gateway itself: the embedded issuer, and the short tokens that machines get for their assertions.</summary>
internal sealed class OwnIssuer : Issuer, IDisposable
{
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(30);

    private readonly string _issuer;
    private readonly Func<LocalIssuer> _tokens;
    private readonly Func<Caller, bool> _allows;
    private volatile KnownKey _known;

    /// <param name="name">What to call it.</param>
    /// <param name="tokens">Makes the tokens: another one after its key was rotated.</param>
    /// <param name="allows">Whether it may speak for a caller.</param>
    internal OwnIssuer(string name, Func<LocalIssuer> tokens, Func<Caller, bool> allows) : base(name)
    {
        (_tokens, _allows) = (tokens, allows);
        _known = KnownKey.Of(tokens());
        _issuer = _known.Tokens.Issuer;
    }

    internal override bool IsIssuerOf(TokenShape token) => token.Issuer == _issuer;

    public void Dispose() => _known.Key.Dispose();

    private protected override ValueTask<TokenValidationParameters> ParametersAsync(TokenShape token, CancellationToken ct)
    {
        // A key that a token is being verified with at this moment isn't disposed of.
        if (_tokens() is var tokens && !ReferenceEquals(tokens, _known.Tokens)) _known = KnownKey.Of(tokens);
        var rules = Rules(LocalIssuer.Audience, [SecurityAlgorithms.EcdsaSha256], s_skew);
        rules.ValidIssuer = _issuer;
        rules.IssuerSigningKey = new ECDsaSecurityKey(_known.Key);
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

    private sealed record KnownKey(LocalIssuer Tokens, ECDsa Key)
    {
        internal static KnownKey Of(LocalIssuer tokens) => new(tokens, ECDsa.Create(tokens.PublicKey));
    }
}
