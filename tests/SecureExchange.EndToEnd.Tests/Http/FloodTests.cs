using System.Net;
using System.Net.Sockets;
using System.Text;
using SecureExchange.EndToEnd.Tests.Fixtures;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>More files and more connections at once than the gateway takes.</summary>
public sealed class FloodTests(Gateways gateways, PartyKeys keys)
{
    private const int AtOnce = 8;
    private const int Waiting = 64;
    private const int Connections = 2000;

    [Fact(Timeout = 240_000)]
    public async Task Of_one_party_eight_files_are_in_work_some_wait_their_turn_and_the_rest_are_refused()
    {
        await using var gateway = await gateways.StartAsync(Store.Folder, "--caller-rate", "100000", "--party-rate", "100000");
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        var files = new List<UnfinishedFile>();
        try
        {
            for (var i = 0; i < AtOnce + Waiting + AtOnce; i++) files.Add(await UnfinishedFile.SendAsync(gateway, exchange.Agreement, exchange.Client.Token));
            await UntilAsync(() => Count(files, null) <= Waiting);
            Assert.Equal((AtOnce, AtOnce), (Count(files, UnfinishedFile.Wanted), Count(files, HttpStatusCode.TooManyRequests)));

            // The other party isn't kept waiting by it.
            using var other = await exchange.Http(exchange.Vendor).PostAsync($"v1/transfers/{new string('0', 26)}/returns", Small.People(1));
            Assert.Equal("not-found", await Problem.CodeAsync(other));

            foreach (var file in files.Where(file => file.Answer == UnfinishedFile.Wanted).ToList()) file.Dispose();
            await UntilAsync(() => Count(files, UnfinishedFile.Wanted) >= 2 * AtOnce);
            Assert.Equal(2 * AtOnce, Count(files, UnfinishedFile.Wanted));
        }
        finally
        {
            foreach (var file in files) file.Dispose();
        }
    }

    [Fact(Timeout = 240_000)]
    public async Task Beyond_two_thousand_connections_a_further_one_is_closed_until_another_has_gone()
    {
        await using var gateway = await gateways.StartAsync(Store.Folder);
        var held = new List<TcpClient>();
        try
        {
            for (var i = 0; i < Connections - 1; i++)
            {
                held.Add(new TcpClient());
                await held[i].ConnectAsync(gateway.Process.Url.Host, gateway.Process.Url.Port);
            }

            // Connections are taken in their order, so with this one answered all of them are held.
            held.Add(await AnsweredAsync(gateway) ?? throw new InvalidOperationException("fewer connections than that are taken"));
            Assert.Null(await AnsweredAsync(gateway));
            held[0].Dispose();
            TcpClient? next = null;
            for (var i = 0; next is null && i < 200; i++)
            {
                await Task.Delay(50);
                next = await AnsweredAsync(gateway);
            }

            Assert.NotNull(next);
            held.Add(next);
        }
        finally
        {
            foreach (var one in held) one.Dispose();
        }
    }

    private static int Count(List<UnfinishedFile> files, HttpStatusCode? answer) => files.Count(file => file.Answer == answer);

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var i = 0; !holds() && i < 1200; i++) await Task.Delay(50);
    }

    /// <returns>A connection that was answered, and is kept; null where it was closed instead.</returns>
    private static async Task<TcpClient?> AnsweredAsync(StoredGateway gateway)
    {
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(gateway.Process.Url.Host, gateway.Process.Url.Port);
            var stream = client.GetStream();
            await stream.WriteAsync("GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray());
            if (await stream.ReadAsync(new byte[1000]) > 0) return client;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Closed with what we had sent unread.
        }

        client.Dispose();
        return null;
    }

    /// <summary>A file that begins, and goes on when the gateway wants it, but doesn't end.</summary>
    private sealed class UnfinishedFile : IDisposable
    {
        /// <summary>What the gateway says once it reads the file.</summary>
        internal const HttpStatusCode Wanted = HttpStatusCode.Continue;

        private readonly TcpClient _client = new();

        private UnfinishedFile()
        {
        }

        /// <summary>The first answer; null where there is none yet.</summary>
        internal HttpStatusCode? Answer { get; private set; }

        internal static async Task<UnfinishedFile> SendAsync(StoredGateway gateway, string agreement, string token)
        {
            var file = new UnfinishedFile();
            await file._client.ConnectAsync(gateway.Process.Url.Host, gateway.Process.Url.Port);
            await file._client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /v1/agreements/{agreement}/transfers HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
                + "Content-Length: 10000000\r\nExpect: 100-continue\r\n\r\n"));
            _ = file.ReadAsync();
            return file;
        }

        public void Dispose() => _client.Dispose();

        private async Task ReadAsync()
        {
            try
            {
                using var reader = new StreamReader(_client.GetStream(), Encoding.ASCII, leaveOpen: true);
                if (await reader.ReadLineAsync() is not { } line) return;
                // Enough that for minutes it isn't too slow to be a file.
                if (line.StartsWith("HTTP/1.1 100 ", StringComparison.Ordinal)) await _client.GetStream().WriteAsync(Small.People(2000));
                Answer = (HttpStatusCode)int.Parse(line.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The test is over.
            }
        }
    }
}
