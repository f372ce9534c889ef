using Microsoft.IdentityModel.Tokens;
using SecureExchange.Access;

namespace SecureExchange.Server.Identity;

/// <summary>Whose tokens are taken, and for whom each issuer may speak. Format: docs/formats/identity.md.</summary>
/// <param name="Parties">Who there is, and what its callers may be.</param>
/// <param name="Issuers">The identity providers.</param>
/// <param name="Machines">Service accounts, which sign in with a key of their own.</param>
/// <param name="Embedded">For which parties the embedded issuer may speak; none: it's off.</param>
internal sealed record IdentitySettings(
    IReadOnlyDictionary<PartyId, IReadOnlySet<Role>> Parties,
    IReadOnlyList<IssuerSettings> Issuers,
    IReadOnlyList<Machine> Machines,
    IReadOnlySet<PartyId> Embedded);

/// <summary>Which protocol's details an issuer follows.</summary>
internal enum IssuerKind
{
    /// <summary>OpenID Connect Discovery, and JWTs as access tokens.</summary>
    Oidc,

    /// <summary>Entra ID, for one tenant or several.</summary>
    Entra,
}

/// <summary>One identity provider.</summary>
internal sealed record IssuerSettings
{
    /// <summary>The operator's name for it.</summary>
    public required string Name { get; init; }

    public required IssuerKind Kind { get; init; }

    /// <summary>Below it is <c>/.well-known/openid-configuration</c>.</summary>
    public required Uri Authority { get; init; }

    public required string Audience { get; init; }

    /// <summary>Its one party; null where a claim says which.</summary>
    public PartyId? Party { get; init; }

    /// <summary>The claim that says which party: <c>tid</c> for Entra ID.</summary>
    public string? PartyClaim { get; init; }

    /// <summary>Which value of that claim is which party. Others are nobody.</summary>
    public IReadOnlyDictionary<string, PartyId> PartyOf { get; init; } = new Dictionary<string, PartyId>();

    /// <summary>Entra ID: which client application (<c>azp</c>) is which party's, whatever its tenant.</summary>
    public IReadOnlyDictionary<string, PartyId> PartyOfClient { get; init; } = new Dictionary<string, PartyId>();

    public required string CallerClaim { get; init; }

    /// <summary>Put before each caller's id: two issuers of one party must not name two people alike.</summary>
    public string CallerPrefix { get; init; } = "";

    /// <summary>Callers are known by a hash of what the issuer calls them: for ids that are names, or too long.</summary>
    public bool HashCallers { get; init; }

    public required string RolesClaim { get; init; }

    /// <summary>Which value gives which roles; null: the roles' own names.</summary>
    public IReadOnlyDictionary<string, Role>? RoleOf { get; init; }

    public required IReadOnlyList<string> Algorithms { get; init; }

    public TimeSpan ClockSkew { get; init; }

    /// <summary>How people sign in at a terminal; null where they can't.</summary>
    public DeviceSignIn? Device { get; init; }

    /// <summary>All for whom it may speak.</summary>
    public IEnumerable<PartyId> Parties => (Party is { } one ? [one] : PartyOf.Values).Concat(PartyOfClient.Values).Distinct();
}

/// <summary>What a terminal tells the issuer's device endpoint (RFC 8628): nothing here is secret.</summary>
internal sealed record DeviceSignIn(string ClientId, string Scope, string? Resource);

/// <summary>A service account, and the public key of its assertions.</summary>
internal sealed record Machine(Caller Caller, SecurityKey Key, string Algorithm);
