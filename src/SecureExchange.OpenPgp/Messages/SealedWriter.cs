namespace SecureExchange.OpenPgp.Messages;

/// <summary>Takes plaintext, writes one sealed message.</summary>
public sealed class SealedWriter : IAsyncDisposable
{
    internal SealedWriter() { }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> plaintext, CancellationToken ct) => throw new NotImplementedException();

    public ValueTask CompleteAsync(CancellationToken ct) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
