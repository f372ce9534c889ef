using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Gateway.Keys;

/// <summary>The gateway's OpenPGP keys: one signs, and for a while older ones still open what was sent to them.</summary>
internal sealed class GatewayKeys : IDisposable
{
    /// <summary>How long a sender may go on with a certificate that it has kept.</summary>
    internal static readonly TimeSpan Overlap = TimeSpan.FromDays(90);

    private readonly List<(SecretKey Key, DateTimeOffset From)> _epochs = [];

    /// <summary>Signs.</summary>
    internal SecretKey Current => _epochs[^1].Key;

    internal int Count => _epochs.Count;

    /// <summary>All certificates for whoever asks: the current one first, which the one before vouches for; then the older ones, superseded by
    /// it. They aren't revoked: to a verifier that judges by today, as this engine does, what they have signed would be no good any more.</summary>
    internal IReadOnlyList<Certificate> Certificates { get; private set; } = [];

    /// <summary>Takes the next key.</summary>
    /// <param name="key">Its own from now on.</param>
    /// <param name="from">Since when it is in use.</param>
    internal void Add(SecretKey key, DateTimeOffset from)
    {
        _epochs.Add((key, from));
        var published = new List<Certificate>();
        for (var i = 0; i < _epochs.Count; i++)
        {
            var certificate = _epochs[i].Key.Certificate;
            if (i > 0) certificate = _epochs[i - 1].Key.Certify(certificate, certificate.UserIds[0], certificate.CreatedAt, CertificationLevel.Positive);
            published.Insert(0, certificate);
        }

        Certificates = published;
    }

    /// <summary>The keys that open what is sent to the gateway.</summary>
    internal IReadOnlyList<SecretKey> Opening(DateTimeOffset now) =>
        [.. _epochs.Where((_, i) => i + 1 == _epochs.Count || now < _epochs[i + 1].From + Overlap).Select(epoch => epoch.Key).Reverse()];

    public void Dispose()
    {
        foreach (var (key, _) in _epochs) key.Dispose();
    }
}
