using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Logs;

/// <summary>Somebody who can write to the store changes the log. The auditor has its folder, and sx.</summary>
public sealed class DamagedLogTests(Gateways gateways, PartyKeys keys)
{
    [Fact(Timeout = 120_000)]
    public async Task Whatever_is_changed_in_a_log_is_found_and_named()
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        var log = Path.Combine(exchange.Gateway.BlobFolder, "logs", exchange.Agreement);
        await exchange.SendAsync(Small.People(3));
        var early = Copy(exchange, log, "early");
        await exchange.SendAsync(Small.People(3));
        Assert.Contains(": intact: 11 entries", await exchange.Auditor.DoAsync("audit", "verify", log), StringComparison.Ordinal);

        await FoundAsync(exchange, log, "checkpoint", "isn't signed|false|malformed|signature", bytes => Flip(bytes, 10));
        await FoundAsync(exchange, log, "tile/0/000.p/11", "tile/0/000.p/11", bytes => Flip(bytes, 40));
        await FoundAsync(exchange, log, "tile/entries/000.p/11", "entry [0-9]+|tile/entries/000.p/11", bytes => Flip(bytes, bytes.Length / 2));
        await FoundAsync(exchange, log, "tile/entries/000.p/11", "tile/entries/000.p/11", _ => null);
        await FoundAsync(exchange, log, "tile/0/000.p/11", "tile/0/000.p/11", _ => null);

        // An older state put back: to sx that has verified the newer one, and to whoever sees the log for the first time.
        await FoundAsync(exchange, log, "checkpoint", "older|taken away|beyond|put back", _ => File.ReadAllBytes(Path.Combine(early, "checkpoint")));
        var older = Copy(exchange, log, "older");
        foreach (var name in (string[])["checkpoint", "head"])
        {
            if (File.Exists(Path.Combine(early, name))) File.Copy(Path.Combine(early, name), Path.Combine(older, name), overwrite: true);
        }

        foreach (var who in (Sx[])[exchange.Auditor, new Sx(exchange.Gateway.Process, exchange.Folder, "newcomer")])
        {
            var found = await who.RunAsync("audit", "verify", older);
            Assert.True(found.ExitCode == 3, $"older checkpoint and head: {found.ExitCode} {found.Text}");
            Assert.Contains("NOT INTACT", found.Text, StringComparison.Ordinal);
        }

        // All of it put back: nothing in the folder contradicts itself, and the auditor's memory does.
        var rolledBack = await exchange.Auditor.RunAsync("audit", "verify", early);
        Assert.Equal(3, rolledBack.ExitCode);
        Assert.Contains("NOT INTACT", rolledBack.Text, StringComparison.Ordinal);

        var intact = await exchange.Auditor.DoAsync("audit", "verify", log);
        Assert.Contains(": intact: 11 entries, all recomputed up to the signed checkpoint, contains the 11 entries verified before", intact, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_log_rolled_back_contradicts_the_gateways_own_log_for_whoever_comes_for_the_first_time()
    {
        await using var gateway = await gateways.StartAsync(Store.Folder);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        var log = Path.Combine(gateway.BlobFolder, "logs", exchange.Agreement);
        await exchange.SendAsync(Small.People(3));
        var early = Copy(exchange, log, "early");
        await exchange.SendAsync(Small.People(3));
        await gateway.Process.StopAsync(); // Anchors what has moved.
        await gateway.Process.RestartAsync();
        var first = await new Sx(gateway.Process, exchange.Folder, "first").SignInAsync(exchange.AuditorParty, "auditor");
        var told = await first.DoAsync("audit", "verify", gateway.Process.Url.OriginalString);
        Assert.Matches($"{exchange.Agreement}: intact: 11 entries, .*is what the gateway's log says of it [1-9]", told);

        Directory.Delete(log, recursive: true);
        Directory.Move(early, log);
        var second = await new Sx(gateway.Process, exchange.Folder, "second").SignInAsync(exchange.AuditorParty, "auditor");
        var found = await second.RunAsync("audit", "verify", gateway.Process.Url.OriginalString);
        Assert.Equal(3, found.ExitCode);
        Assert.Matches($"{exchange.Agreement}: WRONG: the log has 10 entries, and entry [0-9]+ of the gateway's log says that it had 11: it was rolled back", found.Text);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_log_under_another_key_than_before_is_not_taken()
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        var log = Path.Combine(exchange.Gateway.BlobFolder, "logs", exchange.Agreement);
        await exchange.Auditor.DoAsync("audit", "verify", log);
        var forged = Copy(exchange, log, "forged");
        var key = await File.ReadAllTextAsync(Path.Combine(forged, "vkey"));
        var name = key.Split('+')[0];
        var gatewayKey = await File.ReadAllTextAsync(Path.Combine(exchange.Gateway.BlobFolder, "logs", "gateway", "vkey"));
        await File.WriteAllTextAsync(Path.Combine(forged, "vkey"), name + gatewayKey[gatewayKey.IndexOf('+', StringComparison.Ordinal)..]);
        var found = await exchange.Auditor.RunAsync("audit", "verify", forged);
        Assert.NotEqual(0, found.ExitCode);
    }

    /// <summary>Changes one object of a copy of the log, and has it verified.</summary>
    private static async Task FoundAsync(Exchange exchange, string log, string name, string named, Func<byte[], byte[]?> change)
    {
        var copy = Copy(exchange, log, $"copy-{Guid.NewGuid():n}");
        var path = Path.Combine(copy, name);
        var changed = change(await File.ReadAllBytesAsync(path));
        if (changed is null) File.Delete(path);
        else await File.WriteAllBytesAsync(path, changed);
        var found = await exchange.Auditor.RunAsync("audit", "verify", copy);
        Assert.True(found.ExitCode == 3, $"{name}: exit {found.ExitCode}: {found.Text}{found.Errors}");
        Assert.Contains("WRONG: ", found.Text, StringComparison.Ordinal);
        Assert.Matches(named, found.Text);
    }

    private static byte[] Flip(byte[] bytes, int at)
    {
        bytes[at] ^= 1;
        return bytes;
    }

    private static string Copy(Exchange exchange, string folder, string name)
    {
        var copy = exchange.PathOf(name);
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(copy, Path.GetRelativePath(folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(path, to);
        }

        return copy;
    }
}
