using System.Globalization;
using System.Text;

namespace SecureExchange.Gateway.Reveal;

/// <summary>What an approver signs: the request as it is stored, and the decision.</summary>
public static class RevealText
{
    /// <summary>The text to approve a request by, to the byte; of a break-glass, to have reviewed it by.</summary>
    /// <param name="request">The request.</param>
    /// <param name="minutes">How long the value will be open.</param>
    public static byte[] Canonical(RevealRequest request, int minutes) => Encoding.UTF8.GetBytes(
        $"""
        SecureExchange reveal
        id: {request.Id}
        agreement: {request.Agreement}
        agreement-version: {request.Version}
        transfer: {request.Transfer}
        record: {request.Record.ToString(CultureInfo.InvariantCulture)}
        field: {request.Field}
        purpose: {request.Purpose}
        ticket: {request.Ticket}
        requested-by: {request.Caller}
        requested-at: {Moment(request.RequestedAt)}
        expires-at: {Moment(request.ExpiresAt)}
        minutes: {minutes.ToString(CultureInfo.InvariantCulture)}
        decision: {(request.IsBreakGlass ? "reviewed" : "approved")}

        """.ReplaceLineEndings("\n"));

    internal static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
