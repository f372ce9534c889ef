using System.Diagnostics;
using System.Globalization;
using SecureExchange.Testing;

namespace SecureExchange.LogLoad;

/// <summary>How many appends a second, and how long one takes until it is under a published checkpoint.</summary>
internal static class AppendRun
{
    internal static async Task<int> RunAsync(string kind, int callers, int seconds)
    {
        using var folder = new TempFolder();
        await using var azurite = new Azurite();
        if (kind == "azurite") await File.WriteAllTextAsync(folder.File("connection"), await azurite.StartAsync());
        await using var store = await LoadedLog.OpenStoreAsync(kind == "azurite" ? "azure" : "folder", folder.File(kind == "azurite" ? "connection" : "blobs"));
        await using var log = await LoadedLog.OpenAsync(store);
        for (var i = 0; i < 200; i++) await log.AppendAsync(LoadedLog.Event("acme/warm", "warm"));
        var latencies = new List<double>[callers];
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var mine = latencies[caller] = [];
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                var begun = Stopwatch.GetTimestamp();
                await log.AppendAsync(LoadedLog.Event("acme/agent-1", "lgpfy3cvhz7cot3dokpkqyr72u"));
                mine.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        })));
        var took = clock.Elapsed.TotalSeconds;
        var all = latencies.SelectMany(l => l).Order().ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}, {callers} callers: {all.Length / took:n0} appends/s, p50 {all[all.Length / 2]:n1} ms, p99 {all[all.Length * 99 / 100]:n1} ms"));
        return 0;
    }
}
