using System.CommandLine;
using SecureExchange.Cli.Audit;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx audit mirror</c>: keeps a full, verified copy of the logs that one may read.</summary>
internal static class AuditMirrorCommand
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(30);

    private static Option<string> Output { get; } = new("--output", "-o") { Description = "folder of the mirror; each log gets one in it", Required = true };

    private static Option<string?> Agreement { get; } = new("--agreement", "-a") { Description = "only this agreement's log, and the gateway's own (default: all that you may read)" };

    private static Option<bool> Follow { get; } = new("--follow") { Description = "stay, and look every half a minute" };

    internal static Command Create() =>
        new Command("mirror", "keep a full copy of logs, verified before it is taken: what a gateway takes back later is still here")
        {
            Output, Agreement, Follow,
        }.ForGateway(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var folder = parsed.GetRequiredValue(Output);
        while (true)
        {
            try
            {
                var isGood = await MirrorAsync(client, folder, parsed.GetValue(Agreement), ct);
                if (!parsed.GetValue(Follow)) return isGood ? 0 : Terminal.NotVerified;
            }
            catch (Exception e) when (parsed.GetValue(Follow) && !ct.IsCancellationRequested && IsOutage(e))
            {
                // Who follows stays: a gateway that is away for a while must not be rid of its mirror.
                Terminal.Say($"no answer from the gateway ({(e is RefusalException refusal ? refusal.Code : e.GetType().Name)}); looking again in half a minute");
            }

            await Task.Delay(s_pause, ct);
        }
    }

    private static bool IsOutage(Exception e) => e is HttpRequestException or IOException or OperationCanceledException
        or RefusalException { Code: "gateway.busy" or "gateway.rate-limited" or "log.unavailable" or "log.damaged" or "store.unavailable" };

    private static async Task<bool> MirrorAsync(GatewayClient client, string folder, string? agreement, CancellationToken ct)
    {
        var logs = (await client.GetJsonAsync("v1/audit/logs", ct)).GetProperty("logs").EnumerateArray().Select(log => log.GetString()!).ToList();
        if (agreement is not null && !logs.Contains(agreement)) throw new CliException(Terminal.Usage, $"there is no log of {agreement} here, or you may not read it");
        var isGood = true;
        foreach (var log in logs.Where(log => agreement is null || log == agreement || log == "gateway"))
        {
            if (log.AsSpan().ContainsAnyExcept(s_nameChars) || log.StartsWith('.')) throw new CliException(Terminal.NotVerified, "the gateway names a log that can't be one");
            isGood &= await new LogMirror(new HttpTileReader(client, log), LogPlace.At(client, log), Path.Combine(folder, log)).RunAsync(null, ct);
        }

        return isGood;
    }

    /// <summary>Names come from the gateway, and become folders.</summary>
    private static readonly System.Buffers.SearchValues<char> s_nameChars = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");
}
