using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using SecureExchange.LogLoad;
using SecureExchange.Testing;
using SecureExchange.Transparency.Fsck;

namespace SecureExchange.Gateway.Tests.Audit;

/// <summary>Three processes append to one log while one of them is killed again and again: nothing that was acknowledged is
/// lost, nothing is there twice, the log doesn't fork, numbers have no gap, and each writer's order is kept.</summary>
/// <remarks><c>tests/log-writers.sh</c> is the long form.</remarks>
public sealed class LogWritersTests(Azurite azurite, ITestOutputHelper output)
{
    private const int Writers = 3;

    private static readonly int s_events = int.Parse(Environment.GetEnvironmentVariable("LOG_WRITERS_EVENTS") ?? "900", CultureInfo.InvariantCulture);

    private static readonly string s_program = Path.Combine(
        Checkout.Root, "artifacts/bin/SecureExchange.LogLoad", new DirectoryInfo(AppContext.BaseDirectory).Name, "SecureExchange.LogLoad.dll");

    [Theory(Timeout = 3_600_000)]
    [InlineData("folder")]
    [InlineData("azure")]
    public async Task Processes_that_are_killed_at_any_moment_lose_nothing_and_write_nothing_twice(string kind)
    {
        using var folder = new TempFolder();
        var place = folder.File("place");
        if (kind == "azure") await File.WriteAllTextAsync(place, await azurite.StartAsync());
        var acknowledged = new Dictionary<string, long>();
        var kills = 0;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var left = s_events / Writers;
            for (var life = 0; left > 0; life++)
            {
                var lives = life < 2 || s_events > 10_000 ? RandomNumberGenerator.GetInt32(s_events / 30, s_events / 8) : int.MaxValue;
                left -= await LiveAsync(kind, place, $"w{writer}.{life}", left, lives);
                if (left > 0) Interlocked.Increment(ref kills);
            }
        })));
        output.WriteLine($"{kind}: {acknowledged.Count} acknowledged, {kills} kills");
        Assert.True(kills >= 3, $"only {kills} kills");
        await AssertWholeAsync(kind, place, acknowledged);

        async Task<int> LiveAsync(string store, string where, string name, int count, int lives)
        {
            var start = new ProcessStartInfo("dotnet", [s_program, "write", store, where, name, $"{count}"])
            {
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start)!;
            var seen = 0;
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                var parts = line.Split(' ');
                if (parts.Length != 2 || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var index)) break; // Cut by the kill.
                lock (acknowledged) acknowledged.Add($"{name}.{parts[0]}", index);
                if (++seen == lives) process.Kill();
            }

            await process.WaitForExitAsync();
            return seen;
        }
    }

    private static async Task AssertWholeAsync(string kind, string place, Dictionary<string, long> acknowledged)
    {
        await using var store = await LoadedLog.OpenStoreAsync(kind, place);
        await using (await LoadedLog.OpenAsync(store))
        {
            // Opening finishes what the last kill left.
        }

        var at = new Dictionary<string, long>();
        var last = new Dictionary<string, int>();
        var options = new FsckOptions
        {
            CheckEntry = entry =>
            {
                using var json = JsonDocument.Parse(entry.Data);
                var root = json.RootElement;
                var mark = root.GetProperty("transfer").GetString()!;
                if (root.GetProperty("index").GetInt64() != entry.Index || root.GetProperty("number").GetInt64() != entry.Index + 1) return "another number";
                if (!at.TryAdd(mark, entry.Index)) return "it is there twice";
                var (writer, number) = (mark[..mark.LastIndexOf('.')], int.Parse(mark[(mark.LastIndexOf('.') + 1)..], CultureInfo.InvariantCulture));
                if (last.TryGetValue(writer, out var before) && before >= number) return "out of its writer's order";
                last[writer] = number;
                return null;
            },
        };
        var report = await LogFsck.RunAsync(LoadedLog.Tiles(store), LoadedLog.Verifier, options, default);
        Assert.True(report.IsIntact, string.Join('\n', report.Findings.Select(f => $"{f.Index}: {f.Text}").Take(10)));
        Assert.True(acknowledged.All(known => at.GetValueOrDefault(known.Key, -1) == known.Value), "an acknowledged event is missing, or elsewhere");
        Assert.True(acknowledged.Count >= s_events / Writers * Writers, $"{acknowledged.Count}");
    }
}
