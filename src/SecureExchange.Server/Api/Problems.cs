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
        return refusal.Reason switch
        {
            DenialReason.NotFound => NotFound(),
            DenialReason.RoleLacksPermission => Of(403, "access.role", "none of your roles may do this; ask your administrator"),
            DenialReason.NotYetStarted => Of(403, "access.not-yet-started", "the agreement starts later"),
            DenialReason.Ended => Of(403, "access.ended", "the agreement has ended"),
            DenialReason.NoCustody => NoCustody(),
            DenialReason.NotSigned => Of(403, "access.not-signed", "the agreement isn't signed by both parties yet"),
            DenialReason.Suspended => Of(403, "access.suspended", "the agreement is suspended; whoever suspended it can resume it"),
            DenialReason.OutsideNetworks => Of(403, "access.network", "the agreement doesn't allow this from where you are; ask your administrator which networks it names"),
            DenialReason.OutsideHours => Of(403, "access.hours", "the agreement has this work done at other hours"),
        };
    }

    internal static ProblemHttpResult NotFound() =>
        Of(404, "not-found", "there is nothing here by this name, or it isn't yours");

    internal static ProblemHttpResult NoCustody() => Of(
        403, "access.no-custody", "the agreement doesn't give the gateway custody of masked records; fetch them sealed");

    internal static ProblemHttpResult Damaged() => Of(
        500, "store.damaged", "the store has lost or changed this content; the operator has to restore it from a backup");

    internal static ProblemHttpResult InProgress() => Of(
        409, "request.in-progress", "an earlier request with this Idempotency-Key is still running; try again in a moment");

    /// <summary>The file may not: its sender's to mend.</summary>
    internal static ProblemHttpResult Of(TransferFault fault) =>
        Of(422, fault.Code, fault.Message, ("row", fault.Row), ("field", fault.Field));
}
