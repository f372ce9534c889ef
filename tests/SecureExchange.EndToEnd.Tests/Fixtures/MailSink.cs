using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>A mail relay that keeps what it is given (RFC 5321, as much of it as a client needs).</summary>
internal sealed class MailSink : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource<string> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal MailSink()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    internal string Host => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The first letter: its envelope's recipients, a line each, and its text.</summary>
    internal Task<string> Taken => _taken.Task.WaitAsync(TimeSpan.FromSeconds(40));

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII);
                await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
                var letter = new StringBuilder();
                await writer.WriteLineAsync("220 sink");
                while (await reader.ReadLineAsync() is { } line && !line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase))
                {
                    if (line.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase)) letter.AppendLine(line);
                    if (!line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
                    {
                        await writer.WriteLineAsync("250 fine");
                        continue;
                    }

                    await writer.WriteLineAsync("354 go on");
                    while (await reader.ReadLineAsync() is { } text && text != ".") letter.AppendLine(text);
                    await writer.WriteLineAsync("250 kept");
                    _taken.TrySetResult(letter.ToString());
                }

                await writer.WriteLineAsync("221 bye");
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
