namespace SecureExchange.Testing;

/// <summary>A web server on loopback that says of everything that it is elsewhere.</summary>
public sealed class MovedServer : IDisposable
{
    private readonly LoopbackServer _server;
    private int _asked;

    /// <param name="to">Where, as <c>http://host:port</c>.</param>
    public MovedServer(string to) => _server = new LoopbackServer(context =>
    {
        Interlocked.Increment(ref _asked);
        LoopbackServer.SendElsewhere(context, to + context.Request.RawUrl);
        return Task.CompletedTask;
    });

    public string Url => _server.Url;

    /// <summary>How often it was asked.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public void Dispose() => _server.Dispose();
}
