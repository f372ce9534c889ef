using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Gateway.Certificates;

/// <summary>Looks for newer copies of certificates in Web Key Directories (draft-koch-openpgp-webkey-service), of the hosts that the
/// operator allows.</summary>
/// <remarks>What is looked for is an address in the certificate itself, so nobody makes the gateway ask anywhere else. Over HTTPS,
/// without redirects and proxies, for ten seconds and 256 KiB at most. The answer is only ever merged into a certificate whose primary
/// key is known: a directory can bring a revocation or another end, and no other key.</remarks>
public sealed class WebKeyLookup : IDisposable
{
    private const int MaxAddresses = 3;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, DnsEndPoint> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly HttpClient _http;

    /// <param name="hosts">Which may be asked: <c>openpgpkey.example.org</c>, <c>example.org</c>; with <c>=host:port</c> where to connect for
    /// that name.</param>
    /// <param name="authorities">Whose TLS certificates are good; null: whose the system trusts.</param>
    /// <exception cref="ArgumentException">A host can't be read.</exception>
    internal WebKeyLookup(IEnumerable<string> hosts, X509Certificate2Collection? authorities)
    {
        foreach (var entry in hosts)
        {
            var (name, place) = entry.Split('=') is [var left, var right] ? (left, right) : (entry, $"{entry}:443");
            if (Uri.CheckHostName(name) != UriHostNameType.Dns || place.Split(':') is not [var host, var number] || !ushort.TryParse(number, out var port))
                throw new ArgumentException($"{entry}: the name of a host, or name=host:port");
            _hosts[name] = new DnsEndPoint(host, port);
        }

        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // It would go wherever the answer says.
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = ConnectAsync,
        };
        if (authorities is not null)
        {
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        _http = new HttpClient(handler) { Timeout = s_patience, MaxResponseContentBufferSize = CertificateDesk.MaxCertificate };
    }

    /// <summary>Whether there is anybody to ask about a certificate.</summary>
    internal bool CanAsk(Certificate certificate) => UrlsOf(certificate).Any();

    /// <summary>What the directories have for a certificate's addresses.</summary>
    /// <returns>Copies of it; none where they have nothing. <c>HasOther</c>: they have another certificate in its place.</returns>
    /// <exception cref="HttpRequestException">None of them could be asked.</exception>
    internal async Task<(IReadOnlyList<Certificate> Copies, bool HasOther)> FindAsync(Certificate certificate, CancellationToken ct)
    {
        var (copies, hasOther, answered) = (new List<Certificate>(), false, false);
        HttpRequestException? away = null;
        foreach (var (advanced, direct) in UrlsOf(certificate))
        {
            try
            {
                foreach (var found in await AskAsync(advanced, direct, ct))
                {
                    if (found.Fingerprint == certificate.Fingerprint) copies.Add(found);
                    else hasOther = true;
                }

                answered = true;
            }
            catch (HttpRequestException e)
            {
                away = e;
            }
        }

        return answered || away is null ? (copies, hasOther && copies.Count == 0) : throw away;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The advanced method; the direct one where there is no host for that (§3.1).</summary>
    private async Task<IReadOnlyList<Certificate>> AskAsync(Uri? advanced, Uri? direct, CancellationToken ct)
    {
        try
        {
            if (advanced is not null) return await GetAsync(advanced, ct);
        }
        catch (HttpRequestException e) when (direct is not null && e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError)
        {
            // As below.
        }

        return direct is null ? [] : await GetAsync(direct, ct);
    }

    private async Task<IReadOnlyList<Certificate>> GetAsync(Uri url, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/octet-stream"));
            using var answer = await _http.SendAsync(request, ct);
            if (answer.StatusCode == HttpStatusCode.NotFound) return [];
            answer.EnsureSuccessStatusCode();
            return Certificate.ReadAll(await answer.Content.ReadAsByteArrayAsync(ct));
        }
        catch (Exception e) when (e is PgpException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new HttpRequestException("the directory's answer can't be read, or didn't come", e);
        }
    }

    private IEnumerable<(Uri? Advanced, Uri? Direct)> UrlsOf(Certificate certificate) =>
        from address in certificate.UserIds.Select(AddressOf).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Take(MaxAddresses)
        let at = address.LastIndexOf('@')
        let local = address[..at]
        let domain = address[(at + 1)..].ToLowerInvariant()
        let rest = $"hu/{WebKeyDirectory.HashOf(local)}?l={Uri.EscapeDataString(local)}"
        let advanced = _hosts.ContainsKey($"openpgpkey.{domain}") ? new Uri($"https://openpgpkey.{domain}/.well-known/openpgpkey/{domain}/{rest}") : null
        let direct = _hosts.ContainsKey(domain) ? new Uri($"https://{domain}/.well-known/openpgpkey/{rest}") : null
        where (advanced ?? direct) is not null
        select (advanced, direct);

    /// <summary>The address of a user id: <c>Name &lt;address&gt;</c>, or nothing but an address.</summary>
    private static string? AddressOf(string userId)
    {
        var (open, close) = (userId.LastIndexOf('<'), userId.LastIndexOf('>'));
        var address = open >= 0 && close > open ? userId[(open + 1)..close] : userId;
        var at = address.LastIndexOf('@');
        return at > 0 && Uri.CheckHostName(address[(at + 1)..]) == UriHostNameType.Dns ? address : null;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_hosts.GetValueOrDefault(context.DnsEndPoint.Host) ?? context.DnsEndPoint, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
