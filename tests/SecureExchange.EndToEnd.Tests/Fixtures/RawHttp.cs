using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>HTTP as no client speaks it: byte for byte over a socket.</summary>
internal static class RawHttp
{
    /// <summary>Sends bytes, and reads to the end of the connection.</summary>
    internal static async Task<(string Answer, TimeSpan Took)> AskAsync(StoredGateway gateway, string request)
    {
        var start = Stopwatch.GetTimestamp();
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Process.Url.Host, gateway.Process.Url.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        var answer = new MemoryStream();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(55));
        try
        {
            await stream.CopyToAsync(answer, patience.Token);
        }
        catch (IOException)
        {
            // Cut off with what we had sent unread: what came before is the answer.
        }

        return (Encoding.Latin1.GetString(answer.ToArray()), Stopwatch.GetElapsedTime(start));
    }
}
