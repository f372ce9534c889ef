using System.Net;
using System.Net.Sockets;

namespace SecureExchange.Testing;

/// <summary>A place on loopback where nobody is meant to come. It answers nothing, and knows whether somebody was there.</summary>
public sealed class Elsewhere : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public Elsewhere() => _listener.Start();

    /// <summary>As <c>host:port</c>.</summary>
    public string Host => _listener.LocalEndpoint.ToString()!;

    /// <summary>Whether somebody has connected.</summary>
    public bool WasVisited => _listener.Pending();

    public void Dispose() => _listener.Dispose();
}
