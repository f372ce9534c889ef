using System.Diagnostics;
using System.Globalization;
using SecureExchange.Transparency.Log;

namespace SecureExchange.LogLoad;

/// <summary>Makes a large log, as a gateway would have.</summary>
internal static class MakeRun
{
    private const int Batch = 8192;

    internal static async Task<int> RunAsync(string folder, int events)
    {
        await using var store = await LoadedLog.OpenStoreAsync("folder", folder);
        var clock = Stopwatch.StartNew();
        await using (var log = await LoadedLog.OpenAsync(store))
        {
            for (var i = 0; i < events; i += Batch)
            {
                var count = Math.Min(Batch, events - i);
                await Task.WhenAll(Enumerable.Range(i, count).Select(n => AppendAsync(log, n)));
            }
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "log", "vkey"), $"{LoadedLog.Verifier}\n");
        var bytes = new DirectoryInfo(Path.Combine(folder, "log")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{events} events at {events / clock.Elapsed.TotalSeconds:n0} appends/s, {(double)bytes / events:n1} bytes each, stored"));
        return 0;
    }

    private static Task<Receipt?> AppendAsync(TransparencyLog log, int number) =>
        log.AppendAsync(LoadedLog.Event("acme/agent-1", $"lgpfy3cvhz7cot3dok{number:d8}")).AsTask();
}
