using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using SecureExchange.EndToEnd.Tests.Fixtures;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>Parts of a file (RFC 9110 §14), so that a broken download goes on where it broke.</summary>
public sealed class RangeTests(Gateways gateways, PartyKeys keys)
{
    [Theory(Timeout = 120_000)]
    [InlineData(Store.Folder)]
    [InlineData(Store.Azurite)]
    public async Task A_part_is_given_for_every_kind_of_range(Store store)
    {
        using var exchange = await Exchange.CreateAsync(await gateways.SharedAsync(store), keys, new ExchangeTerms { Profile = Small.Profile });
        // Larger than the pieces that the gateway reads and sends.
        var path = $"v1/transfers/{await exchange.SendAsync(Small.People(20_000))}/content";
        var http = exchange.Http(exchange.Vendor);
        using var answer = await http.GetAsync(path);
        var whole = await answer.Content.ReadAsByteArrayAsync();
        var digest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(whole))}:";
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(digest, answer.Headers.GetValues("Repr-Digest").Single());
        Assert.Equal(["bytes"], answer.Headers.AcceptRanges);
        Assert.Equal(whole.Length, answer.Content.Headers.ContentLength);

        var last = whole.Length - 1;
        foreach (var (asked, from, to) in ((string, int, int)[])
            [
                ("0-0", 0, 0), ("0-99", 0, 99), ("100-70000", 100, 70_000), ("65535-65536", 65_535, 65_536), ($"{last}-{last}", last, last),
                ($"{last}-", last, last), ("1-", 1, last), ("-1", last, last), ("-70000", whole.Length - 70_000, last), ($"5-{last + 1000}", 5, last),
            ])
        {
            using var part = await http.GetAsync(path, "Range", $"bytes={asked}");
            Assert.True(part.StatusCode == HttpStatusCode.PartialContent, $"{asked}: {part.StatusCode}");
            Assert.Equal(new ContentRangeHeaderValue(from, to, whole.Length), part.Content.Headers.ContentRange);
            Assert.Equal(whole[from..(to + 1)], await part.Content.ReadAsByteArrayAsync());
            Assert.Equal(digest, part.Headers.GetValues("Repr-Digest").Single());
        }

        // The whole, and several ranges, which a server may answer with the whole, or a unit that it doesn't know.
        foreach (var asked in (string[])["bytes=0-", $"bytes=0-{last}", $"bytes=-{whole.Length + 5}", "bytes=0-1,5-6", "lines=1-2"])
        {
            using var all = await http.GetAsync(path, "Range", asked);
            Assert.True(all.StatusCode is HttpStatusCode.OK, $"{asked}: {all.StatusCode}");
            Assert.Equal(whole, await all.Content.ReadAsByteArrayAsync());
        }

        foreach (var asked in (string[])[$"{whole.Length}-", $"{whole.Length}-{whole.Length + 5}", "-0"])
        {
            using var outside = await http.GetAsync(path, "Range", $"bytes={asked}");
            Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, outside.StatusCode);
            Assert.Equal(new ContentRangeHeaderValue(whole.Length), outside.Content.Headers.ContentRange);
            Assert.Equal("request.range", await Problem.CodeAsync(outside));
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true, HttpStatusCode.PartialContent)]
    [InlineData(false, HttpStatusCode.OK)]
    public async Task A_range_of_something_else_is_answered_with_the_whole(bool same, HttpStatusCode expected)
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        var path = $"v1/transfers/{await exchange.SendAsync(Small.People(5))}/content";
        var http = exchange.Http(exchange.Vendor);
        using var whole = await http.GetAsync(path);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Range = new RangeHeaderValue(10, 20);
        request.Headers.IfRange = new RangeConditionHeaderValue(same ? whole.Headers.ETag! : new EntityTagHeaderValue("\"sha256:00\""));
        using var answer = await http.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode); // RFC 9110 §13.1.5.
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_range_that_leaves_is_logged_with_its_bounds()
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        var path = $"v1/transfers/{await exchange.SendAsync(Small.People(5))}/content";
        using var answer = await exchange.Http(exchange.Vendor).GetAsync(path, "Range", "bytes=10-29");
        var logged = (await exchange.EventsAsync())[^1];
        Assert.Equal(
            ("content.fetched", 10, 20),
            (logged.GetProperty("kind").GetString(), logged.GetProperty("offset").GetInt32(), logged.GetProperty("length").GetInt32()));
    }
}
