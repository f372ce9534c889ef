using System.Text;
using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;

namespace SecureExchange.Server.Api;

/// <summary><c>/v1/agreements</c>: make and read agreements.</summary>
internal static class AgreementApi
{
    internal static void MapAgreements(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/agreements", CreateAsync);
        routes.MapGet("/v1/agreements", ListAsync);
        routes.MapGet("/v1/agreements/{agreement}", ReadAsync);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, ExchangeGateway gateway)
    {
        var document = await ReadDocumentAsync(http);
        if (document is null)
            return Problems.Of(413, "agreement.too-large", $"an agreement has at most {AgreementDesk.MaxDocument} bytes of UTF-8");
        switch (await gateway.AgreementDesk.CreateAsync(http.Caller(), document, http.RequestAborted))
        {
            case AgreementResult.Created created:
                http.Answer(created.Logged);
                var terms = created.Agreement.Terms;
                return TypedResults.Created($"/v1/agreements/{terms.Id}", Describe(created.Agreement, created.Logged.ToString()));
            case AgreementResult.Denied denied:
                return Problems.Of(http, new Admission.Refused(denied.Reason, denied.Logged));
            case AgreementResult.Refused refused:
                http.Answer(refused.Logged);
                var fault = refused.Fault;
                return Problems.Of(
                    fault.Code == "agreement.exists" ? 409 : 422, fault.Code, fault.Message,
                    ("line", fault.Line > 0 ? fault.Line : null), ("column", fault.Column > 0 ? fault.Column : null));
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task<IResult> ListAsync(HttpContext http, ExchangeGateway gateway)
    {
        var caller = http.Caller();
        var agreements = await gateway.Agreements.OfPartyAsync(caller.Party, http.RequestAborted);
        http.Answer(await gateway.Log.AppendAsync(new AgreementsListed(agreements.Count) { Caller = caller }));
        return TypedResults.Ok(new AgreementPage([.. agreements.Select(t => new AgreementSummary(t.Id.Value, t.Client.Value, t.Vendor.Value))]));
    }

    private static async Task<IResult> ReadAsync(HttpContext http, ExchangeGateway gateway, string agreement)
    {
        AgreementId? id = AgreementId.TryParse(agreement, out var parsed) ? parsed : null;
        var admission = await gateway.Gate.AdmitAsync(http.Caller(), Permission.ReadAgreement, id, http.RequestAborted);
        if (admission is not Admission.Admitted { Grant: var grant }) return Problems.Of(http, (Admission.Refused)admission);
        var found = await gateway.Agreements.LoadAsync(grant, http.RequestAborted);
        var logged = await gateway.Log.AppendAsync(new AgreementRead { Caller = grant.Caller, Terms = grant.Terms });
        http.Answer(logged);
        return TypedResults.Ok(Describe(found, logged.ToString()));
    }

    private static async Task<string?> ReadDocumentAsync(HttpContext http)
    {
        var buffer = new byte[AgreementDesk.MaxDocument + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        try
        {
            return length > AgreementDesk.MaxDocument ? null : new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(buffer, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static AgreementAnswer Describe(Agreement agreement, string logged) => new(
        agreement.Terms.Id.Value, agreement.Terms.Version, agreement.Title, agreement.Purpose, agreement.Terms.Client.Value,
        agreement.Client.Certificate.Fingerprint.ToString(), agreement.Terms.Vendor.Value,
        agreement.Vendor.Certificate.Fingerprint.ToString(), [.. agreement.Terms.Auditors.Select(a => a.Value)],
        agreement.Terms.Starts, agreement.Terms.Ends, agreement.Profile.Name, agreement.Profile.Digest,
        [.. agreement.Profile.Fields.Select(f => new FieldAnswer(f.Name, f.Transform, f.IsReversible))], logged);

    private sealed record AgreementPage(IReadOnlyList<AgreementSummary> Agreements);

    private sealed record AgreementSummary(string Id, string Client, string Vendor);

    private sealed record FieldAnswer(string Field, string Transform, bool Reversible);

    private sealed record AgreementAnswer(
        string Id, string Version, string Title, string Purpose, string Client, string ClientCertificate, string Vendor,
        string VendorCertificate, IReadOnlyList<string> Auditors, DateTimeOffset Starts, DateTimeOffset Ends, string Profile,
        string ProfileDigest, IReadOnlyList<FieldAnswer> Fields, string Event);
}
