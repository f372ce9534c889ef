using System.Net;
using SecureExchange.EndToEnd.Tests.Fixtures;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>Requests that no client makes: byte for byte over a socket, against the real server.</summary>
public sealed class RawRequestTests(Gateways gateways, PartyKeys keys)
{
    private const string Host = "Host: 127.0.0.1\r\n";
    private const string Behind = "GET /health/live HTTP/1.1\r\n" + Host + "\r\n";

    public static TheoryData<string> Ambiguous =>
    [
        $"POST /v1/token HTTP/1.1\r\n{Host}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Behind}",
        $"POST /v1/token HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{Behind}",
        $"POST /v1/token HTTP/1.1\r\n{Host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{Behind}",
        $"POST /v1/token HTTP/1.1\r\n{Host}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{Behind}",
        $"POST /v1/token HTTP/1.1\r\n{Host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab{Behind}",
        $"POST /v1/token HTTP/1.1\r\n{Host}Content-Length: 2\r\nContent-Length: 2\r\n\r\nab{Behind}",
        $"POST /v1/token HTTP/1.1\r\n{Host}Content-Length: 2, 2\r\n\r\nab{Behind}",
        $"POST /v1/token HTTP/1.1\r\n{Host}Content-Length: -1\r\n\r\n{Behind}",
        $"GET /health/live HTTP/1.1\r\n{Host}X-Folded: 1\r\n 2\r\n\r\n{Behind}",
        $"GET /health/live HTTP/1.1\nHost: 127.0.0.1\n\n{Behind}",
        $"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\nX-A: 1\r\n\r\n{Behind}",
        $"GET /health/live HTTP/1.1\r\n{Host}X-A: 1\r2\r\n\r\n{Behind}",
        $"GET /health/live HTTP/1.1\r\n{Host}X-A: a\0b\r\n\r\n{Behind}",
        $"GET /health/live HTTP/1.1\r\n{Host}{Host}\r\n{Behind}",
        $"GET /health/live HTTP/1.1\r\n\r\n{Behind}",
        $"GET http://elsewhere/health/live HTTP/1.1\r\n{Host}\r\n{Behind}",
    ];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Ambiguous))]
    public async Task An_ambiguous_request_is_refused_and_nothing_behind_it_is_answered(string request)
    {
        var gateway = await gateways.SharedAsync(Store.Folder);
        var (answer, _) = await RawHttp.AskAsync(gateway, request);
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Equal(2, answer.Split("HTTP/1.1 ").Length); // One answer, and then the end.
    }

    [Theory(Timeout = 60_000)]
    [InlineData("header", 431)]
    [InlineData("headers", 431)]
    [InlineData("line", 414)]
    public async Task What_is_too_large_before_the_body_is_refused(string what, int status)
    {
        var gateway = await gateways.SharedAsync(Store.Folder);
        var (answer, _) = await RawHttp.AskAsync(gateway, what switch
        {
            "header" => $"GET /health/live HTTP/1.1\r\n{Host}X-A: {new string('a', 40_000)}\r\n\r\n{Behind}",
            "headers" => $"GET /health/live HTTP/1.1\r\n{Host}{string.Concat(Enumerable.Range(0, 150).Select(i => $"X-{i}: a\r\n"))}\r\n{Behind}",
            _ => $"GET /{new string('a', 20_000)} HTTP/1.1\r\n{Host}\r\n{Behind}",
        });
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(2, answer.Split("HTTP/1.1 ").Length);
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_says_nothing_is_cut_off()
    {
        var gateway = await gateways.SharedAsync(Store.Folder);
        var (answer, took) = await RawHttp.AskAsync(gateway, "GET /health/live HTTP/1.1\r\nHost: 127.0");
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.InRange(took.TotalSeconds, 10, 60);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_file_that_comes_too_slowly_is_refused_and_leaves_nothing()
    {
        var gateway = await gateways.SharedAsync(Store.Folder);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        var (answer, took) = await RawHttp.AskAsync(
            gateway,
            $"POST /v1/agreements/{exchange.Agreement}/transfers HTTP/1.1\r\n{Host}Authorization: Bearer {exchange.Client.Token}\r\nContent-Length: 100000\r\n\r\n{Small.Header}1,A");
        Assert.InRange(took.TotalSeconds, 4, 60);
        Assert.DoesNotContain("HTTP/1.1 2", answer, StringComparison.Ordinal);
        Assert.Empty(await exchange.ListAsync(exchange.Client));
        var refused = (await exchange.EventsAsync()).Single(e => e.GetProperty("kind").ValueEquals("dispatch.refused"));
        Assert.Equal("transfer.incomplete", refused.GetProperty("code").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task An_absurd_name_is_data()
    {
        var gateway = await gateways.SharedAsync(Store.Folder);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        var http = exchange.Http(exchange.Client);
        foreach (var (sent, shown) in ((string, string?)[])
            [
                ("..%2F..%2Fetc%2Fpasswd", "passwd"), ("..", null), ("a%E2%80%AEvsc.exe", "avsc.exe"), ("C%3A%5Cx%5Cy.csv", "y.csv"), ("a%07b%1B%5B31m.csv", "ab[31m.csv"),
                (new string('n', 3000), new string('n', 200)), ("%25s%25n%25x", "%s%n%x"),
            ])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/agreements/{exchange.Agreement}/transfers") { Content = new ByteArrayContent(Small.People(1)) };
            request.Content.Headers.TryAddWithoutValidation("Content-Disposition", $"attachment; filename*=UTF-8''{sent}");
            using var answer = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            Assert.Equal(shown, (await exchange.ListAsync(exchange.Client))[^1].GetProperty("name").GetString());
        }
    }
}
