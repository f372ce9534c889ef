using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using SecureExchange.EndToEnd.Tests.Access;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>Ids that can't be any: each answers like one that nobody has, on every route.</summary>
public sealed partial class AbsurdIdTests(Gateways gateways, PartyKeys keys)
{
    /// <summary>As they stand in the request line.</summary>
    private static readonly string[] s_absurd =
    [
        "..%2f..%2fetc%2fpasswd", "%2e%2e%2f%2e%2e%2fetc", "..%5c..%5cwindows", "%2f", "%5c", "%ff%fe", "%c0%af", "%ed%a0%80", "%zz", "%",
        "%0d%0aSet-Cookie:%20a=b", "%e2%80%ae", "%ef%bb%bf", "%d0%b0", "%ef%bd%81", "%20", "%09", "'%20OR%201=1--", "{id}", "*", "%2a", "%25s%25n", ";", ":", "@", "~", "null",
        "-1", "99999999999999999999999999", "0x10", "1e3", "%f0%9f%92%a9", new string('a', 6000), new string('%', 300),
    ];

    /// <summary>These are no ids but steps in a path (RFC 3986 §5.2.4): they lead to another route, or to none.</summary>
    private static readonly string[] s_steps = ["..", ".", "%2e%2e", "%2E"];

    /// <summary>Ids that are well-formed, and nobody's.</summary>
    private static readonly Dictionary<string, string> s_nobodys = new()
    {
        ["agreement"] = "nobody.nothing",
        ["log"] = "nobody.nothing",
        ["id"] = new string('a', 26),
        ["reveal"] = new string('a', 26),
        ["number"] = "1",
        ["index"] = "0",
        ["certificate"] = new string('A', 40),
        ["path"] = "nothing",
        ["name"] = "file.csv",
        ["hash"] = new string('y', 32),
        ["domain"] = "example.org",
    };

    [Fact(Timeout = 300_000)]
    public async Task On_every_route_an_absurd_id_answers_like_one_that_nobody_has()
    {
        using var folder = new TempFolder();
        await using var gateway = await GatewayProcess.StartAsync("--caller-rate", "100000", "--party-rate", "100000");
        var stranger = await new Sx(gateway, folder.Path, "stranger").SignInAsync("stranger", SweepTable.Roles);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stranger.Token);
        var (wrong, tried) = (new ConcurrentBag<string>(), 0);
        foreach (var row in SweepRow.All)
        {
            var template = row.Path + row.Query;
            foreach (var place in Placeholder().Matches(template).Select(match => match.Groups[1].Value).Where(name => name != "name"))
            {
                var expected = await AskAsync(http, gateway, row, Fill(template, place, s_nobodys[place]));
                await Parallel.ForEachAsync(s_absurd, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (absurd, _) =>
                {
                    Interlocked.Increment(ref tried);
                    var answer = await AskAsync(http, gateway, row, Fill(template, place, absurd));
                    if (answer != expected) wrong.Add($"{row.Route}, {place} = {absurd[..Math.Min(40, absurd.Length)]}: {answer}, and {expected} where nobody has it");
                });
                foreach (var step in s_steps)
                {
                    var answer = await AskAsync(http, gateway, row, Fill(template, place, step));
                    if (answer is [>= '4', ..] && answer.Contains(" as ", StringComparison.Ordinal)) wrong.Add($"{row.Route}, {place} = {step}: {answer}");
                }
            }
        }

        Assert.True(tried > 1000, $"{tried} were tried");
        Assert.True(wrong.IsEmpty, $"{wrong.Count} of {tried}:\n{string.Join('\n', wrong.Order(StringComparer.Ordinal).Take(40))}");
        Assert.DoesNotContain(" fail: ", gateway.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_only_looks_like_an_id_is_not_it()
    {
        using var exchange = await Exchange.CreateAsync(await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        var (agreement, transfer) = (exchange.Agreement, await exchange.SendAsync(Small.People(2)));
        var http = exchange.Http(exchange.Client);
        foreach (var (route, like) in ((string, string)[])
            [
                .. from like in (string[])
                    [
                        agreement.ToUpperInvariant(), agreement + ".", agreement + "%20", "%20" + agreement, agreement.Replace("work", "w%d0%berk", StringComparison.Ordinal), agreement + "%e2%80%8b",
                        agreement.Replace(".work", "%ef%bc%8ework", StringComparison.Ordinal), agreement + "%2f", agreement.Replace("-", "%e2%80%90", StringComparison.Ordinal),
                    ]
                   select ("v1/agreements/{0}", like),
                .. from like in (string[])[transfer.ToUpperInvariant(), transfer + "%20", transfer[..^1], transfer + transfer[^1], "%ef%bb%bf" + transfer, transfer[..^1] + "%cc%81" + transfer[^1]]
                   select ("v1/transfers/{0}", like),
            ])
        {
            using var answer = await http.GetAsync(Raw(exchange.Gateway.Process, string.Format(System.Globalization.CultureInfo.InvariantCulture, route, like)));
            Assert.True(await Problem.CodeAsync(answer) == "not-found", $"{like}: {answer.StatusCode}");
        }

        using var own = await http.GetAsync($"v1/transfers/{transfer}");
        Assert.Equal(System.Net.HttpStatusCode.OK, own.StatusCode);
    }

    /// <summary>No text for a NUL gets as far as a route: the server that reads HTTP ends the connection, and says so in its own words.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("/v1/transfers/%00")]
    [InlineData("/v1/transfers/aaaaaaaaaaaaaaaaaaaaaaaaaa%00/content")]
    [InlineData("/v1/agreements/a%00b.c")]
    [InlineData("/audit/gateway/%00")]
    public async Task A_NUL_in_a_path_ends_the_connection(string path)
    {
        var gateway = await gateways.SharedAsync(Store.Folder);
        const string behind = "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        var (answer, _) = await RawHttp.AskAsync(gateway, $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n{behind}");
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(2, answer.Split("HTTP/1.1 ").Length);
    }

    private static string Fill(string template, string place, string value) =>
        Placeholder().Replace(template, match => match.Groups[1].Value == place ? value : s_nobodys[match.Groups[1].Value]);

    /// <returns>Status and code; of what is no success and no problem, its media type.</returns>
    private static async Task<string> AskAsync(HttpClient http, GatewayProcess gateway, SweepRow row, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(row.Method), Raw(gateway, path[1..]));
        if (row.Body is not null) request.Content = new StringContent(row.Body.Replace("{id}", s_nobodys["id"], StringComparison.Ordinal), Encoding.UTF8, "text/plain");
        using var answer = await http.SendAsync(request);
        var type = answer.Content.Headers.ContentType?.MediaType;
        return type == "application/problem+json" ? $"{(int)answer.StatusCode} {await Problem.CodeAsync(answer)}" : $"{(int)answer.StatusCode} as {type}";
    }

    /// <summary>An address that goes into the request line as it is.</summary>
    private static Uri Raw(GatewayProcess gateway, string path) =>
        new(gateway.Url.AbsoluteUri + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}
