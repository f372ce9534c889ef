using System.Net;
using SecureExchange.EndToEnd.Tests.Fixtures;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>A request that is sent again because its answer got lost.</summary>
public sealed class IdempotencyTests(Gateways gateways, PartyKeys keys)
{
    [Theory(Timeout = 60_000)]
    [InlineData(Store.Folder)]
    [InlineData(Store.Azurite)]
    public async Task A_dispatch_and_a_return_sent_again_make_nothing_new(Store store)
    {
        using var exchange = await CreateAsync(store, Small.Profile);
        var (client, vendor) = (exchange.Http(exchange.Client), exchange.Http(exchange.Vendor));
        var transfers = $"v1/agreements/{exchange.Agreement}/transfers";
        using var first = await client.PostAsync(transfers, Small.People(4), "key-1");
        using var again = await client.PostAsync(transfers, Small.People(4), "key-1");
        using var other = await client.PostAsync(transfers, Small.People(4), "key-2");
        AssertRepeated(first, again, await TransferAsync(first), await TransferAsync(again));
        Assert.NotEqual(await TransferAsync(first), await TransferAsync(other));

        var id = await TransferAsync(first);
        var masked = (await exchange.FetchWithGpgAsync(exchange.Vendor, id)).Output;
        using var back = await vendor.PostAsync($"v1/transfers/{id}/returns", masked, "key-1"); // The vendor's own key of this name.
        using var backAgain = await vendor.PostAsync($"v1/transfers/{id}/returns", masked, "key-1");
        AssertRepeated(back, backAgain, await TransferAsync(back), await TransferAsync(backAgain));
        Assert.Equal(3, (await exchange.ListAsync(exchange.Client)).Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task Records_sent_again_make_nothing_new()
    {
        using var exchange = await CreateAsync(Store.Folder, Small.Profile.Replace("format: csv", "format: ndjson", StringComparison.Ordinal));
        var client = exchange.Http(exchange.Client);
        var records = "{\"no\":\"1\",\"name\":\"Maria\",\"phone\":\"+51 984 000 001\"}\n{\"no\":\n"u8.ToArray();
        using var first = await client.PostAsync($"v1/agreements/{exchange.Agreement}/records", records, "batch");
        using var again = await client.PostAsync($"v1/agreements/{exchange.Agreement}/records", records, "batch");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(Problem.Event(first), Problem.Event(again));
        Assert.Single(await exchange.ListAsync(exchange.Client));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refused_request_may_be_mended_under_the_same_key()
    {
        using var exchange = await CreateAsync(Store.Folder, Small.Profile);
        var client = exchange.Http(exchange.Client);
        var transfers = $"v1/agreements/{exchange.Agreement}/transfers";
        using var refused = await client.PostAsync(transfers, "no,name\n1,x\n"u8.ToArray(), "key");
        using var mended = await client.PostAsync(transfers, Small.People(4), "key");
        Assert.Equal(
            (HttpStatusCode.UnprocessableEntity, HttpStatusCode.Created), (refused.StatusCode, mended.StatusCode));
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_many_equal_requests_at_once_one_is_carried_out()
    {
        using var exchange = await CreateAsync(Store.Folder, Small.Profile);
        var client = exchange.Http(exchange.Client);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ =>
            client.PostAsync($"v1/agreements/{exchange.Agreement}/transfers", Small.People(500), "key")));
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Created);
        Assert.All(answers, a => Assert.Contains(a.StatusCode, (HttpStatusCode[])[HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Conflict]));
        Assert.Single(await exchange.ListAsync(exchange.Client));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a#1")]
    public async Task A_malformed_key_is_refused(string key)
    {
        using var exchange = await CreateAsync(Store.Folder, Small.Profile);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/agreements/{exchange.Agreement}/transfers") { Content = new ByteArrayContent(Small.People(4)) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var answer = await exchange.Http(exchange.Client).SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("request.malformed", await Problem.CodeAsync(answer));
    }

    private async Task<Exchange> CreateAsync(Store store, string profile) =>
        await Exchange.CreateAsync(await gateways.SharedAsync(store), keys, new ExchangeTerms { Profile = profile });

    private static void AssertRepeated(HttpResponseMessage first, HttpResponseMessage again, string firstId, string againId)
    {
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.StatusCode, again.StatusCode));
        Assert.Equal(Problem.Event(first), Problem.Event(again));
        Assert.Equal(firstId, againId);
    }

    private static async Task<string> TransferAsync(HttpResponseMessage answer)
    {
        using var json = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("transfer").GetString()!;
    }
}
