using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Samples;

namespace SecureExchange.EndToEnd.Tests.Crashes;

/// <summary>The server is killed while it takes records (SIGKILL), batch by batch.</summary>
/// <remarks>How often: SX_TEST_KILLS, which <c>tests/kill.sh</c> sets.</remarks>
public sealed partial class RecordsKillTests(Gateways gateways, PartyKeys keys, ITestOutputHelper output)
{
    /// <summary>Five batches.</summary>
    private const int Lines = 2500;
    private const int Seed = 20261129;

    private readonly List<int> _there = [];
    private long _after;

    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("SX_TEST_KILLS") ?? "3", CultureInfo.InvariantCulture);

    [Fact(Timeout = 3_600_000)]
    public async Task Records_that_were_answered_survive_a_kill_and_the_rest_can_be_sent_again()
    {
        await using var gateway = await gateways.StartAsync(Store.Folder);
        using var exchange = await Exchange.CreateAsync(
            gateway, keys, new ExchangeTerms { Profile = Small.Profile.Replace("format: csv", "format: ndjson", StringComparison.Ordinal) });
        Assert.Equal(Lines, (await TrySendAsync(exchange, 0)).Count);
        var start = Stopwatch.GetTimestamp();
        Assert.Equal(Lines, (await TrySendAsync(exchange, 1)).Count);
        var duration = Stopwatch.GetElapsedTime(start); // As it takes a gateway that has done it before.
        await CheckAsync(exchange);
        var answered = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            var sending = Task.Run(() => TrySendAsync(exchange, kill + 2));
            await Task.Delay(duration * 1.2 * (kill + (Chance.OfRow(Seed, kill).Below(1000) / 1000.0)) / Kills);
            await gateway.Process.KillAsync();
            var taken = await sending;
            answered += taken.Count;
            await gateway.Process.RestartAsync();
            await CheckAsync(exchange);
            Assert.Subset(_there.ToHashSet(), taken.ToHashSet());

            // The same request again: what was taken isn't taken twice.
            Assert.Equal(Lines, (await TrySendAsync(exchange, kill + 2)).Count);
            await CheckAsync(exchange);
            Assert.Equal(Enumerable.Range(1, (kill + 3) * Lines), _there.Order());
        }

        output.WriteLine($"{Kills} kills within {duration.TotalMilliseconds:F0} ms; {answered} of {Kills * Lines} records had been answered");
    }

    /// <summary>Everything that must hold after a crash; and reads what is new as the vendor does.</summary>
    private async Task CheckAsync(Exchange exchange)
    {
        var seen = (await exchange.ListAsync(exchange.Client)).Select(t => t.GetProperty("id").GetString()!).Order().ToList();
        var accepted = (await exchange.EventsAsync()).Where(e => e.GetProperty("kind").GetString() == "records.accepted");
        Assert.Equal(accepted.Select(e => e.GetProperty("transfer").GetString()!).Order(), seen); // Each once, and nothing else.
        var stored = (await exchange.Gateway.BlobsAsync("transfers/")).GroupBy(name => name.Split('/')[1], name => name.Split('/')[2]);
        Assert.Equal(
            seen.Select(id => $"{id}: attestation attestation.sig manifest masked.pgp original.pgp"),
            stored.OrderBy(g => g.Key).Select(g => $"{g.Key}: {string.Join(' ', g.Order(StringComparer.Ordinal))}"));
        var batches = await exchange.Http(exchange.Vendor).GetStringAsync($"v1/agreements/{exchange.Agreement}/records?after={_after}");
        foreach (var line in batches.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var batch = JsonDocument.Parse(line);
            var opened = (await exchange.Gpg.DecryptAsync(batch.RootElement.GetProperty("message").GetBytesFromBase64())).Succeeded().Text;
            _there.AddRange(Number().Matches(opened).Select(number => int.Parse(number.ValueSpan, CultureInfo.InvariantCulture)));
            _after = batch.RootElement.GetProperty("sequence").GetInt64();
        }

        await exchange.Auditor.DoAsync("audit", "verify", Path.Combine(exchange.Gateway.BlobFolder, "logs", exchange.Agreement));
    }

    /// <summary>Sends the records of a request over a socket: a client library would read no answer before all is sent, and after a kill
    /// none at all.</summary>
    /// <returns>The numbers of the records that were answered as taken.</returns>
    private static async Task<List<int>> TrySendAsync(Exchange exchange, int request)
    {
        var records = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1 + (request * Lines), Lines).Select(
            no => $$"""{"no":"{{no}}","name":"Maria Quispe {{no}}","phone":"+51 984 {{no:d6}}"}""" + "\n")));
        var answer = new StringBuilder();
        try
        {
            using var socket = new TcpClient();
            var gateway = exchange.Gateway.Process.Url;
            await socket.ConnectAsync(gateway.Host, gateway.Port);
            var stream = socket.GetStream();
            var writing = stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(
                $"POST /v1/agreements/{exchange.Agreement}/records HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {exchange.Client.Token}\r\n"
                + $"Idempotency-Key: request-{request}\r\nContent-Length: {records.Length}\r\nConnection: close\r\n\r\n"), .. records]).AsTask();
            var piece = new byte[4096];
            while (await stream.ReadAsync(piece) is > 0 and var length) answer.Append(Encoding.ASCII.GetString(piece, 0, length));
            await writing;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Killed: what was answered before stands.
        }

        return [.. Taken().Matches(answer.ToString()).Select(line => (request * Lines) + int.Parse(line.ValueSpan, CultureInfo.InvariantCulture))];
    }

    [GeneratedRegex("(?<=\"line\":)[0-9]+(?=,\"status\":\"taken\")")]
    private static partial Regex Taken();

    [GeneratedRegex("(?<=\"no\":\")[0-9]+")]
    private static partial Regex Number();
}
