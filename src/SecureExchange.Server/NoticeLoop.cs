using SecureExchange.Gateway;

namespace SecureExchange.Server;

/// <summary>Tells approvers of reveals, at once and, where they couldn't be told, again later.</summary>
internal sealed partial class NoticeLoop(ExchangeGateway gateway, ILogger<NoticeLoop> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var due = new SemaphoreSlim(1, 1);
        void Wake()
        {
            if (due.CurrentCount == 0) due.Release();
        }

        gateway.Reveals.NoticeDue += Wake;
        try
        {
            while (true)
            {
                await due.WaitAsync(s_pause, stoppingToken);
                try
                {
                    var (_, failed) = await gateway.Notices.SendDueAsync(stoppingToken);
                    if (failed > 0) NotSent(logger, failed);
                }
                catch (Exception e) when (e is not OperationCanceledException) // Tried again in a while; the host must not stop for it.
                {
                    Away(logger, e.GetType().Name);
                }
            }
        }
        finally
        {
            gateway.Reveals.NoticeDue -= Wake;
        }
    }

    [LoggerMessage(1210, LogLevel.Warning, "{Count} notices about reveals couldn't be sent; tried again later")]
    private static partial void NotSent(ILogger logger, int count);

    [LoggerMessage(1211, LogLevel.Warning, "Notices about reveals weren't looked at ({Type}); tried again in a moment")]
    private static partial void Away(ILogger logger, string type);
}
