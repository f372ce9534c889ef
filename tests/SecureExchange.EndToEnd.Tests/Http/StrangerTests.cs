using System.Net;
using System.Text.RegularExpressions;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>What isn't yours looks exactly like what isn't there.</summary>
public sealed partial class StrangerTests(Gateways gateways, PartyKeys keys)
{
    private const string NoTransfer = "aaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Theory(Timeout = 120_000)]
    [InlineData("client.admin", "client.uploader")]
    [InlineData("vendor.agent", "vendor.admin")]
    [InlineData("auditor", "operator")]
    public async Task A_stranger_is_answered_as_if_there_were_nothing(string role, string another)
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        var stranger = await new Sx(exchange.Gateway.Process, exchange.Folder, "stranger").SignInAsync("stranger", role, another);
        var http = exchange.Http(stranger);
        var id = await exchange.SendAsync(Small.People(4));
        var before = (await exchange.EventsAsync()).Count;
        foreach (var (there, notThere) in ((string, string)[])
            [
                ($"v1/transfers/{id}", $"v1/transfers/{NoTransfer}"),
                ($"v1/transfers/{id}/content", $"v1/transfers/{NoTransfer}/content"),
                ($"v1/transfers/{id}/findings", $"v1/transfers/{NoTransfer}/findings"),
                ($"v1/transfers/{id}/content", "v1/transfers/..%2f..%2fkeys/content"),
                ($"v1/agreements/{exchange.Agreement}", "v1/agreements/nobody.nothing"),
                ($"v1/agreements/{exchange.Agreement}/transfers", "v1/agreements/nobody.nothing/transfers"),
                ($"v1/agreements/{exchange.Agreement}/records", "v1/agreements/nobody.nothing/records"),
                ($"v1/audit/events?log={exchange.Agreement}", "v1/audit/events?log=nobody.nothing"),
                ($"v1/audit/events?agreement={exchange.Agreement}&kind=content.fetched", "v1/audit/events?agreement=nobody.nothing&kind=content.fetched"),
                ($"v1/audit/events/{exchange.Agreement}/0", "v1/audit/events/nobody.nothing/0"),
                ($"v1/audit/events/{exchange.Agreement}/0/proof", "v1/audit/events/nobody.nothing/0/proof"),
                ($"audit/{exchange.Agreement}/checkpoint", "audit/nobody.nothing/checkpoint"),
                ($"audit/{exchange.Agreement}/tile/entries/000.p/1", "audit/nobody.nothing/tile/entries/000.p/1"),
            ])
        {
            var seen = await SeenAsync(await http.GetAsync(there));
            Assert.Equal(await SeenAsync(await http.GetAsync(notThere)), seen);
            Assert.StartsWith("404\n", seen, StringComparison.Ordinal);
        }

        foreach (var (there, notThere) in ((string, string)[])
            [
                ($"v1/agreements/{exchange.Agreement}/transfers", "v1/agreements/nobody.nothing/transfers"),
                ($"v1/agreements/{exchange.Agreement}/records", "v1/agreements/nobody.nothing/records"),
                ($"v1/transfers/{id}/returns", $"v1/transfers/{NoTransfer}/returns"),
            ])
        {
            var seen = await SeenAsync(await http.PostAsync(there, Small.People(4)));
            Assert.Equal(await SeenAsync(await http.PostAsync(notThere, Small.People(4))), seen);
            Assert.StartsWith("404\n", seen, StringComparison.Ordinal);
        }

        Assert.Equal("", await stranger.DoAsync("list"));
        // A stranger can't fill others' logs either: what it tried is in the gateway's own.
        var events = await exchange.EventsAsync();
        Assert.All(events.Skip(before), e => Assert.Equal("events.read", e.GetProperty("kind").GetString()));
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_side_gets_what_is_its_own_and_no_role_more_than_it_needs()
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        var id = await exchange.SendAsync(Small.People(4));
        var content = $"v1/transfers/{id}/content";
        foreach (var (party, role, path, status) in ((string, string, string, HttpStatusCode)[])
            [
                (exchange.VendorParty, "vendor.agent", content, HttpStatusCode.OK),
                (exchange.VendorParty, "vendor.admin", content, HttpStatusCode.Forbidden),
                (exchange.VendorParty, "client.admin", content, HttpStatusCode.Forbidden),
                (exchange.VendorParty, "operator", content, HttpStatusCode.Forbidden),
                (exchange.ClientParty, "client.uploader", content, HttpStatusCode.OK),
                (exchange.ClientParty, "client.approver", content, HttpStatusCode.Forbidden),
                (exchange.ClientParty, "vendor.agent", content, HttpStatusCode.Forbidden),
                (exchange.AuditorParty, "auditor", content, HttpStatusCode.Forbidden),
                (exchange.AuditorParty, "vendor.agent", content, HttpStatusCode.Forbidden),
                (exchange.AuditorParty, "auditor", $"audit/{exchange.Agreement}/checkpoint", HttpStatusCode.OK),
                (exchange.AuditorParty, "auditor", "v1/audit/events?log=gateway", HttpStatusCode.Forbidden),
                ("operations", "operator", content, HttpStatusCode.NotFound),
                ("operations", "operator", $"v1/audit/events?log={exchange.Agreement}", HttpStatusCode.NotFound),
                ("operations", "operator", "v1/audit/events?log=gateway", HttpStatusCode.OK),
            ])
        {
            var who = await new Sx(exchange.Gateway.Process, exchange.Folder, "someone").SignInAsync(party, role);
            using var answer = await exchange.Http(who).GetAsync(path);
            Assert.True(answer.StatusCode == status, $"{role} of {party}, {path}: {answer.StatusCode}");
        }
    }

    /// <summary>An answer without its date, and without its own place in the gateway's log.</summary>
    private static async Task<string> SeenAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var headers = answer.Headers.Concat(answer.Content.Headers).Where(h => h.Key != "Date").OrderBy(h => h.Key, StringComparer.Ordinal)
                .Select(h => $"{h.Key}: {GatewayEvent().Replace(string.Join(", ", h.Value), "gateway/N")}");
            var body = Trace().Replace(await answer.Content.ReadAsStringAsync(), "");
            return $"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n\n{body}";
        }
    }

    [GeneratedRegex(@"^gateway/\d+$")]
    private static partial Regex GatewayEvent();

    [GeneratedRegex("\"traceId\":\"[^\"]*\"")]
    private static partial Regex Trace();
}
