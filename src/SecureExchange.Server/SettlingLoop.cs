using SecureExchange.Gateway;

namespace SecureExchange.Server;

/// <summary>Settles twice a minute what an outage of the store or the log left unfinished, closes the logs' days that
/// are over, and anchors the agreements' logs in the gateway's.</summary>
internal sealed partial class SettlingLoop(ExchangeGateway gateway, TimeProvider clock, ILogger<SettlingLoop> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(30);

    /// <summary>Agreements' deadlines are in days.</summary>
    private static readonly TimeSpan s_betweenDeadlines = TimeSpan.FromMinutes(15);

    private DateTimeOffset _deadlinesAt = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var settled = await gateway.Recovery.RunAsync(stoppingToken) + await gateway.Erasures.RecoverAsync(stoppingToken)
                    + await gateway.Keys.RecoverAsync(stoppingToken);
                if (settled > 0) Settled(logger, settled);
                var resealed = await gateway.Resealing.RunAsync(stoppingToken);
                if (resealed > 0) Resealed(logger, resealed);
                await gateway.Days.RunAsync(stoppingToken);
                await gateway.Anchoring.RunAsync(stoppingToken);
                if (!await gateway.Log.WitnessOwnAsync()) Unwitnessed(logger);
                if (clock.GetUtcNow() < _deadlinesAt) continue;
                _deadlinesAt = clock.GetUtcNow() + s_betweenDeadlines;
                var erased = await gateway.Retention.RunAsync(stoppingToken);
                if (erased > 0) Erased(logger, erased);
                var warned = await gateway.CertificateWatch.RunAsync(stoppingToken);
                if (warned > 0) Warned(logger, warned);
            }
            catch (Exception e) when (e is not OperationCanceledException) // Tried again in a while; the host must not stop for it.
            {
                Away(logger, e.GetType().Name);
            }
        }
    }

    [LoggerMessage(1200, LogLevel.Information, "Settled {Count} transfers, agreements or rotations of keys that an outage had interrupted")]
    private static partial void Settled(ILogger logger, int count);

    [LoggerMessage(1202, LogLevel.Information, "Erased {Count} transfers whose retention is over")]
    private static partial void Erased(ILogger logger, int count);

    [LoggerMessage(1204, LogLevel.Warning, "{Count} certificates of parties or approvers end within 30, 7 or 1 days; the agreements' logs say whose")]
    private static partial void Warned(ILogger logger, int count);

    [LoggerMessage(1205, LogLevel.Information, "Sealed {Count} parts again whose receiver had revoked its certificate")]
    private static partial void Resealed(ILogger logger, int count);

    [LoggerMessage(1203, LogLevel.Warning, "Too few of the gateway's own witnesses have seen its log; asked again in half a minute")]
    private static partial void Unwitnessed(ILogger logger);

    [LoggerMessage(1201, LogLevel.Warning, "Not settled, closed or anchored ({Type}); tried again in half a minute")]
    private static partial void Away(ILogger logger, string type);
}
