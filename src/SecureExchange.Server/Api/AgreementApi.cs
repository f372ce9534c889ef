using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Intake;

namespace SecureExchange.Server.Api;

/// <summary><c>/v1/agreements</c>: make, change, sign, suspend, end and read agreements.</summary>
internal static class AgreementApi
{
    internal static void MapAgreements(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/agreements", CreateAsync);
        routes.MapGet("/v1/agreements", ListAsync);
        routes.MapGet("/v1/agreements/{agreement}", ReadAsync);
        routes.MapGet("/v1/agreements/{agreement}/versions", VersionsAsync);
        routes.MapPost("/v1/agreements/{agreement}/versions", DraftAsync);
        routes.MapGet("/v1/agreements/{agreement}/versions/{number:int}/text", TextAsync);
        routes.MapPost("/v1/agreements/{agreement}/versions/{number:int}/propose", async (HttpContext http, ExchangeGateway gateway, string agreement, int number) =>
            Answer(http, await gateway.AgreementDesk.ProposeAsync(http.Caller(), Id(agreement), number, http.RequestAborted)));
        routes.MapPost("/v1/agreements/{agreement}/versions/{number:int}/withdraw", async (HttpContext http, ExchangeGateway gateway, string agreement, int number) =>
            Answer(http, await gateway.AgreementDesk.WithdrawAsync(http.Caller(), Id(agreement), number, http.RequestAborted)));
        routes.MapPost("/v1/agreements/{agreement}/versions/{number:int}/signature", SignAsync);
        routes.MapPost("/v1/agreements/{agreement}/suspend", async (HttpContext http, ExchangeGateway gateway, string agreement) =>
            Answer(http, await gateway.AgreementDesk.SuspendAsync(http.Caller(), Id(agreement), http.RequestAborted)));
        routes.MapPost("/v1/agreements/{agreement}/resume", async (HttpContext http, ExchangeGateway gateway, string agreement) =>
            Answer(http, await gateway.AgreementDesk.ResumeAsync(http.Caller(), Id(agreement), http.RequestAborted)));
        routes.MapPost("/v1/agreements/{agreement}/end", async (HttpContext http, ExchangeGateway gateway, string agreement) =>
            Answer(http, await gateway.AgreementDesk.EndAsync(http.Caller(), Id(agreement), http.RequestAborted)));
    }

    private static async Task<IResult> CreateAsync(HttpContext http, ExchangeGateway gateway)
    {
        if (await ReadBodyAsync(http, AgreementDesk.MaxDocument) is not { } document) return TooLarge();
        return Answer(http, await gateway.AgreementDesk.CreateAsync(http.Caller(), Text(document), http.RequestAborted));
    }

    private static async Task<IResult> DraftAsync(HttpContext http, ExchangeGateway gateway, string agreement)
    {
        if (await ReadBodyAsync(http, AgreementDesk.MaxDocument) is not { } document) return TooLarge();
        return Answer(http, await gateway.AgreementDesk.DraftAsync(http.Caller(), Id(agreement), Text(document), http.RequestAborted));
    }

    private static async Task<IResult> SignAsync(HttpContext http, ExchangeGateway gateway, string agreement, int number)
    {
        if (await ReadBodyAsync(http, AgreementDesk.MaxSignature) is not { } signature) return TooLarge();
        return Answer(http, await gateway.AgreementDesk.SignAsync(http.Caller(), Id(agreement), number, signature, http.RequestAborted));
    }

    private static async Task<IResult> ListAsync(HttpContext http, ExchangeGateway gateway)
    {
        var (logged, agreements) = await gateway.AgreementDesk.ListAsync(http.Caller(), http.RequestAborted);
        http.Answer(logged);
        var now = TimeProvider.System.GetUtcNow();
        return TypedResults.Ok(new AgreementPage(
            [.. agreements.Select(t => new AgreementSummary(t.Id.Value, t.Client.Value, t.Vendor.Value, NameOf(t.StateAt(now))))]));
    }

    private static async Task<IResult> ReadAsync(HttpContext http, ExchangeGateway gateway, string agreement)
    {
        var admission = await gateway.Gate.AdmitAsync(http.Caller(), Permission.ReadAgreement, Id(agreement), http.RequestAborted);
        if (admission is not Admission.Admitted { Grant: var grant }) return Problems.Of(http, (Admission.Refused)admission);
        var found = await gateway.Agreements.LoadAsync(grant, http.RequestAborted);
        var quotas = await gateway.Quotas.StandingsAsync(grant, found.Files.Quota, http.RequestAborted);
        var logged = await gateway.Log.AppendAsync(new AgreementRead { Caller = grant.Caller, Terms = grant.Terms });
        http.Answer(logged);
        return TypedResults.Ok(Describe(found, quotas, logged.ToString()));
    }

    private static async Task<IResult> VersionsAsync(HttpContext http, ExchangeGateway gateway, string agreement)
    {
        var admission = await gateway.Gate.AdmitAsync(http.Caller(), Permission.ReadAgreement, Id(agreement), http.RequestAborted);
        if (admission is not Admission.Admitted { Grant: var grant }) return Problems.Of(http, (Admission.Refused)admission);
        var (logged, versions) = await gateway.AgreementDesk.VersionsAsync(grant, http.RequestAborted);
        http.Answer(logged);
        return TypedResults.Ok(new VersionPage([.. versions.Select(v => new VersionAnswer(
            v.Standing.Number, v.Text.Terms.Version, NameOf(v.Standing.Stage), NameOf(v.Standing.Author), Encoded(v.Standing.ClientSignature),
            Encoded(v.Standing.VendorSignature), v.Text.Profile.Digest, v.Text.Terms.Starts, v.Text.Terms.Ends))]));
    }

    /// <summary>What both parties sign, to the byte.</summary>
    private static async Task<IResult> TextAsync(HttpContext http, ExchangeGateway gateway, string agreement, int number)
    {
        var admission = await gateway.Gate.AdmitAsync(http.Caller(), Permission.ReadAgreement, Id(agreement), http.RequestAborted);
        if (admission is not Admission.Admitted { Grant: var grant }) return Problems.Of(http, (Admission.Refused)admission);
        var (logged, text) = await gateway.AgreementDesk.TextAsync(grant, number, http.RequestAborted);
        http.Answer(logged);
        return text is null
            ? Problems.Of(404, "agreement.no-such-version", "the agreement has no version of this number")
            : TypedResults.Bytes(text, "text/plain; charset=utf-8");
    }

    private static IResult Answer(HttpContext http, AgreementResult result)
    {
        switch (result)
        {
            case AgreementResult.Done done:
                http.Answer(done.Logged);
                var answer = new StepAnswer(done.Id.Value, done.Number, done.Version, done.Logged.ToString());
                return TypedResults.Json(answer, statusCode: StatusCodes.Status201Created);
            case AgreementResult.Denied denied:
                return Problems.Of(http, new Admission.Refused(denied.Reason, denied.Logged));
            case AgreementResult.Refused { Fault: var fault } refused:
                http.Answer(refused.Logged);
                return Problems.Of(
                    fault.Code switch
                    {
                        "agreement.exists" or "agreement.open-version" or "agreement.wrong-state" => 409,
                        "agreement.no-such-version" => 404,
                        _ => 422,
                    },
                    fault.Code, fault.Message, ("line", fault.Line > 0 ? fault.Line : null), ("column", fault.Column > 0 ? fault.Column : null));
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>An id that can't be one is asked for like one that nobody has.</summary>
    private static AgreementId? Id(string agreement) => AgreementId.TryParse(agreement, out var id) ? id : null;

    private static async Task<byte[]?> ReadBodyAsync(HttpContext http, int most)
    {
        var buffer = new byte[most + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        return length > most ? null : buffer[..length];
    }

    private static string Text(byte[] document)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(document);
        }
        catch (DecoderFallbackException)
        {
            throw new MalformedRequestException("the agreement isn't UTF-8");
        }
    }

    private static ProblemHttpResult TooLarge() => Problems.Of(
        413, "agreement.too-large", $"an agreement has at most {AgreementDesk.MaxDocument} bytes, a signature {AgreementDesk.MaxSignature}");

    private static string? Encoded(ReadOnlyMemory<byte> signature) => signature.IsEmpty ? null : Convert.ToBase64String(signature.Span);

    private static string NameOf<T>(T value) where T : struct, Enum => value switch
    {
        VersionStage.InForce => "in-force",
        _ => value.ToString().ToLowerInvariant(),
    };

    private static AgreementAnswer Describe(Agreement agreement, IReadOnlyList<QuotaStanding> quotas, string logged) => new(
        agreement.Terms.Id.Value, agreement.Terms.Number, agreement.Terms.Version, NameOf(agreement.Terms.StateAt(TimeProvider.System.GetUtcNow())),
        agreement.Title, agreement.Purpose, agreement.Terms.Client.Value,
        agreement.Client.Certificate.Fingerprint.ToString(), agreement.Terms.Vendor.Value,
        agreement.Vendor.Certificate.Fingerprint.ToString(), [.. agreement.Terms.Auditors.Select(a => a.Value)],
        agreement.Terms.Starts, agreement.Terms.Ends, agreement.Profile.Name, agreement.Profile.Digest,
        [.. agreement.Profile.Fields.Select(f => new FieldAnswer(f.Name, f.Transform, f.IsReversible))],
        [.. agreement.Terms.ClientNetworks.Select(n => n.ToString())], [.. agreement.Terms.VendorNetworks.Select(n => n.ToString())],
        agreement.Terms.VendorHours is { } hours ? Describe(hours) : null,
        [.. quotas.Select(q => new QuotaAnswer(QuotaNames.Of(q.Limit), QuotaNames.Of(q.Of), q.Allowed, q.Used))], logged);

    private static string Describe(WorkingHours hours) => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(' ', hours.Days.Order().Select(d => d.ToString()[..3].ToLowerInvariant()))} {hours.From:HH\\:mm}-{hours.To:HH\\:mm} {hours.Zone.Id}");

    private sealed record AgreementPage(IReadOnlyList<AgreementSummary> Agreements);

    private sealed record AgreementSummary(string Id, string Client, string Vendor, string State);

    private sealed record FieldAnswer(string Field, string Transform, bool Reversible);

    private sealed record QuotaAnswer(string Limit, string Of, long Allowed, long Used);

    private sealed record StepAnswer(string Id, int Number, string Version, string Event);

    private sealed record VersionPage(IReadOnlyList<VersionAnswer> Versions);

    private sealed record VersionAnswer(
        int Number, string Version, string Stage, string Author, string? ClientSignature, string? VendorSignature, string ProfileDigest,
        DateTimeOffset Starts, DateTimeOffset Ends);

    private sealed record AgreementAnswer(
        string Id, int Number, string Version, string State, string Title, string Purpose, string Client, string ClientCertificate, string Vendor,
        string VendorCertificate, IReadOnlyList<string> Auditors, DateTimeOffset Starts, DateTimeOffset Ends, string Profile,
        string ProfileDigest, IReadOnlyList<FieldAnswer> Fields, IReadOnlyList<string> ClientNetworks, IReadOnlyList<string> VendorNetworks,
        string? VendorHours, IReadOnlyList<QuotaAnswer> Quotas, string Event);
}
