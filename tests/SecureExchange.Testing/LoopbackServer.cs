using System.Net;
using System.Net.Sockets;

namespace SecureExchange.Testing;

/// <summary>A web server on a free port of loopback that answers as a test has it.</summary>
public sealed class LoopbackServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<HttpListenerContext, Task> _answer;

    /// <param name="answer">Answers a request, and closes its response; several may be under way.</param>
    public LoopbackServer(Func<HttpListenerContext, Task> answer)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Host = free.LocalEndpoint.ToString()!;
        free.Stop();
        _answer = answer;
        _listener.Prefixes.Add($"{Url}/");
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>As <c>host:port</c>.</summary>
    public string Host { get; }

    public string Url => $"http://{Host}";

    /// <summary>Says that it is elsewhere: 307, which unlike 302 asks for the same POST there.</summary>
    public static void SendElsewhere(HttpListenerContext context, string to)
    {
        context.Response.StatusCode = 307;
        context.Response.RedirectLocation = to;
        context.Response.Close();
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true) _ = _answer(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
