using System.Net.Sockets;

namespace SecureExchange.Testing;

/// <summary>Connections to a listener of a test.</summary>
public static class Connections
{
    /// <summary>Serves each as it comes, several at a time, until the listener is closed.</summary>
    public static async Task ServeAsync(this TcpListener listener, Func<TcpClient, Task> serve)
    {
        try
        {
            while (true) _ = serve(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
