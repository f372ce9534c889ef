using System.Net;
using System.Text.Json;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>The auditor's questions, over HTTP and at the command line.</summary>
public sealed class AuditSearchTests(Gateways gateways, PartyKeys keys)
{
    /// <summary>A field that a spreadsheet would execute.</summary>
    private const string Profile = """
        profile: formulas
        version: 1
        format: csv
        row-key: id
        fields:
          id: { transform: keep }
          "=1+1": { transform: fpe, alphabet: digits }
        """;

    [Fact(Timeout = 120_000)]
    public async Task Who_has_seen_a_field_of_a_record_is_asked_by_the_record_s_key_and_by_the_client_alone()
    {
        using var exchange = await Exchange.CreateAsync(await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Profile });
        var first = await exchange.SendAsync("id,=1+1\nK-1,123456789\nK-2,987654321\n"u8.ToArray());
        var second = await exchange.SendAsync("id,=1+1\nK-2,987654321\n"u8.ToArray());
        var other = await exchange.SendAsync("id,=1+1\nK-1,123456789\n"u8.ToArray());
        foreach (var sent in (string[])[second, other]) await exchange.FetchWithGpgAsync(exchange.Vendor, sent);
        string[] question = ["audit", "seen", "-a", exchange.Agreement, "--field", "id", "--record-file", exchange.Write("key.txt", "K-2\n")];

        var seen = (await exchange.Client.RunAsync(question)).Succeeded();
        Assert.Contains($"{first} (dispatch, row 2):\nsx: 0 events", seen.Errors, StringComparison.Ordinal);
        Assert.Contains($"{second} (dispatch, row 1):\nsx: 1 event", seen.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(other, seen.Errors, StringComparison.Ordinal);
        Assert.Contains($"{exchange.VendorParty}/vendor-1", Assert.Single(seen.Text.Split('\n'), line => line.Contains("content.fetched", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("(access.role)", (await exchange.Vendor.RunAsync(question)).Errors, StringComparison.Ordinal);
        Assert.Contains("(access.role)", (await exchange.Auditor.RunAsync(question)).Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(await exchange.AllEventsAsync(), e => e.GetRawText().Contains("K-2", StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task An_auditor_finds_exports_and_counts_what_was_done()
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Profile });
        var sent = await exchange.SendAsync("id,=1+1\n1,123456789\n"u8.ToArray());
        await exchange.FetchWithGpgAsync(exchange.Vendor, sent);
        using var refused = await exchange.Http(exchange.Client).PostAsync(
            $"v1/agreements/{exchange.Agreement}/transfers", "id,=1+1\n1,letters\n"u8.ToArray());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);

        var found = await exchange.Auditor.RunAsync("audit", "search", "-a", exchange.Agreement, "--caller", $"{exchange.VendorParty}/vendor-1", "--transfer", sent);
        Assert.Contains("content.fetched", Assert.Single(found.Succeeded().Text.TrimEnd().Split('\n').Skip(1)), StringComparison.Ordinal);
        Assert.Contains("1 event", found.Errors, StringComparison.Ordinal);
        var seen = await exchange.Auditor.DoAsync("audit", "seen", "--agreement", exchange.Agreement, "--field", "id", "--transfer", sent, "--json");
        Assert.Equal($"{exchange.VendorParty}/vendor-1", JsonDocument.Parse(seen).RootElement.GetProperty("entry").GetProperty("caller").GetString());
        Assert.Equal("", await exchange.Auditor.DoAsync("audit", "seen", "--agreement", exchange.Agreement, "--field", "=1+1"));
        var counted = await exchange.Auditor.DoAsync("audit", "search", "--agreement", exchange.Agreement, "--outcome", "refused", "--count");
        Assert.Matches(@"dispatch\.refused +1 ", counted);

        // Miller reads the table as a spreadsheet would, and finds no formula in it.
        var table = exchange.PathOf("events.csv");
        await exchange.Auditor.DoAsync("audit", "search", "--agreement", exchange.Agreement, "--kind", "dispatch.refused", "--csv", "-o", table);
        var rows = (await Peer.RunAsync("mlr", ["--icsv", "--ojson", "cat", table])).Succeeded().Text;
        var row = Assert.Single(JsonDocument.Parse(rows).RootElement.EnumerateArray());
        Assert.Equal(("'=1+1", "refused"), (row.GetProperty("field").GetString(), row.GetProperty("outcome").GetString()));
        Assert.Equal("dispatch.refused", JsonDocument.Parse(row.GetProperty("entry").GetString()!).RootElement.GetProperty("kind").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_question_that_is_not_understood_is_not_answered()
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        var http = exchange.Http(exchange.Auditor);
        foreach (var query in (string[])
            [
                "knid=content.fetched", "kind=content", "caller=vendor", "transfer=x", "record=123-45-6789", "from=yesterday",
                "outcome=good", "limit=0", "limit=many", "format=xlsx", "after=1", "kind=", "kind=access.denied&kind=content.fetched", "cursor=x",
            ])
        {
            using var answer = await http.GetAsync($"v1/audit/events?{query}");
            Assert.Equal((HttpStatusCode.BadRequest, "request.malformed"), (answer.StatusCode, await Problem.CodeAsync(answer)));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_page_says_where_the_next_one_begins()
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        for (var i = 0; i < 3; i++) await exchange.SendAsync(Small.People(4));
        var http = exchange.Http(exchange.Auditor);
        var read = new List<string>();
        for (var cursor = ""; ;)
        {
            using var page = await http.GetAsync($"v1/audit/events?kind=dispatch.accepted&limit=2{cursor}");
            read.AddRange((await page.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            if (!page.Headers.TryGetValues("Next-Cursor", out var next)) break;
            cursor = $"&cursor={Uri.EscapeDataString(next.Single())}";
        }

        Assert.Equal(3, read.Distinct().Count());
        Assert.Equal(3, read.Count);
    }
}
