using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Samples;

namespace SecureExchange.EndToEnd.Tests.Crashes;

/// <summary>The server is killed at any moment of a dispatch (SIGKILL: nothing of it gets to run).</summary>
/// <remarks>How often: SX_TEST_KILLS, which <c>tests/kill.sh</c> sets.</remarks>
public sealed class KillTests(Gateways gateways, PartyKeys keys, ITestOutputHelper output)
{
    private const int Rows = 30_000;
    private const int Seed = 20260101;

    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("SX_TEST_KILLS") ?? "3", CultureInfo.InvariantCulture);

    [Theory(Timeout = 3_600_000)]
    [InlineData(Store.Folder)]
    [InlineData(Store.Azurite)]
    public async Task What_was_acknowledged_survives_a_kill_and_nothing_half_done_is_seen(Store store)
    {
        await using var gateway = await gateways.StartAsync(store);
        using var exchange = await Exchange.CreateAsync(gateway, keys);
        var claims = Sample.Find("claims")!.ToArray(Rows, Seed);
        var first = await exchange.SendAsync(claims);
        // Masking is deterministic within an agreement, so each masked copy of this file has the same bytes.
        var masked = SHA256.HashData((await exchange.FetchWithGpgAsync(exchange.Vendor, first)).Output);
        var (acknowledged, checkedIds) = (new HashSet<string> { first }, new HashSet<string>());
        var duration = await MeasureAsync(exchange, claims, acknowledged);
        var seen = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            // One in each part of the dispatch's time, and a little beyond it.
            var moment = duration * 1.2 * (kill + (Chance.OfRow(Seed, kill).Below(1000) / 1000.0)) / Kills;
            var sending = TrySendAsync(exchange, claims, $"kill-{kill}");
            await Task.Delay(moment);
            await gateway.Process.KillAsync();
            if (await sending is { } id) acknowledged.Add(id);
            await gateway.Process.RestartAsync();
            seen = await CheckAsync(exchange, store, acknowledged, checkedIds, masked, claims);
            output.WriteLine($"kill {kill + 1} after {moment.TotalMilliseconds:F0} of {duration.TotalMilliseconds:F0} ms: {seen} transfers");
        }

        output.WriteLine($"{Kills} kills; {acknowledged.Count} transfers acknowledged; {seen} there");
        // The same request, sent again after the last crash, is carried out once.
        var again = await TrySendAsync(exchange, claims, $"kill-{Kills - 1}");
        Assert.Equal(again, await TrySendAsync(exchange, claims, $"kill-{Kills - 1}"));
    }

    [Fact(Timeout = 3_600_000)]
    public async Task What_the_log_has_accepted_is_there_although_the_server_was_killed_before_it_could_say_so()
    {
        await using var gateway = await gateways.StartAsync(Store.Folder);
        using var exchange = await Exchange.CreateAsync(gateway, keys);
        var claims = Sample.Find("claims")!.ToArray(Rows, Seed);
        var first = await exchange.SendAsync(claims);
        var masked = SHA256.HashData((await exchange.FetchWithGpgAsync(exchange.Vendor, first)).Output);
        var (acknowledged, checkedIds) = (new HashSet<string> { first }, new HashSet<string>());
        var checkpoint = Path.Combine(gateway.BlobFolder, "logs", exchange.Agreement, "checkpoint");
        for (var kill = 1; kill <= Kills; kill++)
        {
            var before = File.GetLastWriteTimeUtc(checkpoint);
            var sending = Task.Run(() => TrySendAsync(exchange, claims, $"kill-{kill}"));
            while (File.GetLastWriteTimeUtc(checkpoint) == before && !sending.IsCompleted) Thread.Yield();
            await gateway.Process.KillAsync();
            if (await sending is { } id) acknowledged.Add(id);
            await gateway.Process.RestartAsync();
            Assert.Equal(1 + kill, await CheckAsync(exchange, Store.Folder, acknowledged, checkedIds, masked, claims));
        }

        output.WriteLine($"{Kills} kills; {acknowledged.Count} of {1 + Kills} transfers acknowledged, all there");
    }

    /// <summary>Everything that must hold after a crash.</summary>
    /// <returns>How many transfers can be seen.</returns>
    private static async Task<int> CheckAsync(
        Exchange exchange, Store store, HashSet<string> acknowledged, HashSet<string> alreadyChecked, byte[] masked, byte[] claims)
    {
        var seen = (await exchange.ListAsync(exchange.Client)).Select(t => t.GetProperty("id").GetString()!).ToList();
        Assert.Subset(seen.ToHashSet(), acknowledged);
        var accepted = (await exchange.EventsAsync()).Where(e => e.GetProperty("kind").GetString() == "dispatch.accepted")
            .Select(e => e.GetProperty("transfer").GetString()!).ToList();
        Assert.Equal(accepted.Order(), seen.Order()); // Each once, and nothing else.
        foreach (var id in seen.Where(alreadyChecked.Add))
        {
            Assert.Equal(masked, SHA256.HashData((await exchange.FetchWithGpgAsync(exchange.Vendor, id)).Output));
            Assert.Equal(claims, (await exchange.FetchWithGpgAsync(exchange.Client, id)).Output);
        }

        var stored = (await exchange.Gateway.BlobsAsync("transfers/")).GroupBy(name => name.Split('/')[1], name => name.Split('/')[2]);
        Assert.Equal(
            seen.Order().Select(id => $"{id}: attestation attestation.sig manifest masked.pgp original.pgp"),
            stored.OrderBy(g => g.Key).Select(g => $"{g.Key}: {string.Join(' ', g.Order(StringComparer.Ordinal))}"));
        var verified = store == Store.Folder ? Path.Combine(exchange.Gateway.BlobFolder, "logs", exchange.Agreement) : exchange.Gateway.Process.Url.OriginalString;
        await exchange.Auditor.DoAsync("audit", "verify", verified);
        return seen.Count;
    }

    /// <summary>How long a dispatch takes after a start, as those take that will be killed.</summary>
    private static async Task<TimeSpan> MeasureAsync(Exchange exchange, byte[] claims, HashSet<string> acknowledged)
    {
        await exchange.Gateway.Process.RestartAsync();
        var start = Stopwatch.GetTimestamp();
        var id = await TrySendAsync(exchange, claims, "measure");
        var taken = Stopwatch.GetElapsedTime(start);
        acknowledged.Add(id ?? throw new InvalidOperationException("a dispatch that nobody disturbed failed"));
        return taken;
    }

    /// <returns>The transfer's id where the gateway acknowledged it.</returns>
    private static async Task<string?> TrySendAsync(Exchange exchange, byte[] claims, string key)
    {
        try
        {
            using var answer = await exchange.Http(exchange.Client).PostAsync($"v1/agreements/{exchange.Agreement}/transfers/claims.csv", claims, key);
            if (answer.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.OK)) return null;
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return json.RootElement.GetProperty("transfer").GetString();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }
}
