using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureExchange.Server.Listening;

/// <summary>The listener's certificate and key, from PEM files, read again when they have changed.</summary>
/// <remarks>Looked at when a connection comes, at most once in <see cref="s_pause"/>: whoever renews certificates only has
/// to replace the files. A pair that can't be read, or is of two certificates, leaves the one before in use.</remarks>
internal sealed partial class TlsCertificate
{
    private const UnixFileMode OthersMay = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private readonly string _certificate;
    private readonly string _key;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private SslStreamCertificateContext _current;
    private (DateTime Certificate, DateTime Key) _written;
    private DateTimeOffset _looked;

    /// <exception cref="ArgumentException">The pair can't be used.</exception>
    internal TlsCertificate(string certificate, string key, TimeProvider clock)
    {
        (_certificate, _key, _clock) = (certificate, key, clock);
        _written = Written();
        _looked = clock.GetUtcNow();
        _current = Load();
    }

    /// <summary>Where a failure to read a new pair is said.</summary>
    internal ILogger? Logger { get; set; }

    /// <summary>The newest usable pair.</summary>
    internal SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
            {
                if (_clock.GetUtcNow() - _looked < s_pause) return _current;
                _looked = _clock.GetUtcNow();
                try
                {
                    if (Written() is var written && written != _written)
                    {
                        _current = Load();
                        _written = written;
                        if (Logger is not null) Renewed(Logger, _current.TargetCertificate.NotAfter.ToUniversalTime());
                    }
                }
                catch (ArgumentException e)
                {
                    if (Logger is not null) NotRenewed(Logger, e.Message);
                }

                return _current;
            }
        }
    }

    private (DateTime Certificate, DateTime Key) Written() => (File.GetLastWriteTimeUtc(_certificate), File.GetLastWriteTimeUtc(_key));

    private SslStreamCertificateContext Load()
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(_key) & OthersMay) != 0)
                throw new ArgumentException("--tls-key: others on this host may read the key; chmod 600 it (or 640, for a group that has it to itself)");
            var target = X509Certificate2.CreateFromPemFile(_certificate, _key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(_certificate);
            return SslStreamCertificateContext.Create(target, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException("--tls-certificate, --tls-key: not a certificate (with its chain) and its key in PEM that can be read", e);
        }
    }

    [LoggerMessage(1300, LogLevel.Information, "The TLS certificate was renewed; it is good until {End:O}")]
    private static partial void Renewed(ILogger logger, DateTime end);

    [LoggerMessage(1301, LogLevel.Warning, "The TLS certificate has changed and can't be used, so the one before stays: {Why}")]
    private static partial void NotRenewed(ILogger logger, string why);
}
