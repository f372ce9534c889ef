using SecureExchange.Gateway;

namespace SecureExchange.Server;

/// <summary>Settles twice a minute what an outage of the store or the log left unfinished, closes the logs' days that
/// are over, and anchors the agreements' logs in the gateway's.</summary>
internal sealed partial class SettlingLoop(ExchangeGateway gateway, TimeProvider clock, ILogger<SettlingLoop> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var settled = await gateway.Recovery.RunAsync(stoppingToken);
                if (settled > 0) Settled(logger, settled);
                await gateway.Days.RunAsync(stoppingToken);
                await gateway.Anchoring.RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException) // Tried again in a while; the host must not stop for it.
            {
                Away(logger, e.GetType().Name);
            }
        }
    }

    [LoggerMessage(1200, LogLevel.Information, "Settled {Count} transfers or agreements that an outage had interrupted")]
    private static partial void Settled(ILogger logger, int count);

    [LoggerMessage(1201, LogLevel.Warning, "Not settled, closed or anchored ({Type}); tried again in half a minute")]
    private static partial void Away(ILogger logger, string type);
}
