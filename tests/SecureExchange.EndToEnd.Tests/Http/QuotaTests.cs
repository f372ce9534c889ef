using System.Net;
using System.Text;
using System.Text.Json;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>How much a party may send, as its programs and people meet it.</summary>
public sealed class QuotaTests(PartyKeys keys)
{
    [Fact(Timeout = 120_000)]
    public async Task Of_many_uploads_at_once_as_many_come_in_as_are_allowed_and_the_others_are_told_when_there_is_room()
    {
        await using var gateway = new StoredGateway(await GatewayProcess.StartAsync("--party-day-transfers", "3"), container: null);
        using var exchange = await CreateAsync(gateway);
        var client = exchange.Http(exchange.Client);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.PostAsync(Transfers(exchange), Small.People(4))));
        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        foreach (var answer in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.Equal("quota.day-transfers", await Problem.CodeAsync(answer));
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromHours(22), TimeSpan.FromHours(24));
            Assert.StartsWith(exchange.Agreement, Problem.Event(answer), StringComparison.Ordinal);
        }

        foreach (var answer in answers) answer.Dispose();
        Assert.Equal(3, (await exchange.ListAsync(exchange.Client)).Count);
        Assert.Equal(9, (await exchange.EventsAsync()).Count(e => e.TryGetProperty("code", out var code) && code.GetString() == "quota.day-transfers"));
        Assert.Contains("sx_quota_refusals_total{limit=\"day-transfers\",of=\"party\"} 9\n", await client.GetStringAsync("metrics"), StringComparison.Ordinal);

        using var shown = JsonDocument.Parse(await exchange.Client.DoAsync("agreement", "show", exchange.Agreement));
        var transfers = shown.RootElement.GetProperty("quotas").EnumerateArray().Single(q => q.GetProperty("limit").GetString() == "day-transfers");
        Assert.Equal("""{"limit":"day-transfers","of":"party","allowed":3,"used":3}""", JsonSerializer.Serialize(transfers));

        var person = await exchange.Client.RunAsync("send", exchange.Write("more.csv", Small.People(4)), "--agreement", exchange.Agreement);
        Assert.Equal(1, person.ExitCode);
        Assert.Matches("your organisation may have at most 3 transfers in 24 hours, and has 3; .* Send it again in [0-9]+ hours and [0-9]+ minutes, .*\\(quota.day-transfers\\)", person.Errors);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_file_that_tells_its_size_is_refused_at_once_and_one_that_does_not_is_cut_off()
    {
        await using var gateway = new StoredGateway(await GatewayProcess.StartAsync("--agreement-day-bytes", "200000"), container: null);
        using var exchange = await CreateAsync(gateway);
        var client = exchange.Http(exchange.Client);

        // Of the first no byte of the body is sent, and of the second its end never comes.
        var head = $"POST /{Transfers(exchange)} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {exchange.Client.Token}\r\n";
        var (announced, _) = await RawHttp.AskAsync(gateway, $"{head}Content-Length: 200001\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", announced, StringComparison.Ordinal);
        Assert.DoesNotContain("Retry-After", announced, StringComparison.OrdinalIgnoreCase);
        using var problem = JsonDocument.Parse(announced[announced.IndexOf('{', StringComparison.Ordinal)..(announced.LastIndexOf('}') + 1)]);
        Assert.Equal(
            ("quota.day-bytes", "agreement", 200_000, 0),
            (problem.RootElement.GetProperty("code").GetString(), problem.RootElement.GetProperty("of").GetString(),
                problem.RootElement.GetProperty("allowed").GetInt64(), problem.RootElement.GetProperty("used").GetInt64()));
        var rows = Small.People(10_000);
        var (cut, _) = await RawHttp.AskAsync(
            gateway, $"{head}Transfer-Encoding: chunked\r\n\r\n{rows.Length:x}\r\n{Encoding.ASCII.GetString(rows)}\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", cut, StringComparison.Ordinal);
        Assert.Contains("\"quota.day-bytes\"", cut, StringComparison.Ordinal);

        // What gpg compresses to less is as much as it unpacks to.
        var message = await exchange.Gpg.EncryptAsync(rows, exchange.GatewayKey, null, "--compress-algo", "zlib");
        Assert.InRange(message.Length, 1, 150_000);
        using var packed = await exchange.Http(exchange.Client).PostAsync(Transfers(exchange), message);
        Assert.Equal("quota.day-bytes", await Problem.CodeAsync(packed));
        Assert.Empty(await exchange.ListAsync(exchange.Client));
        await exchange.SendAsync(Small.People(10)); // Nothing of these counts.
    }

    private Task<Exchange> CreateAsync(StoredGateway gateway) =>
        Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });

    private static string Transfers(Exchange exchange) => $"v1/agreements/{exchange.Agreement}/transfers";
}
