using System.Text;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Logs;

/// <summary>What an auditor takes away proves itself, without the gateway and without us.</summary>
public sealed class EvidenceTests(Gateways gateways, PartyKeys keys)
{
    [Fact(Timeout = 120_000)]
    public async Task A_pack_is_proven_by_sx_and_by_hand_and_no_change_of_it_is()
    {
        using var exchange = await BusyAsync();
        var folder = exchange.PathOf("pack");
        await exchange.Auditor.DoAsync("audit", "export", "--agreement", exchange.Agreement, "-o", folder);
        Assert.Contains("none left out", await exchange.Auditor.DoAsync("audit", "verify", folder), StringComparison.Ordinal);
        var attestation = Assert.Single(Directory.GetFiles(Path.Combine(folder, "attestations"), "*.json"));
        (await exchange.Gpg.RunAsync(null, "--verify", Path.ChangeExtension(attestation, ".asc"), attestation)).Succeeded();
        var byHand = ByHand(folder);
        Assert.Equal("proven", (await RunAsync(folder, byHand)).Succeeded().Text.TrimEnd().Split('\n')[^1]);

        await EachChangeIsFoundAsync(exchange, folder, byHand, [
            ("events.jsonl", text => text.Replace("vendor-1", "vendor-2", StringComparison.Ordinal)),
            ("events.jsonl", text => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]),
            ("events.jsonl", text => string.Join('\n', text.Split('\n')[..^2]) + "\n"),
            ("checkpoint", text => text.Replace("=\n\n", "=\nmore\n\n", StringComparison.Ordinal)),
            ("agreement/1.txt", text => text.Replace("offshore", "onshore", StringComparison.Ordinal)),
            ("proofs/000000000001.proof", text => text.Replace("index 1", "index 2", StringComparison.Ordinal)),
        ]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_tar_of_a_period_has_that_period_s_events_and_is_the_same_each_time()
    {
        using var exchange = await BusyAsync();
        await Task.Delay(10);
        var from = TimeProvider.System.GetUtcNow();
        var sent = await exchange.SendAsync(Small.People(4));
        await Task.Delay(10);
        var to = TimeProvider.System.GetUtcNow();
        await exchange.ListAsync(exchange.Vendor);
        var tar = exchange.PathOf("pack.tar");
        await exchange.Auditor.DoAsync("audit", "export", "--agreement", exchange.Agreement, "--from", Time(from), "--to", Time(to), "-o", tar);
        Assert.Contains("proven: events", await exchange.Auditor.DoAsync("audit", "verify", tar), StringComparison.Ordinal);
        Directory.CreateDirectory(exchange.PathOf("unpacked"));
        (await Peer.RunAsync("tar", ["-xf", tar, "-C", exchange.PathOf("unpacked")])).Succeeded();
        var events = await File.ReadAllTextAsync(exchange.PathOf("unpacked/evidence/events.jsonl"));
        Assert.Contains(sent, Assert.Single(events.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal("proven", (await RunAsync(exchange.PathOf("unpacked/evidence"), ByHand(exchange.PathOf("unpacked/evidence")))).Succeeded().Text.TrimEnd().Split('\n')[^1]);
        var nothing = await exchange.Auditor.RunAsync("audit", "export", "--agreement", exchange.Agreement, "--to", "2020-01-01", "-o", exchange.PathOf("nothing"));
        Assert.Equal((1, "sx: there is no event in this period\n"), (nothing.ExitCode, string.Join('\n', nothing.Errors.Split('\n')[^2..])));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_tar_that_would_write_elsewhere_is_no_pack()
    {
        using var exchange = await BusyAsync();
        exchange.Write("escape.txt", "x");
        var tar = exchange.PathOf("evil.tar");
        (await Peer.RunAsync("tar", ["-cPf", tar, "--transform=s,.*,evidence/../../evil,", exchange.PathOf("escape.txt")])).Succeeded();
        Assert.Equal(3, (await exchange.Auditor.RunAsync("audit", "verify", tar)).ExitCode);
    }

    private async Task<Exchange> BusyAsync()
    {
        var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        var sent = await exchange.SendAsync(Small.People(4));
        await exchange.FetchWithGpgAsync(exchange.Vendor, sent);
        return exchange;
    }

    private static async Task EachChangeIsFoundAsync(
        Exchange exchange, string folder, string byHand, IReadOnlyList<(string File, Func<string, string> Change)> changes)
    {
        foreach (var (file, change) in changes)
        {
            var path = Path.Combine(folder, file);
            var sums = Path.Combine(folder, "SHA256SUMS");
            var (before, sumsBefore) = (await File.ReadAllTextAsync(path), await File.ReadAllTextAsync(sums));
            var after = change(before);
            Assert.NotEqual(before, after);
            await File.WriteAllTextAsync(path, after);
            Assert.Equal(3, (await exchange.Auditor.RunAsync("audit", "verify", folder)).ExitCode);
            // Whoever changes a file also changes its digest beside it.
            (await RunAsync(folder, "find . -type f ! -name SHA256SUMS | sed 's,^\\./,,' | LC_ALL=C sort | xargs sha256sum > ../sums && mv ../sums SHA256SUMS")).Succeeded();
            Assert.Equal((file, 3), (file, (await exchange.Auditor.RunAsync("audit", "verify", folder)).ExitCode));
            Assert.NotEqual((file, 0), (file, (await RunAsync(folder, byHand)).ExitCode));
            await File.WriteAllTextAsync(path, before);
            await File.WriteAllTextAsync(sums, sumsBefore);
        }
    }

    /// <summary>The commands of the pack's own README, to the letter.</summary>
    private static string ByHand(string folder)
    {
        var readme = File.ReadAllText(Path.Combine(folder, "README.md"));
        var start = readme.IndexOf("```sh\n", StringComparison.Ordinal) + "```sh\n".Length;
        return readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private static async Task<PeerResult> RunAsync(string folder, string commands) =>
        await Peer.RunAsync("bash", [], Encoding.UTF8.GetBytes(commands), folder);

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
