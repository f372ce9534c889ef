using System.Text;
using System.Text.Json.Nodes;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Samples;

namespace SecureExchange.EndToEnd.Tests.Rounds;

/// <summary>The same with nested JSON, one object on each line.</summary>
public sealed class InvoiceRoundTests(Gateways gateways, PartyKeys keys)
{
    private const int Records = 200;

    [Theory(Timeout = 120_000)]
    [InlineData(Store.Folder)]
    [InlineData(Store.Azurite)]
    public async Task Invoices_go_out_masked_and_come_back_with_their_real_values(Store store)
    {
        var gateway = await gateways.SharedAsync(store);
        using var exchange = await Exchange.CreateAsync(
            gateway, keys, new ExchangeTerms { Profile = ExchangeTerms.ReadProfile("invoices") });
        var planted = new List<Planted>();
        var invoices = Sample.Find("invoices")!.ToArray(Records, seed: 5, planted.Add);
        var secrets = new SecretSearch(planted.Select(p => p.Value));
        Assert.NotNull(secrets.Find(invoices));

        var id = await exchange.SendAsync(invoices, "invoices.ndjson");
        var masked = (await exchange.FetchWithGpgAsync(exchange.Vendor, id)).Output;
        Assert.Null(secrets.Find(masked));
        var work = Parse(masked);
        foreach (var invoice in work) invoice["entered"] = true;
        work.Reverse();
        var back = await exchange.Vendor.DoAsync("return", exchange.Write("entered.ndjson", Format(work)), "--to", id);
        var result = await exchange.FetchWithGpgAsync(exchange.Client, back);

        var (was, now) = (ByNumber(Parse(invoices)), ByNumber(Parse(result.Output)));
        Assert.Equal(was.Keys.Order(), now.Keys.Order());
        foreach (var (number, sent) in was)
        {
            var restored = now[number];
            Assert.True((bool)restored["entered"]!);
            foreach (var path in (string[])["supplier/vat_id", "supplier/iban", "customer/id", "customer/name", "total"])
                Assert.Equal(At(sent, path)!.ToJsonString(), At(restored, path)!.ToJsonString());
            // Offshore nobody is told even by a token whom to write to, so nothing of it can come back.
            if (At(sent, "supplier/contact/name") is not null) Assert.Equal("[redacted]", (string?)At(restored, "supplier/contact/name"));
            Assert.Equal(
                sent["lines"]!.AsArray().Select(line => (string?)line!["iban"]), restored["lines"]!.AsArray().Select(line => (string?)line!["iban"]));
        }

        foreach (var (name, content) in await gateway.AllBytesAsync())
            Assert.True(secrets.Find(content) is null, $"{name} holds a planted value");
    }

    private static List<JsonObject> Parse(byte[] lines) => [.. Encoding.UTF8.GetString(lines)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    private static byte[] Format(IEnumerable<JsonObject> objects) =>
        Encoding.UTF8.GetBytes(string.Concat(objects.Select(o => o.ToJsonString() + "\n")));

    private static Dictionary<string, JsonObject> ByNumber(IEnumerable<JsonObject> invoices) =>
        invoices.ToDictionary(invoice => (string)invoice["invoice_no"]!);

    private static JsonNode? At(JsonObject root, string path) =>
        path.Split('/').Aggregate((JsonNode?)root, (node, name) => node?[name]);
}
