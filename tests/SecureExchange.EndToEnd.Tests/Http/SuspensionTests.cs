using System.Net;
using System.Text;
using SecureExchange.EndToEnd.Tests.Fixtures;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>An agreement that is suspended while bytes flow.</summary>
public sealed class SuspensionTests(Gateways gateways, PartyKeys keys)
{
    [Fact(Timeout = 180_000)]
    public async Task A_slow_fetch_is_cut_off_in_the_middle_when_its_agreement_is_suspended_and_can_go_on_when_it_is_resumed()
    {
        using var exchange = await CreateAsync();
        var sent = await exchange.SendAsync(Small.People(600_000)); // More than sockets hold: most of it is still to leave.
        var vendor = exchange.Http(exchange.Vendor);
        using var answer = await vendor.GetAsync($"v1/transfers/{sent}/content", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var piece = new byte[64 * 1024];
        long received = await body.ReadAsync(piece);
        await exchange.Client.DoAsync("agreement", "suspend", exchange.Agreement);
        await Task.Delay(TimeSpan.FromSeconds(1.5)); // It is asked again at most once a second.
        var cut = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await body.ReadAsync(piece) is var length && length > 0) received += length;
        });
        Assert.True(cut is HttpIOException or IOException, cut.GetType().Name);
        Assert.InRange(received, 1, answer.Content.Headers.ContentLength!.Value - 1);
        var stopped = Assert.Single(await exchange.EventsAsync(), e => e.GetProperty("kind").GetString() == "content.stopped");
        Assert.Equal(("Suspended", sent), (stopped.GetProperty("reason").GetString(), stopped.GetProperty("transfer").GetString()));
        Assert.InRange(stopped.GetProperty("sent").GetInt64(), received, answer.Content.Headers.ContentLength!.Value - 1);

        await exchange.Client.DoAsync("agreement", "resume", exchange.Agreement);
        Assert.StartsWith(Small.Header, (await exchange.FetchWithGpgAsync(exchange.Vendor, sent)).Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_that_is_on_its_way_when_its_agreement_is_suspended_is_not_taken()
    {
        using var exchange = await CreateAsync();
        var rows = Encoding.ASCII.GetString(Small.People(10));
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(exchange.Gateway.Process.Url.Host, exchange.Gateway.Process.Url.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/agreements/{exchange.Agreement}/transfers HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {exchange.Client.Token}\r\n"
            + $"Connection: close\r\nContent-Length: {rows.Length}\r\n\r\n{rows[..100]}"));
        await exchange.Client.DoAsync("agreement", "suspend", exchange.Agreement);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(rows[100..]));
        var answer = await new StreamReader(stream).ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"access.suspended\"", answer, StringComparison.Ordinal);
        Assert.Empty(await exchange.ListAsync(exchange.Client));
    }

    private async Task<Exchange> CreateAsync() =>
        await Exchange.CreateAsync(await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
}
