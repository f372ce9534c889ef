using System.Net;
using System.Text;
using SecureExchange.Testing;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Gateway.Tests.Audit;

/// <summary>A witness's HTTP endpoint in this process: it answers as it is told, when it is told.</summary>
internal sealed class WitnessEndpoint : IDisposable
{
    private readonly LoopbackServer _server;
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _asked;

    internal WitnessEndpoint(CosigningKey key)
    {
        Key = key;
        _server = new LoopbackServer(AnswerAsync);
    }

    internal CosigningKey Key { get; }

    /// <summary>As <c>host:port</c>.</summary>
    internal string Host => _server.Host;

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
        _server.Dispose();
        Key.Dispose();
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        Interlocked.Increment(ref _asked);
        _first.TrySetResult();
        if (MovedTo is not null)
        {
            LoopbackServer.SendElsewhere(context, MovedTo);
            return;
        }

        var answer = await Answer(body.ToArray());
        context.Response.StatusCode = answer.StatusCode;
        context.Response.ContentType = answer.ContentType;
        context.Response.Close(Encoding.UTF8.GetBytes(answer.Body), willBlock: false);
    }
}
