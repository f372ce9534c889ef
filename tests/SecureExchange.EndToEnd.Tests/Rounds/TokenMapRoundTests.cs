using System.Text;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Rounds;

/// <summary>Pseudonyms and vault tokens, which only a token map turns back: through a server, and at the command line alone.</summary>
public sealed class TokenMapRoundTests(Gateways gateways, PartyKeys keys)
{
    private const string Profile = """
        profile: people
        version: 1
        format: csv
        row-key: account
        fields:
          name: { transform: pseudonym, kind: person, locale: us, reversible: true }
          account: { transform: vault-token }
        """;

    private const string People = "name,account\nAda Lovelace,AC-1\nGrace Hopper,AC-2\n";

    [Theory(Timeout = 120_000)]
    [InlineData(Store.Folder)]
    [InlineData(Store.Azurite)]
    public async Task People_go_out_under_other_names_and_come_back_until_they_are_erased(Store store)
    {
        var gateway = await gateways.SharedAsync(store);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Profile });
        var (sent, next) = (await exchange.SendAsync(Encoding.UTF8.GetBytes(People)), await exchange.SendAsync("name,account\nGrace Hopper,AC-2\n"u8.ToArray()));
        var masked = (await exchange.FetchWithGpgAsync(exchange.Vendor, sent)).Text;
        Assert.DoesNotContain("Lovelace", masked, StringComparison.Ordinal);
        Assert.EndsWith(masked.Trim().Split('\n')[2], (await exchange.FetchWithGpgAsync(exchange.Vendor, next)).Text.Trim(), StringComparison.Ordinal);
        var back = await exchange.Vendor.DoAsync("return", exchange.Write("worked.csv", masked.Trim() + "\n"), "--to", sent);
        Assert.Equal(People.Trim(), (await exchange.FetchWithGpgAsync(exchange.Client, back)).Text.Trim());

        await exchange.Client.DoAsync("erase", "-a", exchange.Agreement, "--field", "account", "--subject-file", exchange.Write("whom.txt", "AC-1\n"));
        Assert.Contains("not-found", (await exchange.Vendor.RunAsync("return", exchange.PathOf("worked.csv"), "--to", sent)).Errors, StringComparison.Ordinal);
        var again = (await exchange.FetchWithGpgAsync(exchange.Vendor, await exchange.SendAsync(Encoding.UTF8.GetBytes(People)))).Text;
        Assert.NotEqual(masked.Trim().Split('\n')[1].Split(',')[1], again.Trim().Split('\n')[1].Split(',')[1]);
        Assert.Equal(masked.Trim().Split('\n')[2], again.Trim().Split('\n')[2]);
        var secrets = new SecretSearch(["Ada Lovelace", "Grace Hopper"]);
        foreach (var (name, content) in await gateway.AllBytesAsync()) Assert.True(secrets.Find(content) is null, $"{name} holds a name");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_value_that_is_forgotten_offline_turns_back_no_more()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("p.yaml"), Profile);
        await File.WriteAllTextAsync(folder.File("ada.txt"), "Ada Lovelace\n");
        async Task<PeerResult> SxAsync(string input, params string[] arguments) =>
            await Peer.RunAsync("dotnet", [BuiltProgram.Cli, .. arguments], Encoding.UTF8.GetBytes(input), folder: folder.Path, seconds: 30);
        (await SxAsync("", "key", "masking", "--name", "n", "-o", "k")).Succeeded();
        string[] with = ["--profile", "p.yaml", "--key-file", "k"];
        var masked = (await SxAsync(People, ["mask", .. with])).Succeeded().Text;
        Assert.Equal(People, (await SxAsync(masked, ["unmask", .. with])).Succeeded().Text);
        Assert.Contains("no such value", (await SxAsync("", ["map", "forget", .. with, "--field", "account", "--value-file", "ada.txt"])).Errors, StringComparison.Ordinal);
        (await SxAsync("", ["map", "forget", .. with, "--field", "name", "--value-file", "ada.txt"])).Succeeded();
        var refused = await SxAsync(masked, ["unmask", .. with]);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("row 1, field name", refused.Errors, StringComparison.Ordinal);
    }
}
