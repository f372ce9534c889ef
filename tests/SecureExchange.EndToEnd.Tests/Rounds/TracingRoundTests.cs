using System.Text;
using System.Text.RegularExpressions;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Rounds;

/// <summary>A vendor's copy gets out: traced to its dispatch through a server, and to its recipient at the command line alone.</summary>
public sealed class TracingRoundTests(Gateways gateways, PartyKeys keys)
{
    private const string Profile = """
        profile: people
        version: 1
        format: csv
        row-key: id
        trace: { canary-every: 10, watermark: [name] }
        fields:
          id: { transform: keep }
          name: { transform: tokenise }
        """;

    private static string People { get; } = "id,name\n" + string.Concat(Enumerable.Range(1000, 80).Select(n => $"{n},Person {n}\n"));

    [Fact(Timeout = 120_000)]
    public async Task A_leak_is_traced_to_one_of_two_dispatches_of_the_same_people_and_returns_lose_their_canaries()
    {
        using var exchange = await Exchange.CreateAsync(await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Profile });
        string[] sent = [await exchange.SendAsync(Encoding.UTF8.GetBytes(People)), await exchange.SendAsync(Encoding.UTF8.GetBytes(People))];
        var masked = (await exchange.FetchWithGpgAsync(exchange.Vendor, sent[1])).Text.Trim();
        var rows = masked.Split('\n')[1..];
        Assert.True(rows.Length > 80);
        var listed = await exchange.ListAsync(exchange.Vendor);
        Assert.Contains(listed, transfer => transfer.GetProperty("records").GetInt64() == rows.Length);

        var back = await exchange.Vendor.DoAsync("return", exchange.Write("worked.csv", masked + "\n"), "--to", sent[1]);
        Assert.Equal(People.Trim(), (await exchange.FetchWithGpgAsync(exchange.Client, back)).Text.Trim());

        var leak = exchange.Write("leaked.csv", "name\n" + string.Concat(rows.Where((_, i) => i % 2 == 0).Reverse().Select(row => row.Split(',')[1] + "\n")));
        Assert.EndsWith($"traced: {sent[1]}", await exchange.Client.DoAsync("trace", leak, "-a", exchange.Agreement), StringComparison.Ordinal);
        var innocent = await exchange.Client.RunAsync("trace", exchange.Write("innocent.csv", People), "-a", exchange.Agreement);
        Assert.EndsWith("not traced", innocent.Text.Trim(), StringComparison.Ordinal);
        Assert.NotEqual(0, innocent.ExitCode);
        Assert.Contains("role", (await exchange.Vendor.RunAsync("trace", leak, "-a", exchange.Agreement)).Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await exchange.EventsAsync()).Count(e => e.GetProperty("kind").GetString() == "leak.traced"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("csv")]
    [InlineData("ndjson")]
    [InlineData("json\nrecords: '[*]'")]
    public async Task A_copy_that_was_made_offline_is_traced_and_turned_back_with_its_record(string format)
    {
        using var folder = new TempFolder();
        var people = format == "csv" ? People : Regex.Replace(People, @"(?m)^(\d+),(.*)$", "{\"id\":$1,\"name\":\"$2\"}").Replace("id,name\n", "", StringComparison.Ordinal);
        if (format.StartsWith("json", StringComparison.Ordinal)) people = $"[\n{people.TrimEnd().ReplaceLineEndings(",\n")}\n]\n";
        await File.WriteAllTextAsync(folder.File("p.yaml"), Profile.Replace("csv", format, StringComparison.Ordinal));
        async Task<PeerResult> SxAsync(string input, params string[] arguments) =>
            await Peer.RunAsync("dotnet", [BuiltProgram.Cli, .. arguments], Encoding.UTF8.GetBytes(input), folder: folder.Path, seconds: 30);
        (await SxAsync("", "key", "masking", "--name", "n", "-o", "k")).Succeeded();
        string[] with = ["--profile", "p.yaml", "--key-file", "k"];
        Assert.Contains("--trace-record", (await SxAsync(people, ["mask", .. with])).Errors, StringComparison.Ordinal);
        (await SxAsync(people, ["mask", .. with, "--trace-record", "acme", "--recipient", "Acme"])).Succeeded();
        var masked = (await SxAsync(people, ["mask", .. with, "--trace-record", "brown", "--recipient", "Brown & Co"])).Succeeded().Text;
        Assert.Equal(people, (await SxAsync(masked, ["unmask", .. with, "--trace-record", "brown"])).Succeeded().Text);
        Assert.Contains("--trace-record", (await SxAsync(masked, ["unmask", .. with])).Errors, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.File("leak.csv"), Regex.Replace(Regex.Replace(masked, @"(?m)^.*\d.*[AEIOUaeiou048](""})?,?$\n?", ""), ",\n]", "\n]"));
        var traced = (await SxAsync("", ["trace", "leak.csv", .. with, "--record", "acme", "--record", "brown"])).Succeeded().Text;
        Assert.EndsWith("traced: Brown & Co", traced.Trim(), StringComparison.Ordinal);
    }
}
