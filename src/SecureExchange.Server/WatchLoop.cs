using SecureExchange.Gateway;
using SecureExchange.Gateway.Audit;

namespace SecureExchange.Server;

/// <summary>Has the gateway verify its own logs at the start and twice a minute, and shouts about one that isn't what it was
/// until an operator has acted.</summary>
internal sealed partial class WatchLoop(ExchangeGateway gateway, TimeProvider clock, ILogger<WatchLoop> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var (log, finding) in gateway.Log.Stopped.Findings) Stopped(logger, log, finding);
        using var timer = new PeriodicTimer(s_pause, clock);
        do
        {
            // First, since until then what was taken out of the database is believed.
            await LookAsync(async () =>
            {
                foreach (var (log, finding) in await gateway.StepWatch.RunAsync(stoppingToken)) Stopped(logger, log, finding);
            });
            await LookAsync(async () =>
            {
                foreach (var (log, finding) in await gateway.Watch.RunAsync(stoppingToken)) Stopped(logger, log, finding);
                foreach (var (log, finding) in await gateway.IndexWatch.RunAsync(stoppingToken)) Contradicted(logger, log, finding);
            });
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception e) when (e is not OperationCanceledException) // Tried again in a while; the host must not stop for it.
        {
            Away(logger, e.GetType().Name);
        }
    }

    [LoggerMessage(1210, LogLevel.Critical, "The log {Log} isn't what it was: {Finding}. Nothing goes on under it until an operator has had it verified again (docs/operations/log-does-not-verify.md)")]
    private static partial void Stopped(ILogger logger, LogName log, string finding);

    [LoggerMessage(1212, LogLevel.Critical, "The index of the log {Log} isn't what the log makes of it: {Finding}. Searches are refused until it is made anew (docs/operations/audit.md)")]
    private static partial void Contradicted(ILogger logger, LogName log, string finding);

    [LoggerMessage(1211, LogLevel.Warning, "The logs weren't verified ({Type}); tried again in half a minute")]
    private static partial void Away(ILogger logger, string type);
}
