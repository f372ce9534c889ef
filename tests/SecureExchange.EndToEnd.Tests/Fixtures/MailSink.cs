using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>A mail relay that keeps what it is given (RFC 5321, as much of it as a client needs). With a certificate it takes nothing before
/// STARTTLS (RFC 3207), and no letter before somebody has signed in (RFC 4954).</summary>
internal sealed class MailSink : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource<string> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _distrusted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly X509Certificate2? _certificate;

    internal MailSink(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener.Start();
        _ = ServeAsync();
    }

    internal string Host => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The first letter: who signed in, its envelope's recipients, a line each, and its text.</summary>
    internal Task<string> Taken => _taken.Task.WaitAsync(TimeSpan.FromSeconds(40));

    /// <summary>A client didn't want to speak with this certificate.</summary>
    internal Task Distrusted => _distrusted.Task.WaitAsync(TimeSpan.FromSeconds(40));

    /// <summary>Every line that came before TLS.</summary>
    internal List<string> InClear { get; } = [];

    internal bool HasLetter => _taken.Task.IsCompleted;

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                await GreetAsync(stream);
            }
            catch (AuthenticationException)
            {
                _distrusted.TrySetResult();
            }
            catch (IOException)
            {
                if (_certificate is not null) _distrusted.TrySetResult(); // Some clients hang up without a word.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return; // The test is over.
            }
        }
    }

    private async Task GreetAsync(Stream stream)
    {
        await using var writer = Writer(stream);
        await writer.WriteLineAsync("220 sink");
        if (_certificate is null)
        {
            await TakeAsync(stream, writer, mustSignIn: false);
            return;
        }

        while (await LineAsync(stream) is { } line)
        {
            lock (InClear) InClear.Add(line);
            if (line.StartsWith("STARTTLS", StringComparison.OrdinalIgnoreCase)) break;
            await writer.WriteLineAsync(line.StartsWith("EHLO", StringComparison.OrdinalIgnoreCase) ? "250-sink\r\n250 STARTTLS" : "530 STARTTLS first");
        }

        await writer.WriteLineAsync("220 go on");
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(_certificate);
        await using var secret = Writer(tls);
        await TakeAsync(tls, secret, mustSignIn: true);
    }

    private async Task TakeAsync(Stream stream, StreamWriter writer, bool mustSignIn)
    {
        var letter = new StringBuilder();
        while (await LineAsync(stream) is { } line && !line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase))
        {
            if (line.StartsWith("EHLO", StringComparison.OrdinalIgnoreCase)) await writer.WriteLineAsync(mustSignIn ? "250-sink\r\n250 AUTH PLAIN" : "250 sink");
            else if (line.StartsWith("AUTH PLAIN ", StringComparison.Ordinal))
            {
                letter.Append("AUTH ").AppendLine(Encoding.UTF8.GetString(Convert.FromBase64String(line[11..])).Replace('\0', '/'));
                mustSignIn = false;
                await writer.WriteLineAsync("235 welcome");
            }
            else if (mustSignIn)
            {
                await writer.WriteLineAsync("530 sign in first");
            }
            else if (line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("354 go on");
                while (await LineAsync(stream) is { } text && text != ".") letter.AppendLine(text);
                await writer.WriteLineAsync("250 kept");
                _taken.TrySetResult(letter.ToString());
            }
            else
            {
                if (line.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase)) letter.AppendLine(line);
                await writer.WriteLineAsync("250 fine");
            }
        }

        await writer.WriteLineAsync("221 bye");
    }

    private static StreamWriter Writer(Stream stream) => new(stream, Encoding.ASCII, leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };

    /// <summary>Octet by octet: what stands behind STARTTLS is TLS's already.</summary>
    private static async Task<string?> LineAsync(Stream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }

        return null;
    }
}
