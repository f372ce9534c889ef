using System.Globalization;
using System.Text;
using System.Text.Json;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Samples;

namespace SecureExchange.EndToEnd.Tests.Crashes;

/// <summary>The server is killed in the middle of an erasure (SIGKILL): at its start it goes on, and destroys all or has destroyed
/// nothing.</summary>
/// <remarks>How often at each kind of moment: SX_TEST_KILLS, which <c>tests/kill.sh</c> sets.</remarks>
public sealed class ErasureKillTests(Gateways gateways, PartyKeys keys, ITestOutputHelper output)
{
    private const int Seed = 20261127;
    private const int Transfers = 8;

    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("SX_TEST_KILLS") ?? "2", CultureInfo.InvariantCulture);

    [Theory(Timeout = 3_600_000)]
    [InlineData("at any moment")]
    [InlineData("when it is in the log")]
    [InlineData("when the first blob is gone")]
    public async Task An_erasure_that_was_killed_goes_on_and_is_whole(string when)
    {
        await using var gateway = await gateways.StartAsync(Store.Folder);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        var stays = await exchange.SendAsync(Small.People(3));
        var checkpoint = Path.Combine(gateway.BlobFolder, "logs", exchange.Agreement, "checkpoint");
        var gone = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            var sent = new List<string>();
            for (var i = 0; i < Transfers; i++) sent.Add(await exchange.SendAsync(Small.People(3)));
            var before = File.GetLastWriteTimeUtc(checkpoint);
            var erasing = Task.Run(() => TryEraseAsync(exchange, sent));
            if (when == "at any moment") await Task.Delay(Chance.OfRow(Seed, kill).Below(60));
            else if (when == "when it is in the log") await UntilAsync(() => File.GetLastWriteTimeUtc(checkpoint) != before, erasing);
            else await UntilAsync(() => sent.Any(id => Files(exchange, id) < 5), erasing);
            await gateway.Process.KillAsync();
            var isAcknowledged = await erasing;
            await gateway.Process.RestartAsync();

            var listed = (await exchange.ListAsync(exchange.Client)).Select(t => t.GetProperty("id").GetString()!).ToHashSet();
            Assert.Contains(stays, listed);
            var isGone = !listed.Overlaps(sent);
            Assert.True(isGone || listed.IsSupersetOf(sent), "some are erased and some aren't");
            Assert.True(isGone || (!isAcknowledged && when == "at any moment"), "it was in the log, and isn't done");
            var events = (await exchange.EventsAsync()).Where(e => e.TryGetProperty("erasure", out _)).ToList();
            var requested = events.Where(e => Kind(e) == "erasure.requested" && e.GetProperty("transfers").EnumerateArray().Any(t => sent.Contains(t.GetString()!))).ToList();
            Assert.Equal(isGone ? 1 : 0, requested.Count);
            foreach (var id in sent)
            {
                Assert.Equal(isGone ? 0 : 5, Files(exchange, id));
                if (!isGone) await exchange.FetchWithGpgAsync(exchange.Client, id);
            }

            if (isGone)
            {
                gone++;
                var id = requested[0].GetProperty("erasure").GetString();
                Assert.Contains(events, e => Kind(e) == "erasure.done" && e.GetProperty("erasure").GetString() == id);
            }

            await exchange.Auditor.DoAsync("audit", "verify", Path.GetDirectoryName(checkpoint)!);
        }

        await exchange.FetchWithGpgAsync(exchange.Client, stays);
        output.WriteLine($"{when}: {Kills} kills, {gone} erasures finished at the next start");
    }

    private static async Task UntilAsync(Func<bool> holds, Task orDone)
    {
        while (!holds() && !orDone.IsCompleted) await Task.Yield();
    }

    private static int Files(Exchange exchange, string id)
    {
        var folder = Path.Combine(exchange.Gateway.BlobFolder, "transfers", id);
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Length : 0;
    }

    private static async Task<bool> TryEraseAsync(Exchange exchange, List<string> sent)
    {
        try
        {
            var body = new StringContent(JsonSerializer.Serialize(new { transfers = sent }), Encoding.UTF8, "application/json");
            using var answer = await exchange.Http(exchange.Client).PostAsync($"v1/agreements/{exchange.Agreement}/erasures", body);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private static string Kind(JsonElement e) => e.GetProperty("kind").GetString()!;
}
