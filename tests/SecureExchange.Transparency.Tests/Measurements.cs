using System.Diagnostics;
using SecureExchange.Testing;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tests.Stores;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Tests;

/// <summary>Figures, not tests: run by name. <c>dotnet build -c Release tests/SecureExchange.Transparency.Tests</c>, then
/// <c>dotnet artifacts/bin/SecureExchange.Transparency.Tests/release/SecureExchange.Transparency.Tests.dll -explicit only
/// -class SecureExchange.Transparency.Tests.Measurements -showLiveOutput</c>.</summary>
public sealed class Measurements(ITestOutputHelper output)
{
    /// <summary>About what an audit event is.</summary>
    private static readonly byte[] s_event = new Dice(3).Bytes(300);

    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(256)]
    [InlineData(1024)]
    public async Task Appends_to_a_folder(int callers)
    {
        using var folder = new TempFolder();
        await using var log = await Logs.OpenAsync(new FolderTileStore(folder.File("log")));
        for (var i = 0; i < 50; i++) await log.AppendAsync(s_event);
        var latencies = new List<double>[callers];
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            latencies[caller] = [];
            while (clock.ElapsedMilliseconds < 5000)
            {
                var begun = Stopwatch.GetTimestamp();
                await log.AppendAsync(s_event);
                latencies[caller].Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        })));
        var seconds = clock.Elapsed.TotalSeconds;
        var all = latencies.SelectMany(l => l).Order().ToArray();
        output.WriteLine(
            $"{callers} callers: {all.Length / seconds:n0} appends/s, p50 {all[all.Length / 2]:n2} ms, p99 {all[all.Length * 99 / 100]:n2} ms");
    }

    [Theory(Explicit = true)]
    [InlineData(1_000_000)]
    public async Task Verification_of_a_folder(int size)
    {
        using var folder = new TempFolder();
        var path = folder.File("log");
        var written = Stopwatch.StartNew();
        await using (var log = await Logs.OpenAsync(new FolderTileStore(path)))
        {
            for (var i = 0; i < size; i += 8192)
                await Task.WhenAll(Enumerable.Range(i, Math.Min(8192, size - i)).Select(_ => log.AppendAsync(s_event).AsTask()));
        }

        output.WriteLine($"written at {size / written.Elapsed.TotalSeconds:n0} appends/s, batches of 3,400");
        GC.Collect();
        var before = Environment.WorkingSet;
        var clock = Stopwatch.StartNew();
        var peak = 0L;
        var options = new FsckOptions { Progress = _ => peak = Math.Max(peak, Environment.WorkingSet) };
        var report = await LogFsck.RunAsync(new FolderTileReader(path), Logs.Verifier, options, CancellationToken.None);
        Assert.True(report.IsIntact);
        Assert.Equal(size, report.Entries);
        var bytes = new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        output.WriteLine($"{size} events verified in {clock.Elapsed.TotalSeconds:n2} s, working set {before >> 20} MB before and {peak >> 20} MB at most; {(double)bytes / size - s_event.Length:n1} bytes an event beside its own");
    }

    [Fact(Explicit = true)]
    public async Task Memory_of_10000_open_logs()
    {
        const int count = 10_000;
        var logs = new List<TransparencyLog>();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var stores = new List<MemoryTileStore>();
        for (var i = 0; i < count; i++)
        {
            stores.Add(new MemoryTileStore());
            logs.Add(await Logs.OpenAsync(stores[^1]));
            for (var j = 0; j < 3; j++) await logs[^1].AppendAsync(s_event);
        }

        var open = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var log in logs) await log.DisposeAsync();
        logs.Clear();
        var closed = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine($"{count} idle logs: {(open - closed) / (double)count:n0} bytes each ({closed - before >> 20} MB are the stores)");
        GC.KeepAlive(stores);
    }
}
