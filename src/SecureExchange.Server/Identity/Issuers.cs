using SecureExchange.Access;
using SecureExchange.Gateway;

namespace SecureExchange.Server.Identity;

/// <summary>All whose tokens are taken, side by side. A token has one reader: the issuer that it names.</summary>
internal sealed class Issuers(IReadOnlyList<Issuer> all) : IDisposable
{
    internal IReadOnlyList<Issuer> All => all;

    /// <summary>Those that the operator's file names, or without one the embedded issuer for everybody.</summary>
    internal static Issuers Create(IdentitySettings? settings, LocalIssuer? embedded, ExchangeGateway gateway, TimeProvider clock)
    {
        var issuers = new List<Issuer>();
        // A machine may do what the file says now: a token from before the file was changed must not bring more.
        if (settings is not null)
        {
            issuers.AddRange(settings.Issuers.Select(issuer => new ProviderIssuer(issuer, settings, clock)));
            issuers.Add(new OwnIssuer("gateway", () => gateway.Tokens, caller => settings.Machines.Any(m => IsSame(m.Caller, caller))));
        }

        if (embedded is not null) issuers.Add(new OwnIssuer("embedded", () => embedded, caller => settings is null || MayBeEmbedded(settings, caller)));
        return new Issuers(issuers);
    }

    /// <summary>Checks a bearer token.</summary>
    internal async Task<TokenVerdict> CheckAsync(string token, CancellationToken ct)
    {
        if (token.Length > TokenShape.MaxLength) return new TokenVerdict.Refused("oversized");
        if (TokenShape.Read(token) is not { } shape) return new TokenVerdict.Refused("invalid");
        foreach (var issuer in all)
        {
            if (issuer.IsIssuerOf(shape)) return await issuer.CheckAsync(shape, ct);
        }

        return new TokenVerdict.Refused("wrong-issuer");
    }

    private static bool IsSame(Caller registered, Caller caller) =>
        registered.Party == caller.Party && registered.Id == caller.Id && registered.Roles.ToHashSet().SetEquals(caller.Roles);

    private static bool MayBeEmbedded(IdentitySettings settings, Caller caller) => settings.Embedded.Contains(caller.Party)
        && caller.Roles.All(settings.Parties[caller.Party].Contains)
        && !settings.Machines.Any(m => m.Caller.Party == caller.Party && m.Caller.Id == caller.Id);

    public void Dispose()
    {
        foreach (var issuer in all.OfType<IDisposable>()) issuer.Dispose();
    }
}
