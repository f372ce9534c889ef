using System.Net;
using System.Net.Sockets;

namespace SecureExchange.Testing;

/// <summary>A web server on loopback that says of everything that it is elsewhere.</summary>
public sealed class MovedServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _to;
    private int _asked;

    /// <param name="to">Where, as <c>http://host:port</c>.</param>
    public MovedServer(string to)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Url = $"http://{free.LocalEndpoint}";
        free.Stop();
        _to = to;
        _listener.Prefixes.Add($"{Url}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Url { get; }

    /// <summary>How often it was asked.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
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

            Interlocked.Increment(ref _asked);
            context.Response.StatusCode = 307; // Unlike 302 it asks for the same POST there.
            context.Response.RedirectLocation = _to + context.Request.RawUrl;
            context.Response.Close();
        }
    }
}
