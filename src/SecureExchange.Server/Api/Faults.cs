using Microsoft.AspNetCore.Diagnostics;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Audit.Search;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Release;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Server.Api;

/// <summary>Outages and bugs: an answer that says whose fault it is, and nothing of what was being worked on.</summary>
internal sealed partial class Faults(ILogger<Faults> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // A connection that its other end gave up needs no answer and isn't an error of ours.
        if (httpContext.RequestAborted.IsCancellationRequested) return true;
        if (httpContext.Response.HasStarted)
        {
            // Too late for an answer. Left to the host, it would be logged with its message.
            Log(httpContext, exception);
            httpContext.Abort();
            return true;
        }

        if (exception is DamagedContentException { Logged: var logged }) httpContext.Answer(logged);
        if (exception is ReleaseStoppedException { Logged: var stopped }) httpContext.Answer(stopped);
        var problem = exception switch
        {
            LogUnavailableException => Problems.Of(
                503, "log.unavailable", "nothing is released or taken without a log entry, and the log can't be written; try again later"),
            NotWitnessedException => Problems.Of(
                503, "log.not-witnessed",
                "the agreement asks for witnesses of its log, and too few of them have answered; nothing was released, try again later"),
            TransparencyException or LogRolledBackException or LogStoppedException => Problems.Of(
                503, "log.damaged", "the log doesn't verify, so nothing is released or taken; the operator has to look at it"),
            IndexContradictedException => Problems.Of(
                503, "audit.index-contradicted", "the log isn't the one that the index was made from; the operator has to find out why. Reading a log without a filter, and its tiles, goes on"),
            KeyException key when IsOfItsPlace(key.Error) => Problems.Of(503, "keys.unavailable", key.Message),
            DamagedContentException or KeyException or BlobStoreException { Error: BlobStoreError.Tampered or BlobStoreError.Gone } =>
                Problems.Damaged(),
            _ when Database.IsFull(exception) => Problems.Of(
                507, "store.full", "the gateway's disk is full; nothing was kept. The operator has to make room"),
            BlobStoreException { Error: BlobStoreError.StoreFull } => Problems.Of(
                507, "store.full", "the gateway's store is full; nothing was kept. The operator has to make room"),
            BlobStoreException => Problems.Of(503, "store.unavailable", "the gateway's store is away; nothing was kept, try again later"),
            ErasedException => Problems.NotFound(),
            ReleaseStoppedException cut => Problems.Of(cut.Reason),
            MalformedRequestException malformed => Problems.Of(400, "request.malformed", malformed.Message),
            BadHttpRequestException bad => Problems.Of(bad.StatusCode, "request.malformed", "a parameter, a header or the body of the request isn't what this route takes"),
            _ => Problems.Of(500, "gateway.fault", "the gateway has a fault; the operator finds it by this trace",
                ("trace", httpContext.TraceIdentifier)),
        };
        if (problem.StatusCode >= 500) Log(httpContext, exception);
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>Where the root key is, or shall be, can't be reached. Else it's a key in the database that is damaged.</summary>
    private static bool IsOfItsPlace(KeyError error) => error is KeyError.VaultAway or KeyError.VaultRefused or KeyError.NoPassphrase
        or KeyError.NoPassphraseFile or KeyError.ShortPassphrase or KeyError.WrongPassphrase or KeyError.NoVault;

    /// <summary>The type and where it was thrown; never the message, which may hold what was being worked on.</summary>
    private void Log(HttpContext http, Exception e) => Failed(
        logger, http.TraceIdentifier, e is LogRolledBackException or LogStoppedException ? e.Message : e.GetType().Name, // These name a log, no data.
        e.InnerException?.GetType().Name ?? "none", e.StackTrace ?? "");

    [LoggerMessage(1500, LogLevel.Error, "Request {Trace} failed: {Type} (inner: {Inner})\n{Where}")]
    private static partial void Failed(ILogger logger, string trace, string type, string inner, string where);
}
