using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>A client's own web server, which takes notices: away for the first one of them, so that it has to come again.</summary>
internal sealed class WebhookReceiver : IDisposable
{
    private readonly LoopbackServer _server;
    private int _came;
    private readonly Channel<(string Body, string Signature)> _taken = Channel.CreateUnbounded<(string, string)>();

    internal WebhookReceiver() => _server = new LoopbackServer(AnswerAsync);

    internal string Host => _server.Host;

    /// <summary>The next notice that comes, sooner or later, checked as a receiver checks it: the time and the body under the agreement's key.</summary>
    internal async Task<JsonElement> TakeAsync(Exchange exchange)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        var (body, signature) = await _taken.Reader.ReadAsync(patience.Token);
        using var answer = await exchange.Http(exchange.Client).GetAsync($"v1/agreements/{exchange.Agreement}/webhook-key");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var time = signature.Split(',')[0][2..];
        var mac = HMACSHA256.HashData(Convert.FromBase64String(json.RootElement.GetProperty("key").GetString()!), Encoding.UTF8.GetBytes($"{time}.{body}"));
        Assert.Equal($"t={time},v1={Convert.ToHexStringLower(mac)}", signature);
        Assert.True(Math.Abs(long.Parse(time, CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()) < 60);
        return JsonDocument.Parse(body).RootElement;
    }

    internal ConcurrentBag<string> Paths { get; } = [];

    public void Dispose() => _server.Dispose();

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var isFirst = Interlocked.Increment(ref _came) == 1;
        Paths.Add(context.Request.RawUrl!);
        using var reader = new StreamReader(context.Request.InputStream);
        var body = await reader.ReadToEndAsync();
        context.Response.StatusCode = isFirst ? 503 : 204;
        context.Response.Close();
        if (!isFirst) _taken.Writer.TryWrite((body, context.Request.Headers["SX-Signature"] ?? ""));
    }
}
