using System.Text;
using Microsoft.Net.Http.Headers;
using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Release;

namespace SecureExchange.Server.Api;

/// <summary><c>/v1/transfers/{id}/attestation</c> and <c>/release</c>: how a transfer was masked, and letting go what a gate
/// holds.</summary>
internal static class AttestationApi
{
    private const string SignatureType = "application/pgp-signature";

    internal static void MapAttestations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/transfers/{id}/attestation", ReadAsync);
        routes.MapPost("/v1/transfers/{id}/release", ReleaseAsync);
    }

    /// <summary>JSON, or with <c>Accept: application/pgp-signature</c> the signature over exactly these bytes.</summary>
    private static async Task<IResult> ReadAsync(HttpContext http, ExchangeGateway gateway, string id)
    {
        if (!TransferId.TryParse(id, out var transfer)) return await NotFoundAsync(http, gateway, Permission.ReadAttestation);
        switch (await gateway.Attestations.ReadAsync(http.Caller(), transfer, http.RequestAborted))
        {
            case AttestationResult.Found found:
                http.Answer(found.Logged);
                return http.Request.Headers[HeaderNames.Accept] == SignatureType
                    ? TypedResults.Text(Encoding.ASCII.GetString(found.Signature.Span), SignatureType)
                    : TypedResults.Bytes(found.Json, "application/json");
            case AttestationResult.None none:
                http.Answer(none.Logged);
                return Problems.Of(404, "transfer.no-attestation", "a return isn't masked, so nothing is attested of it");
            case AttestationResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task<IResult> ReleaseAsync(HttpContext http, ExchangeGateway gateway, string id)
    {
        if (!TransferId.TryParse(id, out var transfer)) return await NotFoundAsync(http, gateway, Permission.ReleaseDispatch);
        switch (await gateway.HeldDispatches.ReleaseAsync(http.Caller(), transfer, http.RequestAborted))
        {
            case ReleaseResult.Released released:
                http.Answer(released.Logged);
                return TypedResults.Ok(new ReleasedAnswer(id, "published", released.Logged.ToString()));
            case ReleaseResult.NotHeld:
                return Problems.Of(409, "transfer.not-held", "this transfer isn't held, or somebody else has just released it");
            case ReleaseResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task<IResult> NotFoundAsync(HttpContext http, ExchangeGateway gateway, Permission permission) =>
        Problems.Of(http, await gateway.Gate.DenyAsync(http.Caller(), permission, terms: null, DenialReason.NotFound));

    private sealed record ReleasedAnswer(string Transfer, string State, string Event);
}
