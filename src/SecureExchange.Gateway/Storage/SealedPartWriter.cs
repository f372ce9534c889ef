using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Gateway.Storage;

/// <summary>Takes plaintext and leaves a sealed part: the only kind of writer that a stage gives out.</summary>
internal sealed class SealedPartWriter : IAsyncDisposable
{
    private readonly BlobWriter _blob;
    private readonly DigestStream _digest;
    private readonly SealedWriter? _message;
    private readonly DataSealWriter? _data;
    private readonly string? _recipient;

    private SealedPartWriter(string name, BlobWriter blob, SealOptions? options, SecretBytes? key)
    {
        Name = name;
        _blob = blob;
        _digest = new DigestStream(blob.Content);
        if (key is not null) _data = new DataSealWriter(_digest, key);
        if (options is null) return;
        _message = PgpMessage.Seal(_digest, options);
        _recipient = options.Recipients[0].Fingerprint.ToString();
    }

    /// <summary>The part's name.</summary>
    internal string Name { get; }

    internal static SealedPartWriter ToReader(string name, BlobWriter blob, SealOptions options) => new(name, blob, options, null);

    internal static SealedPartWriter ToGateway(string name, BlobWriter blob, SecretBytes key) => new(name, blob, null, key);

    internal ValueTask WriteAsync(ReadOnlyMemory<byte> plaintext, CancellationToken ct) =>
        _message?.WriteAsync(plaintext, ct) ?? _data!.WriteAsync(plaintext, ct);

    internal async Task<SealedPart> CompleteAsync(CancellationToken ct)
    {
        await (_message?.CompleteAsync(ct) ?? _data!.CompleteAsync(ct));
        await _digest.FlushAsync(ct);
        await _blob.CommitAsync(ct);
        return new SealedPart(Name, _digest.Length, _digest.Digest(), _recipient);
    }

    public async ValueTask DisposeAsync()
    {
        if (_message is not null) await _message.DisposeAsync();
        _data?.Dispose();
        await _blob.DisposeAsync();
        await _digest.DisposeAsync();
    }
}
