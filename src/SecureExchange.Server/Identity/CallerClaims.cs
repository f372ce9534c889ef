using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using SecureExchange.Access;

namespace SecureExchange.Server.Identity;

/// <summary>Turns the claims of a verified token into a <see cref="Caller"/>, or into nothing.</summary>
internal static class CallerClaims
{
    /// <summary>The caller that the claims name.</summary>
    /// <returns>False where party, subject or roles are missing, malformed or ambiguous: half a caller is none.</returns>
    internal static bool TryRead(ClaimsPrincipal principal, [NotNullWhen(true)] out Caller? caller)
    {
        caller = null;
        var roles = new List<Role>();
        foreach (var claim in principal.FindAll(LocalIssuer.RolesClaim))
        {
            if (!RoleNames.TryParse(claim.Value, out var role)) return false;
            roles.Add(role);
        }

        if (roles.Count == 0
            || !PartyId.TryParse(Single(principal, LocalIssuer.PartyClaim), out var party)
            || !CallerId.TryParse(Single(principal, "sub"), out var id)) return false;
        caller = new Caller(party, id, roles);
        return true;
    }

    /// <summary>The claim's value where there is exactly one: of two, either could be an attacker's.</summary>
    private static string? Single(ClaimsPrincipal principal, string type) =>
        principal.FindAll(type).Take(2).ToList() is [var claim] ? claim.Value : null;
}
