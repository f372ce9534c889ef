using System.Net;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Logs;

/// <summary>The gateway's own log, shown to witnesses that its operator has named.</summary>
public sealed class OwnWitnessTests(PartyKeys keys)
{
    [Fact(Timeout = 240_000)]
    public async Task Receipts_of_the_gateways_own_log_are_under_what_its_witness_has_seen_and_nothing_waits_for_it()
    {
        using var folder = new TempFolder();
        await using var witness = await WitnessProcess.CreateAsync("witness.example/own");
        var policy = $"witness W {witness.Key} http://{witness.Host}\nquorum W\n";
        await File.WriteAllTextAsync(folder.File("witnesses.policy"), policy);
        await using var gateway = new StoredGateway(
            await GatewayProcess.StartAsync("--witness-hosts", witness.Host, "--gateway-witnesses", folder.File("witnesses.policy")), container: null);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        using var http = exchange.Http(who: null);
        var log = (await http.GetStringAsync("audit/gateway/vkey")).Trim();

        // It isn't there: the operator is told, and content goes all the same.
        await UntilAsync(() => Task.FromResult(gateway.Process.Output.Contains("Too few of the gateway's own witnesses have seen its log", StringComparison.Ordinal)));
        var sent = await exchange.SendAsync(Small.People(3));
        await exchange.Vendor.DoAsync("fetch", sent, "-o", exchange.PathOf("masked.pgp"));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("audit/gateway/cosigned")).StatusCode);

        await witness.StartAsync(log);
        await UntilAsync(async () => (await http.GetAsync("audit/gateway/cosigned")).StatusCode == HttpStatusCode.OK);
        var ops = await new Sx(gateway.Process, exchange.Folder, "ops").SignInAsync("house", "operator");
        await ops.DoAsync("audit", "proof", "gateway/0", "-o", exchange.PathOf("start.proof"));
        var trusted = exchange.Write("policy", $"log {log}\n{policy}");
        Assert.Contains("cosigned by witness.example/own", await ops.DoAsync("audit", "verify", exchange.PathOf("start.proof"), "--policy", trusted), StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("witness W nonsense http://127.0.0.1:1\nquorum W\n", "the policy of the gateway's witnesses can't be used")]
    [InlineData("witness W {key} https://elsewhere.example:443\nquorum W\n", "the policy of the gateway's witnesses can't be used")]
    [InlineData("log PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\nquorum none\n", "names no log")]
    [InlineData(null, "--gateway-witnesses: there is no such file")]
    public async Task A_gateway_whose_witnesses_cannot_be_asked_does_not_start_and_says_why(string? policy, string said)
    {
        using var folder = new TempFolder();
        await using var witness = await WitnessProcess.CreateAsync("witness.example/own");
        if (policy is not null) await File.WriteAllTextAsync(folder.File("policy"), policy.Replace("{key}", witness.Key, StringComparison.Ordinal));
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayProcess.StartAsync("--gateway-witnesses", folder.File("policy")));
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; !await holds(); i++)
        {
            Assert.True(i < 200, "it never came to hold");
            await Task.Delay(500);
        }
    }
}
