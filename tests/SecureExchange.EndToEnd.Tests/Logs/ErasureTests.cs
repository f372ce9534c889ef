using System.Text.Json;
using SecureExchange.EndToEnd.Tests.Fixtures;

namespace SecureExchange.EndToEnd.Tests.Logs;

/// <summary>A client destroys a person's files, at the command line, over each store.</summary>
public sealed class ErasureTests(Gateways gateways, PartyKeys keys)
{
    private const string Profile = """
        profile: people
        version: 1
        format: csv
        row-key: id
        fields:
          id: { transform: keep }
          name: { transform: tokenise }
        """;

    [Theory(Timeout = 120_000)]
    [InlineData(Store.Folder)]
    [InlineData(Store.Azurite)]
    public async Task A_person_is_found_shown_and_erased_and_everything_logged_before_still_proves(Store store)
    {
        using var exchange = await Exchange.CreateAsync(await gateways.SharedAsync(store), keys, new ExchangeTerms { Profile = Profile });
        var gone = await exchange.SendAsync("id,name\n1,Ada Lovelace\n2,Grace Hopper\n"u8.ToArray());
        var stays = await exchange.SendAsync("id,name\n3,Mary Somerville\n"u8.ToArray());
        var receipt = exchange.PathOf("before.proof");
        await exchange.Auditor.DoAsync("audit", "proof", (await exchange.ListAsync(exchange.Client))[0].GetProperty("event").GetString()!, "-o", receipt);
        string[] ada = ["erase", "-a", exchange.Agreement, "--field", "name", "--subject-file", exchange.Write("name.txt", "Ada Lovelace\n")];

        Assert.StartsWith(gone, await exchange.Client.DoAsync([.. ada, "--dry-run"]), StringComparison.Ordinal);
        Assert.Equal(2, (await exchange.ListAsync(exchange.Client)).Count);
        Assert.Equal(1, (await exchange.Vendor.RunAsync(ada)).ExitCode);
        await exchange.Client.DoAsync("hold", "set", "-a", exchange.Agreement, "--reason", "regulator");
        Assert.Contains("access.on-hold", (await exchange.Client.RunAsync(ada)).Errors, StringComparison.Ordinal);
        await exchange.Client.DoAsync("hold", "lift", "-a", exchange.Agreement, "--reason", "regulator");
        Assert.Contains("erased: 1 transfers with 2 records", (await exchange.Client.RunAsync(ada)).Succeeded().Errors, StringComparison.Ordinal);

        Assert.Equal(stays, Assert.Single(await exchange.ListAsync(exchange.Client)).GetProperty("id").GetString());
        Assert.Contains("not-found", (await exchange.Vendor.RunAsync("fetch", gone)).Errors, StringComparison.Ordinal);
        Assert.Contains("intact", await exchange.Auditor.DoAsync("audit", "verify", exchange.Gateway.Process.Url.OriginalString), StringComparison.Ordinal);
        using var http = exchange.Http(exchange.Auditor);
        var vkey = (await http.GetStringAsync($"audit/{exchange.Agreement}/vkey")).Trim();
        Assert.Contains("proven", await exchange.Auditor.DoAsync("audit", "verify", receipt, "--key", vkey), StringComparison.Ordinal);
        var done = Assert.Single(await exchange.EventsAsync(), e => e.GetProperty("kind").GetString() == "erasure.done");
        Assert.Equal((1, 5, 1), (Number(done, "erased_transfers"), Number(done, "erased_parts"), Number(done, "erased_keys")));
        Assert.DoesNotContain(await exchange.EventsAsync(), e => e.GetRawText().Contains("Lovelace", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_not_clear_is_not_destroyed()
    {
        using var exchange = await Exchange.CreateAsync(await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Profile });
        await exchange.SendAsync("id,name\n1,Ada Lovelace\n"u8.ToArray());
        var http = exchange.Http(exchange.Client);
        foreach (var body in (string[])
            ["{}", "x", """{"all":true,"transfers":[]}""", """{"field":"name"}""", """{"transfers":["no"]}""", """{"all":true,"everything":true}""", """{"all":false,"all":true}"""])
        {
            using var answer = await http.PostAsync($"v1/agreements/{exchange.Agreement}/erasures", new StringContent(body));
            Assert.Equal("request.malformed", await Problem.CodeAsync(answer));
        }

        Assert.Single(await exchange.ListAsync(exchange.Client));
    }

    private static int Number(JsonElement entry, string name) => entry.GetProperty(name).GetInt32();
}
