using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Certificates;

namespace SecureExchange.Server.Api;

/// <summary><c>/v1/agreements/{agreement}/certificates</c>: register, prove, confirm, update, revoke.</summary>
internal static class CertificateApi
{
    internal static void MapCertificates(this IEndpointRouteBuilder routes)
    {
        const string All = "/v1/agreements/{agreement}/certificates";
        const string One = All + "/{certificate}";
        routes.MapPost(All, RegisterAsync);
        routes.MapGet(All, async (HttpContext http, ExchangeGateway gateway, string agreement) =>
            Answer(http, await gateway.Certificates.ListAsync(http.Caller(), Id(agreement), http.RequestAborted)));
        routes.MapGet(One + "/challenge", async (HttpContext http, ExchangeGateway gateway, string agreement, string certificate) =>
            Answer(http, await gateway.Certificates.ChallengeAsync(http.Caller(), Id(agreement), certificate, http.RequestAborted)));
        routes.MapPost(One + "/proof", ProveAsync);
        routes.MapPost(One + "/confirm", async (HttpContext http, ExchangeGateway gateway, string agreement, string certificate) =>
            Answer(http, await gateway.Certificates.ConfirmAsync(http.Caller(), Id(agreement), certificate, http.RequestAborted)));
        routes.MapPost(One + "/update", UpdateAsync);
        routes.MapPost(One + "/lookup", async (HttpContext http, ExchangeGateway gateway, string agreement, string certificate) =>
            Answer(http, await gateway.Certificates.LookUpAsync(http.Caller(), Id(agreement), certificate, http.RequestAborted)));
        routes.MapPost(One + "/revoke", async (HttpContext http, ExchangeGateway gateway, string agreement, string certificate) =>
            Answer(http, await gateway.Certificates.RevokeAsync(http.Caller(), Id(agreement), certificate, http.RequestAborted)));
    }

    private static async Task<IResult> RegisterAsync(HttpContext http, ExchangeGateway gateway, string agreement, bool approver = false)
    {
        if (await ReadAsync(http, CertificateDesk.MaxCertificate) is not { } body) return TooLarge();
        return Answer(http, await gateway.Certificates.RegisterAsync(http.Caller(), Id(agreement), body, approver, http.RequestAborted));
    }

    private static async Task<IResult> ProveAsync(HttpContext http, ExchangeGateway gateway, string agreement, string certificate)
    {
        if (await ReadAsync(http, CertificateDesk.MaxSignature) is not { } body) return TooLarge();
        return Answer(http, await gateway.Certificates.ProveAsync(http.Caller(), Id(agreement), certificate, body, http.RequestAborted));
    }

    private static async Task<IResult> UpdateAsync(HttpContext http, ExchangeGateway gateway, string agreement, string certificate)
    {
        if (await ReadAsync(http, CertificateDesk.MaxCertificate) is not { } body) return TooLarge();
        return Answer(http, await gateway.Certificates.UpdateAsync(http.Caller(), Id(agreement), certificate, body, http.RequestAborted));
    }

    private static IResult Answer(HttpContext http, CertificateResult result)
    {
        switch (result)
        {
            case CertificateResult.Done done:
                http.Answer(done.Logged);
                return TypedResults.Json(Describe(done.View) with { Event = done.Logged.ToString() }, statusCode: StatusCodes.Status201Created);
            case CertificateResult.Listed listed:
                http.Answer(listed.Logged);
                return TypedResults.Ok(new CertificatePage([.. listed.Views.Select(Describe)]));
            case CertificateResult.Challenged challenged:
                http.Answer(challenged.Logged);
                return TypedResults.Bytes(challenged.Content, challenged.IsSealed ? "application/pgp-encrypted" : "text/plain; charset=utf-8");
            case CertificateResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            case CertificateResult.Refused { Fault: var fault } refused:
                http.Answer(refused.Logged);
                return Problems.Of(StatusOf(fault.Code), fault.Code, fault.Message);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static int StatusOf(string code) => code switch
    {
        "certificate.unknown" => 404,
        "certificate.known" or "certificate.wrong-state" or "certificate.other-holder" or "certificate.challenge-expired" or "certificate.nothing-new"
            or "certificate.too-many" or "certificate.wkd-nothing" => 409,
        "certificate.wkd-away" => 502,
        _ => 422,
    };

    /// <summary>Null where the body is longer than it may be.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext http, int limit)
    {
        var buffer = new byte[limit + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        return length > limit ? null : buffer.AsMemory(0, length);
    }

    private static ProblemHttpResult TooLarge() => Problems.Of(
        413, "request.too-large", $"a certificate has at most {CertificateDesk.MaxCertificate} bytes, a signature {CertificateDesk.MaxSignature}");

    private static AgreementId? Id(string agreement) => AgreementId.TryParse(agreement, out var id) ? id : null;

    private static CertificateAnswer Describe(CertificateView view)
    {
        var (standing, now) = (view.Standing, view.Now);
        var state = standing.IsRevokedAt(now) ? "revoked"
            : standing.IsInForce ? view.ExpiresAt <= now ? "expired" : "in-force"
            : standing.Stage.ToString().ToLowerInvariant();
        return new CertificateAnswer(
            standing.Certificate.Fingerprint.ToString(), view.Party.Value, standing.Holder?.Value, state, standing.IsPinned, view.IsSealedTo, view.ExpiresAt, view.EndsWithinDays,
            standing.RegisteredBy, standing.ProvenBy, standing.ConfirmedBy, standing.Certificate.ToArmor());
    }

    private sealed record CertificatePage(IReadOnlyList<CertificateAnswer> Certificates);

    private sealed record CertificateAnswer(
        string Fingerprint, string Party, string? Approver, string State, bool Pinned, bool SealedTo, DateTimeOffset? Expires, int? EndsWithinDays, string? RegisteredBy,
        string? ProvenBy, string? ConfirmedBy, string Certificate)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Event { get; init; }
    }
}
