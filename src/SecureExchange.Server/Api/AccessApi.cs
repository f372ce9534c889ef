using System.Globalization;
using System.Net;
using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Agreements;

namespace SecureExchange.Server.Api;

/// <summary><c>/v1/agreements/{id}/access</c>: why somebody may or may not.</summary>
internal static class AccessApi
{
    internal static void MapAccess(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/agreements/{agreement}/access", ExplainAsync);

    private static async Task<IResult> ExplainAsync(
        HttpContext http, ExchangeGateway gateway, string agreement, string[]? role = null, string? party = null, string? caller = null,
        string? permission = null, string? address = null, string? at = null)
    {
        var asking = http.Caller();
        AgreementId? id = AgreementId.TryParse(agreement, out var parsed) ? parsed : null;
        var result = await gateway.Access.ExplainAsync(
            asking, id, About(asking, role ?? [], party, caller, address), PermissionOf(permission), MomentOf(at), http.RequestAborted);
        switch (result)
        {
            case ExplainResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            case ExplainResult.Explained explained:
                http.Answer(explained.Logged);
                return TypedResults.Ok(new AccessAnswer(
                    explained.Terms.Id.Value, explained.Terms.Number, explained.Terms.Version, explained.State.ToString().ToLowerInvariant(), explained.When,
                    [.. explained.Verdicts.Select(v => new VerdictAnswer(
                        v.Permission.ToString(), PermissionText.Of(v.Permission), v.Reason is null, v.Reason?.ToString(),
                        v.Reason is { } reason ? PermissionText.Of(reason) : null))],
                    explained.Logged.ToString()));
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Whoever is asked about: the asking caller, but for what the query says otherwise.</summary>
    private static Caller About(Caller asking, string[] roles, string? party, string? caller, string? address)
    {
        var about = asking;
        if (roles.Length > 0)
        {
            about = about with
            {
                Roles = [.. roles.Select(name => RoleNames.TryParse(name, out var role)
                    ? role
                    : throw new MalformedRequestException($"'role' has to be one of {string.Join(", ", RoleNames.All)}"))],
            };
        }

        if (party is not null)
            about = about with { Party = PartyId.TryParse(party, out var named) ? named : throw new MalformedRequestException("'party' has to be a party's id") };
        if (caller is not null)
            about = about with { Id = CallerId.TryParse(caller, out var named) ? named : throw new MalformedRequestException("'caller' has to be a caller's id") };
        if (address is not null)
            about = about with { Address = IPAddress.TryParse(address, out var named) ? named : throw new MalformedRequestException("'address' has to be an IP address") };
        return about;
    }

    private static Permission? PermissionOf(string? name)
    {
        if (name is null) return null;
        return Enum.TryParse<Permission>(name, out var permission) && permission.ToString() == name && AccessPolicy.BelongsToAgreement(permission)
            ? permission
            : throw new MalformedRequestException("'permission' isn't one of an agreement's; ask without it for all of them");
    }

    private static DateTimeOffset? MomentOf(string? at)
    {
        if (at is null) return null;
        return DateTimeOffset.TryParseExact(at, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw new MalformedRequestException("'at' has to be a moment such as 2026-01-31T12:00:00Z (UTC)");
    }

    private sealed record AccessAnswer(
        string Agreement, int Number, string Version, string State, DateTimeOffset When, IReadOnlyList<VerdictAnswer> Verdicts, string Event);

    private sealed record VerdictAnswer(string Permission, string Means, bool Allowed, string? Reason, string? Because);
}
