using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Tracing;

namespace SecureExchange.Server.Api;

/// <summary><c>/v1/agreements/{id}/traces</c>: which dispatch a file comes from that got out.</summary>
internal static class TraceApi
{
    internal static void MapTraces(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/agreements/{agreement}/traces", TraceAsync).RequireRateLimiting(WorkLimits.Policy);

    private static async Task<IResult> TraceAsync(HttpContext http, ExchangeGateway gateway, string agreement)
    {
        AgreementId? id = AgreementId.TryParse(agreement, out var parsed) ? parsed : null;
        switch (await gateway.Traces.RunAsync(http.Caller(), id, http.Request.Body, http.RequestAborted))
        {
            case TraceResult.Done done:
                http.Answer(done.Logged);
                return TypedResults.Ok(new TraceAnswer(
                    done.Logged.ToString(), done.Rows, done.Findings is [{ IsTraced: true } source, ..] ? source.Name : null,
                    [.. done.Findings.Select(found => new TracedTransfer(
                        found.Name, found.Rows, found.OnlyHere, found.Canaries, found.Marks, found.Marked, found.Chance))]));
            case TraceResult.Unreadable unreadable:
                http.Answer(unreadable.Logged);
                return Problems.Of(unreadable.Fault);
            case TraceResult.TooLarge large:
                http.Answer(large.Logged);
                return Problems.Of(422, "trace.too-large", $"the file has more than {TraceDesk.MaxFile} bytes; a part of it, with its header, will do");
            case TraceResult.Denied denied:
                return Problems.Of(http, denied.Refusal);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private sealed record TraceAnswer(string Event, int Rows, string? Traced, IReadOnlyList<TracedTransfer> Transfers);

    private sealed record TracedTransfer(string Id, int Rows, int OnlyHere, int Canaries, int Marks, int Marked, double Chance);
}
