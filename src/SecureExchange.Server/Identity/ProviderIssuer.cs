using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Microsoft.IdentityModel.Validators;
using SecureExchange.Access;

namespace SecureExchange.Server.Identity;

/// <summary>An identity provider: its tokens are checked with the keys that it publishes, and mean what the operator's
/// file says.</summary>
internal sealed class ProviderIssuer : Issuer, IDisposable
{
    private const string TenantInTemplate = "{tenantid}";

    private readonly IssuerSettings _settings;
    private readonly IdentitySettings _all;
    private readonly IssuerKeys _keys;
    private readonly string _issuer;
    private readonly AadIssuerValidator? _entra;

    internal ProviderIssuer(IssuerSettings settings, IdentitySettings all, TimeProvider clock) : base(settings.Name)
    {
        (_settings, _all) = (settings, all);
        _issuer = settings.Kind == IssuerKind.Entra ? TemplateOf(settings.Authority) : settings.Authority.OriginalString;
        _keys = new IssuerKeys(settings.Authority, _issuer, clock);
        if (settings.Kind == IssuerKind.Entra)
            _entra = AadIssuerValidator.GetAadIssuerValidator(settings.Authority.OriginalString, httpClient: null, _ => _keys);
    }

    internal DeviceSignIn? Device => _settings.Device;

    internal string Authority => _settings.Authority.OriginalString;

    internal override bool IsIssuerOf(TokenShape token) => _settings.Kind == IssuerKind.Oidc
        ? token.Issuer == _issuer
        : token.Claim("tid") is { Length: > 0 } tenant && token.Issuer == _issuer.Replace(TenantInTemplate, tenant, StringComparison.Ordinal);

    public void Dispose() => _keys.Dispose();

    private protected override async ValueTask<TokenValidationParameters> ParametersAsync(TokenShape token, CancellationToken ct)
    {
        var found = await _keys.FindAsync(token.KeyId, ct);
        var rules = Rules(_settings.Audience, _settings.Algorithms, _settings.ClockSkew);
        if (_entra is null)
        {
            rules.ValidIssuer = _issuer;
            rules.IssuerSigningKeys = found.SigningKeys;
        }
        else
        {
            // The keys of all tenants are in one set: each says which issuer it signs for, and that has to be the token's.
            rules.ConfigurationManager = _keys;
            rules.IssuerValidator = _entra.Validate;
            rules.EnableAadSigningKeyIssuerValidation();
        }

        return rules;
    }

    private protected override TokenVerdict Map(TokenShape token, DateTimeOffset expires)
    {
        // Of version 2, and an access token: ID tokens have no azp (and, for an app that is its own client, our audience).
        if (_entra is not null && (token.Claim("ver") != "2.0" || token.Claim("azp") is null)) return new TokenVerdict.Refused("invalid");
        if (PartyOf(token) is not { } party) return new TokenVerdict.Refused(_entra is null ? "wrong-party" : "wrong-tenant");
        if (RolesOf(token) is not { } roles) return new TokenVerdict.Refused("no-caller");
        if (roles.Any(role => !_all.Parties[party].Contains(role))) return new TokenVerdict.Refused("wrong-role");
        if (CallerOf(party, IdOf(token), roles) is not { } caller) return new TokenVerdict.Refused("no-caller");
        // A machine has its own key: no provider may speak in its name.
        return _all.Machines.Any(m => m.Caller.Party == party && m.Caller.Id == caller.Id)
            ? new TokenVerdict.Refused("wrong-party")
            : new TokenVerdict.Good(caller, Name, expires);
    }

    private PartyId? PartyOf(TokenShape token)
    {
        if (_settings.Party is { } fixedParty) return fixedParty;
        if (token.Claim(_settings.PartyClaim!) is not { } value || !_settings.PartyOf.TryGetValue(value, out var party)) return null;
        return token.Claim("azp") is { } client && _settings.PartyOfClient.TryGetValue(client, out var clients) ? clients : party;
    }

    /// <summary>The roles that the token gives; null where it's a mess. Without a map, only the roles' own names are taken;
    /// with one, other values are somebody else's business, but a role of ours that isn't in the map is a fault.</summary>
    private HashSet<Role>? RolesOf(TokenShape token)
    {
        var roles = new HashSet<Role>();
        if (token.Claims(_settings.RolesClaim) is not { } values) return null;
        foreach (var value in values)
        {
            if (_settings.RoleOf is { } map && map.TryGetValue(value, out var mapped)) roles.Add(mapped);
            else if (RoleNames.TryParse(value, out var role) && _settings.RoleOf is null) roles.Add(role);
            else if (_settings.RoleOf is null || RoleNames.TryParse(value, out _)) return null;
        }

        return roles;
    }

    private string? IdOf(TokenShape token)
    {
        if (token.Claim(_settings.CallerClaim) is not { Length: > 0 } id) return null;
        if (!_settings.HashCallers) return _settings.CallerPrefix + id;
        return _settings.CallerPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{token.Issuer}\n{id}")).AsSpan(0, 16));
    }

    /// <summary>The issuer of each tenant's tokens: of <c>…/organizations/v2.0</c>, <c>…/{tenantid}/v2.0</c>.</summary>
    private static string TemplateOf(Uri authority)
    {
        var text = authority.OriginalString.TrimEnd('/');
        foreach (var several in (string[])["/common/", "/organizations/"]) text = text.Replace(several, $"/{TenantInTemplate}/", StringComparison.Ordinal);
        return text;
    }
}
