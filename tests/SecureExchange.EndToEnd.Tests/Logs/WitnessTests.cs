using System.Net;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Logs;

/// <summary>An agreement whose log somebody else has to have seen before content leaves.</summary>
public sealed class WitnessTests(PartyKeys keys) : IAsyncLifetime
{
    private readonly List<WitnessProcess> _witnesses = [];
    private StoredGateway _gateway = null!;

    private string Policy => string.Concat(_witnesses.Select((witness, i) => $"witness W{i} {witness.Key} http://{witness.Host}\n"))
        + "group G 2 W0 W1 W2\nquorum G\n";

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 3; i++) _witnesses.Add(await WitnessProcess.CreateAsync($"witness.example/w{i}"));
        var hosts = string.Join(',', _witnesses.Select(witness => witness.Host));
        _gateway = new StoredGateway(await GatewayProcess.StartAsync("--witness-hosts", hosts), container: null);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var witness in _witnesses) await witness.DisposeAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task Nothing_leaves_before_enough_witnesses_have_seen_the_log_and_the_proof_says_so()
    {
        using var exchange = await Exchange.CreateAsync(_gateway, keys, Terms());
        var log = await LogKeyAsync(exchange);
        var transfer = await exchange.SendAsync(Small.People(3));
        await RefusedAsync(exchange, transfer); // None is there.

        await _witnesses[0].StartAsync(log);
        await RefusedAsync(exchange, transfer); // One isn't two.

        await _witnesses[1].StartAsync(log);
        await exchange.Vendor.DoAsync("fetch", transfer, "-o", exchange.PathOf("masked.pgp"));
        await exchange.Vendor.DoAsync("fetch", transfer, "-o", exchange.PathOf("again.pgp"));

        // The auditor has a proof that counts without the gateway.
        var fetched = (await exchange.AllEventsAsync()).ToList().FindLastIndex(e => e.GetProperty("kind").GetString() == "content.fetched");
        var proof = exchange.PathOf("fetched.proof");
        await exchange.Auditor.DoAsync("audit", "proof", $"{exchange.Agreement}/{fetched}", "-o", proof);
        var policy = exchange.Write("policy", $"log {log}\n{Policy}");
        Assert.Contains("cosigned by witness.example/w0", await exchange.Auditor.DoAsync("audit", "verify", proof, "--policy", policy), StringComparison.Ordinal);
        var strict = exchange.Write("strict", $"log {log}\n{Policy.Replace("group G 2", "group G 3", StringComparison.Ordinal)}");
        Assert.Equal(3, (await exchange.Auditor.RunAsync("audit", "verify", proof, "--policy", strict)).ExitCode);

        // A witness that was away catches up.
        await _witnesses[0].KillAsync();
        await RefusedAsync(exchange, transfer);
        await _witnesses[2].StartAsync(log);
        await exchange.Vendor.DoAsync("fetch", transfer, "-o", exchange.PathOf("third.pgp"));

        // One whose memory can't be read says so, and vouches for nothing.
        var memory = Assert.Single(Directory.EnumerateFiles(Path.Combine(_witnesses[1].State, "logs")));
        File.Delete(memory);
        Directory.CreateDirectory(memory);
        Directory.CreateDirectory($"{memory}.new");
        await RefusedAsync(exchange, transfer);
        Assert.Contains("can't vouch", _witnesses[1].Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_gateway_whose_log_was_rolled_back_releases_nothing_more()
    {
        using var exchange = await Exchange.CreateAsync(_gateway, keys, Terms());
        var log = await LogKeyAsync(exchange);
        await _witnesses[0].StartAsync(log);
        await _witnesses[1].StartAsync(log);
        var transfer = await exchange.SendAsync(Small.People(3));
        await _gateway.Process.StopAsync();
        var before = exchange.PathOf("before");
        Copy(_gateway.Process.Data, before);
        await _gateway.Process.RestartAsync();
        await exchange.Vendor.DoAsync("fetch", transfer, "-o", exchange.PathOf("masked.pgp"));
        await exchange.Vendor.DoAsync("fetch", transfer, "-o", exchange.PathOf("again.pgp"));

        // Everything that the operator has, as it was before, but for what the witnesses had cosigned: that must vouch for
        // nothing in the log that is there now.
        await _gateway.Process.KillAsync();
        var cosigned = Path.Combine(_gateway.BlobFolder, "logs", exchange.Agreement, "cosigned");
        var left = await File.ReadAllBytesAsync(cosigned);
        Directory.Delete(_gateway.Process.Data, recursive: true);
        Copy(before, _gateway.Process.Data);
        await File.WriteAllBytesAsync(cosigned, left);
        await _gateway.Process.RestartAsync();
        await RefusedAsync(exchange, transfer); // Shorter than what the witnesses have seen.
        await RefusedAsync(exchange, transfer); // As long, with another root.
        await RefusedAsync(exchange, transfer); // Longer, and not from there.
        Assert.Contains("REFUSED", _witnesses[0].Output + _witnesses[1].Output, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(_witnesses[0].State, "evidence"), "*.json", SearchOption.AllDirectories));

        // Nor does it spoil receipts.
        using var receipt = await exchange.Http(exchange.Auditor).GetAsync($"v1/audit/events/{exchange.Agreement}/0/proof");
        Assert.Equal(HttpStatusCode.OK, receipt.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agreement_cannot_send_the_gateway_wherever_it_likes()
    {
        using var exchange = await Exchange.SignInAsync(_gateway, keys, Terms());
        foreach (var url in (string[])["http://127.0.0.1:1", "https://169.254.169.254", "http://192.0.2.1:80", "file:///etc/passwd",
            $"http://{_witnesses[0].Host}/#", $"http://{_witnesses[0].Host}/?"])
        {
            var terms = Terms($"witness W {_witnesses[0].Key} {url}\nquorum W\n");
            var refused = await exchange.Client.RunAsync("agreement", "create", exchange.Write("agreement.yaml", exchange.Document(terms)));
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("witness's", refused.Errors, StringComparison.Ordinal);
        }
    }

    private ExchangeTerms Terms(string? policy = null) => new()
    {
        Profile = Small.Profile,
        More = "witnesses: |\n" + string.Concat((policy ?? Policy).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"  {line}\n")),
    };

    private static async Task<string> LogKeyAsync(Exchange exchange) =>
        (await exchange.Http(exchange.Auditor).GetStringAsync($"audit/{exchange.Agreement}/vkey")).Trim();

    private static async Task RefusedAsync(Exchange exchange, string transfer)
    {
        using var answer = await exchange.Http(exchange.Vendor).GetAsync($"v1/transfers/{transfer}/content");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("log.not-witnessed", await Problem.CodeAsync(answer));
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }
}
