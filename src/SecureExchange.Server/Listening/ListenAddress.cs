using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace SecureExchange.Server.Listening;

/// <summary>Where the gateway listens: HTTPS with a certificate, plain HTTP on loopback only.</summary>
internal static class ListenAddress
{
    /// <summary>Listens.</summary>
    /// <param name="kestrel">The server.</param>
    /// <param name="url">An IP address or <c>localhost</c>, and a port; <c>[::]</c> is everywhere.</param>
    /// <param name="certificate">For HTTPS.</param>
    internal static void Listen(this KestrelServerOptions kestrel, Uri url, TlsCertificate? certificate)
    {
        var address = AddressOf(url);
        if (address is null) kestrel.ListenLocalhost(url.Port, Configure);
        else kestrel.Listen(address, url.Port, Configure);

        void Configure(ListenOptions listen)
        {
            if (certificate is null) return;
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = TimeSpan.FromSeconds(10),
                OnConnection = _ => ValueTask.FromResult(new System.Net.Security.SslServerAuthenticationOptions
                {
                    ServerCertificateContext = certificate.Current,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                }),
            });
        }
    }

    /// <summary>Whether the gateway can listen there: a name would be resolved by whoever answers for it.</summary>
    internal static bool CanListen(Uri url) => url.Host == "localhost" || IPAddress.TryParse(url.Host.Trim('[', ']'), out _);

    internal static bool IsLoopback(Uri url) =>
        url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static IPAddress? AddressOf(Uri url) => url.Host switch
    {
        "localhost" => url.Port == 0 ? IPAddress.Loopback : null, // Two families can't share a port that is still to be chosen.
        var host => IPAddress.Parse(host.Trim('[', ']')),
    };
}
