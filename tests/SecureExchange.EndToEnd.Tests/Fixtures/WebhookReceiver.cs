using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>A client's own web server, which takes notices: away for the first one of them, so that it has to come again.</summary>
internal sealed class WebhookReceiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly TaskCompletionSource<(string Body, string Signature)> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal WebhookReceiver()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Host = $"127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _ = ServeAsync();
    }

    internal string Host { get; }

    /// <summary>What came, sooner or later.</summary>
    internal Task<(string Body, string Signature)> Taken => _taken.Task.WaitAsync(TimeSpan.FromSeconds(40));

    internal ConcurrentBag<string> Paths { get; } = [];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        for (var i = 0; _listener.IsListening; i++)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Paths.Add(context.Request.RawUrl!);
            using var reader = new StreamReader(context.Request.InputStream);
            var body = await reader.ReadToEndAsync();
            context.Response.StatusCode = i == 0 ? 503 : 204;
            context.Response.Close();
            if (i > 0) _taken.TrySetResult((body, context.Request.Headers["SX-Signature"] ?? ""));
        }
    }
}
