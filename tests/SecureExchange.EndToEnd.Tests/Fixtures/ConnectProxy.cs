using System.Net;
using System.Net.Sockets;
using System.Text;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>A forward proxy on loopback (HTTP CONNECT) that brings whoever asks for any name to where the test says: so a client speaks,
/// over TLS, with a gateway that by its name isn't on this machine.</summary>
internal sealed class ConnectProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    internal ConnectProxy()
    {
        _listener.Start();
        _ = _listener.ServeAsync(client => RelayAsync(client, To!));
    }

    internal string Url => $"http://{_listener.LocalEndpoint}";

    /// <summary>Who answers for every name.</summary>
    internal Uri? To { get; set; }

    public void Dispose() => _listener.Dispose();

    private static async Task RelayAsync(TcpClient client, Uri to)
    {
        using (client)
        using (var gateway = new TcpClient())
        {
            try
            {
                var (near, head) = (client.GetStream(), new List<byte>());
                var one = new byte[1];
                while (!head.TakeLast(4).ToArray().AsSpan().SequenceEqual("\r\n\r\n"u8))
                {
                    await near.ReadExactlyAsync(one);
                    head.Add(one[0]);
                }

                await gateway.ConnectAsync(to.Host, to.Port);
                await near.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n\r\n"));
                var far = gateway.GetStream();
                await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // One of the two has left.
            }
        }
    }
}
