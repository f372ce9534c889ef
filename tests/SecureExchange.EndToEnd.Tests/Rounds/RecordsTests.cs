using System.Text;
using System.Text.Json;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Samples;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Rounds;

/// <summary>Records one by one instead of files.</summary>
public sealed class RecordsTests(Gateways gateways, PartyKeys keys)
{
    private const int Count = 40;

    private readonly List<Planted> _planted = [];

    [Theory(Timeout = 120_000)]
    [InlineData(Store.Folder)]
    [InlineData(Store.Azurite)]
    public async Task Each_record_is_answered_and_the_vendor_reads_them_sealed(Store store)
    {
        using var exchange = await CreateAsync(store, "custody: none");
        var sent = await exchange.Client.RunAsync("records", "send", Invoices(exchange), "--agreement", exchange.Agreement);
        Assert.Equal(0, sent.ExitCode);
        var answers = Lines(sent);
        Assert.Equal(Count, answers.Count);
        Assert.Equal(Enumerable.Range(1, Count), answers.Select(a => a.GetProperty("line").GetInt32()));
        Assert.All(answers, a => Assert.Equal("taken", a.GetProperty("status").GetString()));

        var clear = await exchange.Vendor.RunAsync("records", "--agreement", exchange.Agreement, "--clear");
        Assert.Equal(1, clear.ExitCode);
        Assert.Contains("(access.no-custody)", clear.Errors, StringComparison.Ordinal);
        Assert.Empty(clear.Output);

        var read = (await exchange.Vendor.RunAsync("records", "--agreement", exchange.Agreement, "--secret-key", "vendor.sec.asc")).Succeeded();
        Assert.Equal(Count, Lines(read).Count);
        Assert.Null(Secrets.Find(read.Output));
        var batches = Lines((await exchange.Vendor.RunAsync("records", "--agreement", exchange.Agreement)).Succeeded());
        var opened = new List<byte>(); // As many messages as pieces that the network made of the request.
        foreach (var batch in batches)
            opened.AddRange((await exchange.Gpg.DecryptAsync(batch.GetProperty("message").GetBytesFromBase64())).Succeeded().Output);
        Assert.Equal(read.Output, opened);
        var last = batches[^1].GetProperty("sequence").GetInt64();
        Assert.Empty((await exchange.Vendor.RunAsync("records", "--agreement", exchange.Agreement, "--after", $"{last}")).Succeeded().Output);
        foreach (var (name, content) in await exchange.Gateway.AllBytesAsync())
            Assert.True(Secrets.Find(content) is null, $"{name} holds a planted value");
    }

    [Theory(Timeout = 120_000)]
    [InlineData(Store.Folder)]
    [InlineData(Store.Azurite)]
    public async Task With_custody_the_vendor_reads_masked_records_in_clear_and_nothing_else(Store store)
    {
        using var exchange = await CreateAsync(store, "custody: masked-records");
        await exchange.Client.DoAsync("records", "send", Invoices(exchange), "--agreement", exchange.Agreement);
        var clear = (await exchange.Vendor.RunAsync("records", "--agreement", exchange.Agreement, "--clear")).Succeeded();
        var opened = (await exchange.Vendor.RunAsync("records", "--agreement", exchange.Agreement, "--secret-key", "vendor.sec.asc")).Succeeded();
        Assert.Equal(Count, Lines(clear).Count);
        Assert.Equal(opened.Output, clear.Output);
        Assert.Null(Secrets.Find(clear.Output));
        Assert.Contains(await exchange.EventsAsync(), e => e.GetProperty("kind").GetString() == "records.fetched" && e.GetProperty("in_clear").GetBoolean());
        foreach (var (name, content) in await exchange.Gateway.AllBytesAsync())
            Assert.True(Secrets.Find(content) is null, $"{name} holds a planted value");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refused_record_is_named_and_does_not_hold_up_the_others()
    {
        using var exchange = await CreateAsync(Store.Folder, "");
        var good = File.ReadAllLines(Invoices(exchange));
        string[] lines = [good[0], "{not json", good[1], """{"invoice_no":"INV-1","shoe_size":44044044044044}""", "[1]", good[2]];
        var sent = await exchange.Client.RunAsync(
            "records", "send", exchange.Write("some.ndjson", string.Join('\n', lines) + "\n"), "--agreement", exchange.Agreement);
        Assert.Equal(1, sent.ExitCode);
        Assert.Equal("sx: 3 records were refused; the others were taken\n", sent.Errors);
        Assert.Equal(
            ["taken", "record.not-json", "taken", "record.unlisted-field", "record.not-an-object", "taken"],
            Lines(sent).Select(a => a.TryGetProperty("code", out var code) ? code.GetString() : a.GetProperty("status").GetString()));
        Assert.DoesNotContain("440440", sent.Text, StringComparison.Ordinal);
        var read = (await exchange.Vendor.RunAsync("records", "--agreement", exchange.Agreement, "--secret-key", "vendor.sec.asc")).Succeeded();
        Assert.Equal(3, Lines(read).Count);
        var refused = Assert.Single(await exchange.EventsAsync(), e => e.GetProperty("kind").GetString() == "records.refused");
        Assert.Equal(3, refused.GetProperty("count").GetInt32());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_batch_of_records_is_returned_like_a_file()
    {
        using var exchange = await CreateAsync(Store.Folder, "");
        await exchange.Client.DoAsync("records", "send", Invoices(exchange), "--agreement", exchange.Agreement);
        var id = (await exchange.ListAsync(exchange.Vendor))[0].GetProperty("id").GetString()!;
        var masked = await exchange.FetchWithGpgAsync(exchange.Vendor, id);
        var back = await exchange.Vendor.DoAsync("return", exchange.Write("back.ndjson", masked.Output), "--to", id);
        var result = await exchange.FetchWithGpgAsync(exchange.Client, back);
        using var first = JsonDocument.Parse(result.Text.Split('\n')[0]);
        Assert.Equal(
            _planted.First(p => p is { Row: 1, Field: "customer.name" }).Value,
            first.RootElement.GetProperty("customer").GetProperty("name").GetString());
    }

    private SecretSearch Secrets => new(_planted.Select(p => p.Value));

    private async Task<Exchange> CreateAsync(Store store, string more) => await Exchange.CreateAsync(
        await gateways.SharedAsync(store), keys, new ExchangeTerms { Profile = ExchangeTerms.ReadProfile("invoices"), More = more });

    private string Invoices(Exchange exchange) =>
        exchange.Write("invoices.ndjson", Sample.Find("invoices")!.ToArray(Count, seed: 6, _planted.Add));

    private static List<JsonElement> Lines(PeerResult result) => [.. Encoding.UTF8.GetString(result.Output)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}
