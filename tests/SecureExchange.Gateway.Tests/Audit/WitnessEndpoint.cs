using System.Net;
using System.Net.Sockets;
using System.Text;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Gateway.Tests.Audit;

/// <summary>A witness's HTTP endpoint in this process: it answers as it is told, when it is told.</summary>
internal sealed class WitnessEndpoint : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _asked;

    internal WitnessEndpoint(CosigningKey key)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Host = free.LocalEndpoint.ToString()!;
        free.Stop();
        Key = key;
        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _ = ServeAsync();
    }

    internal CosigningKey Key { get; }

    /// <summary>As <c>host:port</c>.</summary>
    internal string Host { get; }

    /// <summary>What it answers to a request's body.</summary>
    internal required Func<byte[], Task<WitnessAnswer>> Answer { get; set; }

    /// <summary>Where else it says that it is; null: nowhere.</summary>
    internal string? MovedTo { get; set; }

    /// <summary>How often it was asked.</summary>
    internal int Asked => Volatile.Read(ref _asked);

    /// <summary>Ends once it was asked.</summary>
    internal Task FirstAsked => _first.Task;

    internal static WitnessAnswer Refusal { get; } = new(WitnessOutcome.NotSigned, "no\n");

    public void Dispose()
    {
        _listener.Close();
        Key.Dispose();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            var context = await _listener.GetContextAsync();
            _ = AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        Interlocked.Increment(ref _asked);
        _first.TrySetResult();
        if (MovedTo is not null)
        {
            // 307, unlike 302, asks for the same POST there.
            context.Response.StatusCode = 307;
            context.Response.RedirectLocation = MovedTo;
            context.Response.Close();
            return;
        }

        var answer = await Answer(body.ToArray());
        context.Response.StatusCode = answer.StatusCode;
        context.Response.ContentType = answer.ContentType;
        context.Response.Close(Encoding.UTF8.GetBytes(answer.Body), willBlock: false);
    }
}
