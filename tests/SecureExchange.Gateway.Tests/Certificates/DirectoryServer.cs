using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SecureExchange.Testing;

namespace SecureExchange.Gateway.Tests.Certificates;

/// <summary>A web server with Web Key Directories, over HTTPS on loopback, with a certificate by an authority of its own.</summary>
internal sealed class DirectoryServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly TempFolder _folder = new();

    internal DirectoryServer(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=directories", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names) alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100));
        File.WriteAllText(AuthorityFile, made.ExportCertificatePem());
        _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        _listener.Start();
        _ = _listener.ServeAsync(AnswerAsync);
    }

    internal string AuthorityFile => _folder.File("authority.pem");

    internal string Place => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>What is there, by host and path.</summary>
    internal ConcurrentDictionary<string, byte[]> Content { get; } = [];

    /// <summary>Where else it says that everything is; null: nowhere.</summary>
    internal string? MovedTo { get; set; }

    /// <summary>What was asked for, with its query.</summary>
    internal ConcurrentQueue<string> Asked { get; } = [];

    public void Dispose()
    {
        _listener.Dispose();
        _certificate.Dispose();
        _folder.Dispose();
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(_certificate);
                using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
                var target = (await reader.ReadLineAsync())!.Split(' ')[1];
                var host = "";
                while (await reader.ReadLineAsync() is { Length: > 0 } line)
                {
                    if (line.StartsWith("Host: ", StringComparison.OrdinalIgnoreCase)) host = line["Host: ".Length..];
                }

                Asked.Enqueue(host + target);
                if (MovedTo is not null)
                {
                    await tls.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 302 Found\r\nLocation: {MovedTo}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                    return;
                }

                var body = Content.GetValueOrDefault(host + target.Split('?')[0]);
                await tls.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {(body is null ? "404 Not Found" : "200 OK")}\r\nContent-Length: {body?.Length ?? 0}\r\nConnection: close\r\n\r\n"));
                if (body is not null) await tls.WriteAsync(body);
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // Whoever asked didn't trust it, or left.
            }
        }
    }
}
