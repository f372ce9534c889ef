using System.Net;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Logs;

/// <summary>An operator has a log verified again, at the command line.</summary>
public sealed class RecheckTests(Gateways gateways, PartyKeys keys)
{
    [Fact(Timeout = 180_000)]
    public async Task A_changed_log_stops_releases_and_shouts_until_an_operator_has_had_it_verified_again()
    {
        await using var gateway = await gateways.StartAsync(Store.Folder);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        var ops = await new Sx(gateway.Process, exchange.Folder, "ops").SignInAsync("house", "operator");
        string[] recheck = ["audit", "recheck", "--log", exchange.Agreement];
        var sent = await exchange.SendAsync(Small.People(3));
        Assert.Equal($"{exchange.Agreement}: intact", await ops.DoAsync(recheck));

        var entries = Path.Combine(gateway.BlobFolder, "logs", exchange.Agreement, "tile", "entries", "000.p");
        var newest = Directory.GetFiles(entries).MaxBy(path => int.Parse(Path.GetFileName(path), null))!;
        var good = await File.ReadAllBytesAsync(newest);
        var bad = good.ToArray();
        bad[20] ^= 1;
        await File.WriteAllBytesAsync(newest, bad);
        var wrong = await ops.RunAsync(recheck);
        Assert.Equal((3, $"{exchange.Agreement}: WRONG: entry 0 isn't what was logged\n"), (wrong.ExitCode, wrong.Text));
        await StoppedAsync(exchange, sent);
        using var http = exchange.Http(who: null);
        Assert.Contains("sx_logs_stopped 1\n", await http.GetStringAsync("metrics"), StringComparison.Ordinal);
        Assert.Equal("ready, but 1 agreements' logs don't verify: nothing goes on under them\n", await http.GetStringAsync("health/ready"));

        // Putting it back isn't enough; nobody of the agreement can let it go on; and another log isn't there.
        await File.WriteAllBytesAsync(newest, good);
        await StoppedAsync(exchange, sent);
        foreach (var who in (Sx[])[exchange.Client, exchange.Vendor, exchange.Auditor])
            Assert.Contains("(access.role)", (await who.RunAsync(recheck)).Errors, StringComparison.Ordinal);
        Assert.Contains("(not-found)", (await ops.RunAsync("audit", "recheck", "--log", "nobody.nothing")).Errors, StringComparison.Ordinal);
        Assert.Contains("(access.role)", (await exchange.Client.RunAsync("audit", "recheck", "--log", "nobody.nothing")).Errors, StringComparison.Ordinal);

        Assert.Equal($"{exchange.Agreement}: intact", await ops.DoAsync(recheck));
        await exchange.Vendor.DoAsync("fetch", sent, "-o", exchange.PathOf("masked.pgp"));
        Assert.Contains("sx_logs_stopped 0\n", await http.GetStringAsync("metrics"), StringComparison.Ordinal);
        var told = await ops.DoAsync("audit", "search", "--log", "gateway", "--kind", "log.checked");
        Assert.Equal(3, told.Split('\n').Count(line => line.Contains("log.checked", StringComparison.Ordinal)));
    }

    private static async Task StoppedAsync(Exchange exchange, string transfer)
    {
        using var answer = await exchange.Http(exchange.Vendor).GetAsync($"v1/transfers/{transfer}/content");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "log.damaged"), (answer.StatusCode, await Problem.CodeAsync(answer)));
    }
}
