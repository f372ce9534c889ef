using SecureExchange.Access;
using SecureExchange.Masking;

namespace SecureExchange.Gateway.Keys;

/// <summary>One agreement's key in all its epochs, for as long as a pipeline works under it.</summary>
internal sealed class AgreementKey : IDisposable
{
    private readonly AgreementId _agreement;

    /// <summary>By epoch: the agreement's own, and the one of its client for fields whose profile says <c>scope: client</c>.</summary>
    private readonly SortedDictionary<int, (SecretBytes Own, SecretBytes OfClient)> _epochs;

    internal AgreementKey(AgreementId agreement, SortedDictionary<int, (SecretBytes Own, SecretBytes OfClient)> epochs)
    {
        _agreement = agreement;
        _epochs = epochs;
        Epoch = epochs.Keys.Last();
    }

    /// <summary>The epoch that is for what is new.</summary>
    internal int Epoch { get; }

    /// <summary>The keys of the transforms, as they were or are in an epoch.</summary>
    internal MaskingKeys MaskingKeys(int epoch) => Masking.MaskingKeys.Derive(
        _epochs[epoch].Own.Span, _agreement.Value, _epochs[epoch].OfClient.Span, KeyRing.ClientOf(_agreement));

    /// <summary>The keys that notices to the client are signed with: the newest first, then the one before it, so that a receiver has
    /// the time until the next rotation to fetch the new one.</summary>
    internal IReadOnlyList<SecretBytes> WebhookKeys() =>
        [.. _epochs.Values.Reverse().Take(2).Select(key => key.Own.Derive("secureexchange/v1/webhook"))];

    /// <summary>A new transfer's data key, and the same wrapped for the database.</summary>
    internal (DataKey Key, byte[] Wrapped) NewDataKey(TransferId transfer)
    {
        using var wrapping = _epochs[Epoch].Own.Derive("secureexchange/v1/wrap");
        var secret = SecretBytes.Random(32);
        return (new DataKey(secret), KeyWrap.Wrap(wrapping, secret.Span, $"transfer/{transfer}"));
    }

    /// <summary>Opens a transfer's data key.</summary>
    internal DataKey OpenDataKey(TransferId transfer, ReadOnlySpan<byte> wrapped, int epoch)
    {
        using var wrapping = _epochs[epoch].Own.Derive("secureexchange/v1/wrap");
        return new DataKey(new SecretBytes(KeyWrap.Unwrap(wrapping, wrapped, $"transfer/{transfer}")));
    }

    public void Dispose()
    {
        foreach (var (own, ofClient) in _epochs.Values)
        {
            own.Dispose();
            ofClient.Dispose();
        }
    }
}

/// <summary>One transfer's data key: its manifest is sealed under it, and its file name.</summary>
internal sealed class DataKey(SecretBytes key) : IDisposable
{
    /// <summary>The key of the manifest's row tags.</summary>
    internal SecretBytes TagKey() => key.Derive("secureexchange/v1/manifest-tags");

    /// <summary>The key that a stream called <paramref name="what"/> is sealed under.</summary>
    internal SecretBytes SealKey(string what) => key.Derive($"secureexchange/v1/seal/{what}");

    /// <summary>A short text, sealed: file names tell of people too.</summary>
    internal byte[] SealText(string text, string what)
    {
        using var sealKey = SealKey(what);
        return KeyWrap.Wrap(sealKey, System.Text.Encoding.UTF8.GetBytes(text), what);
    }

    internal string OpenText(ReadOnlySpan<byte> wrapped, string what)
    {
        using var sealKey = SealKey(what);
        return System.Text.Encoding.UTF8.GetString(KeyWrap.Unwrap(sealKey, wrapped, what));
    }

    public void Dispose() => key.Dispose();
}
