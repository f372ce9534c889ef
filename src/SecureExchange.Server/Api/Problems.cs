using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using SecureExchange.Access;
using SecureExchange.Gateway;

namespace SecureExchange.Server.Api;

/// <summary>Every no as RFC 9457 problem details, with a stable <c>code</c>; never the data.</summary>
internal static class Problems
{
    /// <summary>A problem.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Stable.</param>
    /// <param name="detail">What was wrong, whose fault it is and what to do.</param>
    /// <param name="facts">More members, such as <c>row</c>.</param>
    internal static ProblemHttpResult Of(int status, string code, string detail, params (string Name, object? Value)[] facts)
    {
        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = code };
        foreach (var (name, value) in facts)
        {
            if (value is not null) extensions[name] = value;
        }

        return TypedResults.Problem(detail, statusCode: status, extensions: extensions);
    }

    /// <summary>The caller may not. A stranger is told what it would be told of something that doesn't exist.</summary>
    internal static ProblemHttpResult Of(HttpContext http, Admission.Refused refusal)
    {
        http.Answer(refusal.Logged);
        return Of(refusal.Reason);
    }

    internal static ProblemHttpResult Of(DenialReason reason) =>
        reason == DenialReason.NotFound ? NotFound() : Of(403, CodeOf(reason), PermissionText.Of(reason));

    internal static string CodeOf(DenialReason reason) => reason switch
    {
        DenialReason.NotFound => "not-found",
        DenialReason.RoleLacksPermission => "access.role",
        DenialReason.NotYetStarted => "access.not-yet-started",
        DenialReason.Ended => "access.ended",
        DenialReason.NoCustody => "access.no-custody",
        DenialReason.NotSigned => "access.not-signed",
        DenialReason.Suspended => "access.suspended",
        DenialReason.OutsideNetworks => "access.network",
        DenialReason.OutsideHours => "access.hours",
        DenialReason.NoReveals => "access.no-reveals",
        DenialReason.NotApprover => "access.no-approver",
        DenialReason.OwnRequest => "access.own-request",
        DenialReason.OnHold => "access.on-hold",
        DenialReason.CertificateRevoked => "access.certificate-revoked",
    };

    internal static ProblemHttpResult NotFound() =>
        Of(404, CodeOf(DenialReason.NotFound), PermissionText.Of(DenialReason.NotFound));

    internal static ProblemHttpResult NoCustody() => Of(403, CodeOf(DenialReason.NoCustody), PermissionText.Of(DenialReason.NoCustody));

    internal static ProblemHttpResult Damaged() => Of(
        500, "store.damaged", "the store has lost or changed this content; the operator has to restore it from a backup");

    internal static ProblemHttpResult InProgress() => Of(
        409, "request.in-progress", "an earlier request with this Idempotency-Key is still running; try again in a moment");

    /// <summary>The file may not: its sender's to mend.</summary>
    internal static ProblemHttpResult Of(TransferFault fault) =>
        Of(422, fault.Code, fault.Message, ("row", fault.Row), ("field", fault.Field));

    /// <summary>The same; of a quota also when there is room again, 413 where waiting alone doesn't help.</summary>
    internal static ProblemHttpResult Of(HttpContext http, TransferFault fault)
    {
        if (fault.Quota is not { } excess) return Of(fault);
        var pause = excess.FreeAgain is { } wait ? Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)) : (long?)null;
        if (pause is not null) http.Response.Headers.RetryAfter = pause.Value.ToString(CultureInfo.InvariantCulture);
        return Of(
            pause is null ? 413 : 429, fault.Code, fault.Message, ("of", QuotaNames.Of(excess.Of)),
            ("allowed", excess.Allowed), ("used", excess.Used), ("retryAfter", pause));
    }
}
