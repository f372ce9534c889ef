namespace SecureExchange.OpenPgp.Messages;

/// <summary>A message that is being decrypted: plaintext first, the verdict after its last octet.</summary>
public sealed class OpenedMessage : IAsyncDisposable
{
    internal OpenedMessage() { }

    public UnauthenticatedPlaintext Plaintext => throw new NotImplementedException();

    public Task<VerifiedMessage> VerifyAsync(CancellationToken ct) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
