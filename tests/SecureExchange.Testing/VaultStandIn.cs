using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace SecureExchange.Testing;

/// <summary>Azure Key Vault's secrets over HTTPS, and the endpoint that gives a host its managed identity's token: as far as a client asks
/// for one secret's versions (REST API 7.x), the challenge included.</summary>
public sealed class VaultStandIn : IDisposable
{
    private const string Token = "a-token-of-this-host";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly LoopbackServer _identity;
    private readonly X509Certificate2 _certificate;
    private readonly TempFolder _folder = new();
    private readonly List<(string Version, string Value, bool Enabled)> _versions = [];

    public VaultStandIn()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=vault.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        File.WriteAllText(_folder.File("vault.pem"), made.ExportCertificatePem());
        _listener.Start();
        _identity = new LoopbackServer(IdentifyAsync);
        Environment = new Dictionary<string, string>
        {
            ["SSL_CERT_FILE"] = _folder.File("vault.pem"),
            ["IDENTITY_ENDPOINT"] = $"{_identity.Url}/identity/",
            ["IDENTITY_HEADER"] = "of-this-host",
        };
        _ = _listener.ServeAsync(ServeAsync);
    }

    public string Address => $"https://{_listener.LocalEndpoint}/";

    /// <summary>What makes a program trust it, and sign in at it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Lets nobody at anything.</summary>
    public bool Refuses { get; set; }

    /// <summary>The secret's versions, oldest first: its value, and whether it is enabled.</summary>
    public IReadOnlyList<(string Version, string Value, bool Enabled)> Versions
    {
        get
        {
            lock (_versions) return [.. _versions];
        }
    }

    /// <summary>How often somebody came without a token, and was told where to get one.</summary>
    public int Challenged { get; private set; }

    /// <summary>Answers nobody any more.</summary>
    public void Stop()
    {
        _listener.Stop();
        _identity.Dispose();
    }

    public void Dispose()
    {
        Stop();
        _certificate.Dispose();
        _folder.Dispose();
    }

    private static Task IdentifyAsync(HttpListenerContext context)
    {
        var isThisHost = context.Request.Headers["X-IDENTITY-HEADER"] == "of-this-host" && context.Request.QueryString["resource"] == "https://vault.azure.net";
        context.Response.StatusCode = isThisHost ? 200 : 401;
        context.Response.ContentType = "application/json";
        var expires = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        context.Response.Close(
            Encoding.UTF8.GetBytes($$"""{"access_token":"{{Token}}","expires_on":"{{expires}}","resource":"https://vault.azure.net","token_type":"Bearer"}"""),
            willBlock: false);
        return Task.CompletedTask;
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(_certificate);
                using var reader = new StreamReader(tls, Encoding.Latin1);
                while (await reader.ReadLineAsync() is { Length: > 0 } request)
                {
                    var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                    while (await reader.ReadLineAsync() is { Length: > 0 } line) headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
                    var body = new char[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
                    if (body.Length > 0) await reader.ReadBlockAsync(body); // Of none it would wait for the next request.
                    var parts = request.Split(' ');
                    var (status, answer, more) = Answer(parts[0], parts[1].Split('?')[0].Trim('/').Split('/'), headers.GetValueOrDefault("Authorization"), new string(body));
                    await tls.WriteAsync(Encoding.Latin1.GetBytes(
                        $"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {answer.Length}\r\n{more}\r\n{answer}"));
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The other end has gone.
        }
    }

    private (int Status, string Body, string Headers) Answer(string method, string[] path, string? authorization, string body)
    {
        if (authorization is null)
        {
            Challenged++;
            return (401, "", "WWW-Authenticate: Bearer authorization=\"https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111\", resource=\"https://vault.azure.net\"\r\n");
        }

        if (authorization != $"Bearer {Token}") return Error(401, "Unauthorized");
        if (Refuses) return Error(403, "Forbidden");
        lock (_versions)
        {
            var at = path.Length > 2 ? _versions.FindIndex(v => v.Version == path[2]) : -1;
            switch (method)
            {
                case "PUT":
                    _versions.Add((Guid.NewGuid().ToString("N"), (string)JsonNode.Parse(body)!["value"]!, true));
                    return Secret(path[1], _versions.Count - 1, withValue: true);
                case "PATCH" when at >= 0:
                    _versions[at] = _versions[at] with { Enabled = (bool)JsonNode.Parse(body)!["attributes"]!["enabled"]! };
                    return Secret(path[1], at, withValue: false);
                case "GET" when at >= 0:
                    return _versions[at].Enabled ? Secret(path[1], at, withValue: true) : Error(403, "Forbidden");
                default:
                    return Error(404, "SecretNotFound");
            }
        }
    }

    private (int, string, string) Secret(string name, int at, bool withValue)
    {
        var secret = new JsonObject
        {
            ["id"] = $"{Address}secrets/{name}/{_versions[at].Version}",
            ["attributes"] = new JsonObject { ["enabled"] = _versions[at].Enabled, ["created"] = 1780000000, ["updated"] = 1780000000 },
        };
        if (withValue) secret["value"] = _versions[at].Value;
        return (200, secret.ToJsonString(), "");
    }

    private static (int, string, string) Error(int status, string code) =>
        (status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = code } }.ToJsonString(), "");
}
