using System.Net;
using System.Text.Json;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>Every answer with an effect names its event, and the event is there.</summary>
public sealed class AuditEventTests(Gateways gateways, PartyKeys keys)
{
    [Theory(Timeout = 120_000)]
    [InlineData(Store.Folder)]
    [InlineData(Store.Azurite)]
    public async Task Every_answer_with_an_effect_names_an_event_of_its_kind(Store store)
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(store), keys, new ExchangeTerms { Profile = Small.Profile });
        var (client, vendor) = (exchange.Http(exchange.Client), exchange.Http(exchange.Vendor));
        var transfers = $"v1/agreements/{exchange.Agreement}/transfers";

        var id = await SendAsync(exchange, client, transfers, Small.People(4));
        await ExpectAsync(exchange, await client.PostAsync(transfers, "no,name\n1,x\n"u8.ToArray()), "dispatch.refused", HttpStatusCode.UnprocessableEntity);
        await ExpectAsync(exchange, await client.PostAsync($"v1/agreements/{exchange.Agreement}/records", "{}\n"u8.ToArray()), "records.refused", HttpStatusCode.UnprocessableEntity);
        await ExpectAsync(exchange, await vendor.PostAsync(transfers, Small.People(4)), "access.denied", HttpStatusCode.Forbidden);
        await ExpectAsync(exchange, await client.GetAsync(transfers), "transfers.listed");
        await ExpectAsync(exchange, await client.GetAsync($"v1/agreements/{exchange.Agreement}"), "agreement.read");
        await ExpectAsync(exchange, await client.GetAsync($"v1/transfers/{id}"), "transfers.listed");
        var fetched = await vendor.GetAsync($"v1/transfers/{id}/content");
        await ExpectAsync(exchange, fetched, "content.fetched");
        var masked = (await exchange.Gpg.DecryptAsync(await fetched.Content.ReadAsByteArrayAsync())).Succeeded().Output;
        await ExpectAsync(exchange, await vendor.GetAsync($"v1/transfers/{id}/findings"), "findings.read", HttpStatusCode.NotFound);
        await ExpectAsync(exchange, await vendor.PostAsync($"v1/transfers/{id}/returns", masked), "return.accepted", HttpStatusCode.Created);
        await ExpectAsync(exchange, await client.PostAsync($"v1/transfers/{id}/returns", masked), "access.denied", HttpStatusCode.Forbidden);
        await ExpectAsync(exchange, await vendor.PostAsync($"v1/transfers/{id}/returns", "\"no"u8.ToArray()), "return.refused", HttpStatusCode.UnprocessableEntity);
        var quarantined = await vendor.PostAsync($"v1/transfers/{id}/returns", masked[..^"4,x\n".Length].Concat("\n"u8.ToArray()).ToArray());
        await ExpectAsync(exchange, quarantined, "return.quarantined", HttpStatusCode.UnprocessableEntity);
        await ExpectAsync(exchange, await client.GetAsync($"v1/audit/events?log={exchange.Agreement}"), "events.read");
        await ExpectAsync(exchange, await vendor.GetAsync($"v1/agreements/{exchange.Agreement}/records"), "records.fetched");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_s_event_is_proven_by_its_receipt()
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        using var answer = await exchange.Http(exchange.Client).PostAsync($"v1/agreements/{exchange.Agreement}/transfers", Small.People(4));
        var proof = await exchange.Auditor.RunAsync("audit", "proof", Problem.Event(answer)!, "-o", "event.proof");
        Assert.Contains($"proven: entry {Problem.Event(answer)!.Split('/')[^1]} of ", proof.Succeeded().Errors, StringComparison.Ordinal);
        using var entry = JsonDocument.Parse(await File.ReadAllBytesAsync(exchange.PathOf("event.json")));
        Assert.Equal("dispatch.accepted", entry.RootElement.GetProperty("kind").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_goes_up_with_nothing_but_curl()
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        var url = $"{exchange.Gateway.Process.Url}v1/agreements/{exchange.Agreement}/transfers/";
        var sent = (await Peer.RunAsync("curl", [
            "-sS", "--fail-with-body", "--max-time", "30", "-D", "-", "-o", exchange.PathOf("answer.json"),
            "-H", $"Authorization: Bearer {exchange.Client.Token}", "-T", exchange.Write("people.csv", Small.People(4)), url,
        ])).Succeeded();
        Assert.Contains("HTTP/1.1 201 Created", sent.Text, StringComparison.Ordinal);
        using var answer = JsonDocument.Parse(await File.ReadAllBytesAsync(exchange.PathOf("answer.json")));
        Assert.Contains($"Audit-Event: {answer.RootElement.GetProperty("event")}", sent.Text, StringComparison.Ordinal);
        var listed = Assert.Single(await exchange.ListAsync(exchange.Client));
        Assert.Equal(
            (answer.RootElement.GetProperty("transfer").GetString(), "people.csv", 4),
            (listed.GetProperty("id").GetString(), listed.GetProperty("name").GetString(), listed.GetProperty("records").GetInt32()));
    }

    private static async Task<string> SendAsync(Exchange exchange, HttpClient client, string path, byte[] content)
    {
        var sent = await client.PostAsync(path, content);
        using var json = JsonDocument.Parse(await sent.Content.ReadAsStringAsync());
        await ExpectAsync(exchange, sent, "dispatch.accepted", HttpStatusCode.Created);
        return json.RootElement.GetProperty("transfer").GetString()!;
    }

    private static async Task ExpectAsync(
        Exchange exchange, HttpResponseMessage answer, string kind, HttpStatusCode status = HttpStatusCode.OK)
    {
        Assert.True(answer.StatusCode == status, $"{kind}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        var logged = Problem.Event(answer);
        Assert.True(logged is not null, $"{kind}: the answer names no event");
        Assert.StartsWith($"{exchange.Agreement}/", logged, StringComparison.Ordinal);
        using var entry = await exchange.Http(exchange.Auditor).GetAsync($"v1/audit/events/{logged}");
        using var json = JsonDocument.Parse(await entry.Content.ReadAsStringAsync());
        Assert.Equal(kind, json.RootElement.GetProperty("kind").GetString());
        Assert.Equal(exchange.Agreement, json.RootElement.GetProperty("agreement").GetString());
    }
}
