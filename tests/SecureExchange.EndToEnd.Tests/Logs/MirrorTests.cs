using System.Text.RegularExpressions;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Logs;

/// <summary>An auditor's own copy of the logs.</summary>
public sealed class MirrorTests(Gateways gateways, PartyKeys keys)
{
    [Fact(Timeout = 120_000)]
    public async Task A_mirror_grows_by_what_is_new_verifies_by_itself_and_outlives_a_rollback()
    {
        await using var gateway = await gateways.StartAsync(Store.Folder);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        await exchange.SendAsync(Small.People(3));
        var mirror = exchange.PathOf("mirror");
        var early = Copied(Path.Combine(gateway.BlobFolder, "logs", exchange.Agreement));
        var first = await exchange.Auditor.DoAsync("audit", "mirror", "-o", mirror);
        Assert.Matches($"{exchange.Agreement}: mirrored: [0-9]+ entries, [0-9]+ of them new, all verified", first);
        await exchange.SendAsync(Small.People(3));
        Assert.Matches($"{exchange.Agreement}: mirrored: [0-9]+ entries, 1 of them new", await exchange.Auditor.DoAsync("audit", "mirror", "-o", mirror));
        var stranger = new Sx(gateway.Process, exchange.Folder, "stranger");
        Assert.Matches($"{exchange.Agreement}: intact: ", await stranger.DoAsync("audit", "verify", mirror));

        // The gateway takes the last event back: who has nothing of it can't tell, and the mirror goes on having it.
        var log = Path.Combine(gateway.BlobFolder, "logs", exchange.Agreement);
        Directory.Delete(log, recursive: true);
        foreach (var (path, content) in early)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, content);
        }

        var refused = await exchange.Auditor.RunAsync("audit", "mirror", "-o", mirror, "-a", exchange.Agreement);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("an older checkpoint was put back", refused.Text, StringComparison.Ordinal);
        Assert.Contains("NOT MIRRORED", refused.Text, StringComparison.Ordinal);
        Assert.Matches($"{exchange.Agreement}: intact: ", await stranger.DoAsync("audit", "verify", Path.Combine(mirror, exchange.Agreement)));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_an_interrupted_mirror_has_fetched_is_verified_like_everything()
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        await exchange.SendAsync(Small.People(3));
        var folder = Path.Combine(exchange.PathOf("mirror"), exchange.Agreement);
        var log = Path.Combine(exchange.Gateway.BlobFolder, "logs", exchange.Agreement, "tile", "entries", "000.p");
        var newest = Directory.GetFiles(log).MaxBy(path => int.Parse(Path.GetFileName(path), null))!;
        var aside = Path.Combine(folder, ".incoming", "tile", "entries", "000.p", Path.GetFileName(newest));
        Directory.CreateDirectory(Path.GetDirectoryName(aside)!);
        var bytes = await File.ReadAllBytesAsync(newest);
        bytes[^2] ^= 1;
        await File.WriteAllBytesAsync(aside, bytes);
        var refused = await exchange.Auditor.RunAsync("audit", "mirror", "-o", exchange.PathOf("mirror"), "-a", exchange.Agreement);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains(".refused-1", refused.Text, StringComparison.Ordinal);
        Assert.Contains(": mirrored: ", await exchange.Auditor.DoAsync("audit", "mirror", "-o", exchange.PathOf("mirror"), "-a", exchange.Agreement), StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_mirror_that_follows_takes_what_is_new_and_stays_when_the_gateway_is_away()
    {
        await using var gateway = await gateways.StartAsync(Store.Folder);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        var mirror = exchange.PathOf("mirror");
        using var following = exchange.Auditor.Start("audit", "mirror", "-o", mirror, "--follow");
        await following.SaidAsync(new Regex($"{exchange.Agreement}: mirrored: ([0-9]+) entries"));
        await gateway.Process.KillAsync();
        await following.SaidAsync(new Regex(@"no answer from the gateway \(.*\); looking again"), seconds: 60);
        await gateway.Process.RestartAsync();
        await exchange.SendAsync(Small.People(3));
        await following.SaidAsync(new Regex($"{exchange.Agreement}: mirrored: [0-9]+ entries, [1-9][0-9]* of them new[^$]*{exchange.Agreement}: mirrored: [0-9]+ entries, [1-9][0-9]* of them new"), seconds: 90);
        Assert.Matches($"{exchange.Agreement}: intact: ", await exchange.Auditor.DoAsync("audit", "verify", mirror));
    }

    [Fact(Timeout = 240_000)]
    public async Task Whichever_write_of_a_mirror_fails_it_stays_whole_and_the_next_run_goes_on()
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        var (mirror, folder) = (exchange.PathOf("mirror"), Path.Combine(exchange.PathOf("mirror"), exchange.Agreement));
        string[] run = ["audit", "mirror", "-o", mirror, "-a", exchange.Agreement];
        await exchange.SendAsync(Small.People(3));
        await exchange.Auditor.DoAsync(run);
        var stranger = new Sx(exchange.Gateway.Process, exchange.Folder, "stranger");

        // Where a folder stands no file can be written: each of the files that a run writes, in their order.
        foreach (var write in (Func<int, string>[])
            [
                size => $".incoming/tile/entries/000.p/{size}.new", size => $".incoming/tile/0/000.p/{size}.new",
                size => $"tile/entries/000.p/{size}", size => $"tile/0/000.p/{size}", _ => "checkpoint.new",
            ])
        {
            var before = await File.ReadAllBytesAsync(Path.Combine(folder, "checkpoint"));
            await exchange.SendAsync(Small.People(3));
            var obstacle = Path.Combine(folder, write(await SizeAsync(exchange)));
            Directory.CreateDirectory(Path.Combine(obstacle, "x"));
            Assert.NotEqual(0, (await exchange.Auditor.RunAsync(run)).ExitCode);
            Directory.Delete(obstacle, recursive: true);
            Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(folder, "checkpoint")));
            // What is under its checkpoint is whole; what it has of the newer one is beyond that.
            var between = await stranger.RunAsync("audit", "verify", folder);
            Assert.All(
                between.Text.Split('\n').Where(line => line.Contains(": WRONG: ", StringComparison.Ordinal)),
                line => Assert.Contains("a newer checkpoint was taken away", line, StringComparison.Ordinal));
            Assert.Matches(": mirrored: [0-9]+ entries, 1 of them new", await exchange.Auditor.DoAsync(run));
            Assert.Matches(": intact: ", await stranger.DoAsync("audit", "verify", folder));
        }

        // All is there, but for the last write: it was done and reported as failed.
        var older = await File.ReadAllBytesAsync(Path.Combine(folder, "checkpoint"));
        await exchange.SendAsync(Small.People(3));
        await exchange.Auditor.DoAsync(run);
        await File.WriteAllBytesAsync(Path.Combine(folder, "checkpoint"), older);
        Assert.Matches(": mirrored: [0-9]+ entries, 1 of them new", await exchange.Auditor.DoAsync(run));
    }

    private static async Task<int> SizeAsync(Exchange exchange)
    {
        var checkpoint = await exchange.Http(exchange.Auditor).GetStringAsync($"audit/{exchange.Agreement}/checkpoint");
        return int.Parse(checkpoint.Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Dictionary<string, byte[]> Copied(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllBytes);
}
