using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Samples;

namespace SecureExchange.EndToEnd.Tests.Crashes;

/// <summary>The server is killed at any moment of a return (SIGKILL), or as soon as the log has it.</summary>
/// <remarks>How often: SX_TEST_KILLS, which <c>tests/kill.sh</c> sets.</remarks>
public sealed class ReturnKillTests(Gateways gateways, PartyKeys keys, ITestOutputHelper output)
{
    private const int Rows = 60_000;
    private const int Seed = 20261128;

    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("SX_TEST_KILLS") ?? "3", CultureInfo.InvariantCulture);

    [Theory(Timeout = 3_600_000)]
    [InlineData("return.accepted", "result.pgp")]
    [InlineData("return.quarantined", "findings returned.pgp")]
    public async Task A_return_that_was_acknowledged_survives_a_kill_and_nothing_half_done_is_seen(string kind, string parts)
    {
        await using var gateway = await gateways.StartAsync(Store.Folder);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        var expected = Small.People(Rows);
        var sent = await exchange.SendAsync(expected);
        var worked = (await exchange.FetchWithGpgAsync(exchange.Vendor, sent)).Output;
        // Without its last row it goes into quarantine, as it is.
        if (kind == "return.quarantined") expected = worked = worked[..(worked.AsSpan()[..^1].LastIndexOf((byte)'\n') + 1)];
        var found = new FoundReturns(exchange, sent, kind, parts, expected);
        var duration = await MeasureAsync(exchange, sent, worked, found.Acknowledged);
        var checkpoint = Path.Combine(gateway.BlobFolder, "logs", exchange.Agreement, "checkpoint");
        var seen = await found.CheckAsync();
        for (var kill = 0; kill < Kills; kill++)
        {
            var isLogged = kill % 2 == 1;
            var moment = duration * 1.2 * (kill + (Chance.OfRow(Seed, kill).Below(1000) / 1000.0)) / Kills;
            var before = File.GetLastWriteTimeUtc(checkpoint);
            var returning = Task.Run(() => TryReturnAsync(exchange, sent, worked, $"kill-{kill}"));
            if (!isLogged) await Task.Delay(moment);
            while (isLogged && File.GetLastWriteTimeUtc(checkpoint) == before && !returning.IsCompleted) Thread.Yield();
            await gateway.Process.KillAsync();
            if (await returning is { } id) found.Acknowledged.Add(id);
            await gateway.Process.RestartAsync();
            var now = await found.CheckAsync();
            if (isLogged) Assert.Equal(seen + 1, now);
            seen = now;
        }

        output.WriteLine($"{Kills} kills in {duration.TotalMilliseconds:F0} ms each; {found.Acknowledged.Count} returns acknowledged; {seen} there");
        // The same request, sent again after the last crash, is carried out once.
        var again = await TryReturnAsync(exchange, sent, worked, $"kill-{Kills - 1}");
        Assert.NotNull(again);
        Assert.Equal(again, await TryReturnAsync(exchange, sent, worked, $"kill-{Kills - 1}"));
        Assert.InRange(await found.CheckAsync() - seen, 0, 1);
    }

    /// <summary>How long a return takes after a start, as those take that will be killed.</summary>
    private static async Task<TimeSpan> MeasureAsync(Exchange exchange, string sent, byte[] worked, HashSet<string> acknowledged)
    {
        await exchange.Gateway.Process.RestartAsync();
        var start = Stopwatch.GetTimestamp();
        var id = await TryReturnAsync(exchange, sent, worked, "measure");
        var taken = Stopwatch.GetElapsedTime(start);
        acknowledged.Add(id ?? throw new InvalidOperationException("a return that nobody disturbed failed"));
        return taken;
    }

    /// <returns>The return's id where the gateway acknowledged it, be it into quarantine.</returns>
    private static async Task<string?> TryReturnAsync(Exchange exchange, string sent, byte[] worked, string key)
    {
        try
        {
            using var answer = await exchange.Http(exchange.Vendor).PostAsync($"v1/transfers/{sent}/returns/worked.csv", worked, key);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return json.RootElement.TryGetProperty("transfer", out var id) ? id.GetString() : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <summary>What must hold of all returns after a crash.</summary>
    private sealed class FoundReturns(Exchange exchange, string sent, string kind, string parts, byte[] expected)
    {
        private readonly HashSet<string> _checked = [];

        internal HashSet<string> Acknowledged { get; } = [];

        /// <returns>How many can be seen.</returns>
        internal async Task<int> CheckAsync()
        {
            var seen = (await exchange.ListAsync(exchange.Client)).Select(t => t.GetProperty("id").GetString()!).Where(id => id != sent).ToList();
            Assert.Subset(seen.ToHashSet(), Acknowledged);
            var logged = (await exchange.EventsAsync()).Where(e => e.GetProperty("kind").GetString()!.StartsWith("return.", StringComparison.Ordinal)).ToList();
            Assert.All(logged, e => Assert.Equal(kind, e.GetProperty("kind").GetString()));
            Assert.Equal(logged.Select(e => e.GetProperty("transfer").GetString()).Order(), seen.Order()); // Each once, and nothing else.
            foreach (var id in seen.Where(_checked.Add)) Assert.Equal(expected, (await exchange.FetchWithGpgAsync(exchange.Client, id)).Output);
            var stored = (await exchange.Gateway.BlobsAsync("transfers/")).GroupBy(name => name.Split('/')[1], name => name.Split('/')[2]).Where(g => g.Key != sent);
            Assert.Equal(
                seen.Order().Select(id => $"{id}: {parts}"),
                stored.OrderBy(g => g.Key).Select(g => $"{g.Key}: {string.Join(' ', g.Order(StringComparer.Ordinal))}"));
            await exchange.Auditor.DoAsync("audit", "verify", Path.Combine(exchange.Gateway.BlobFolder, "logs", exchange.Agreement));
            return seen.Count;
        }
    }
}
