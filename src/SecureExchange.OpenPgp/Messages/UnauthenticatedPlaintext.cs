namespace SecureExchange.OpenPgp.Messages;

/// <summary>Plaintext that anybody may have altered until <see cref="OpenedMessage.VerifyAsync"/> says otherwise.</summary>
/// <remarks>Not a <see cref="Stream"/>, so that nobody hands it on by accident.</remarks>
public sealed class UnauthenticatedPlaintext
{
    internal UnauthenticatedPlaintext() { }

    /// <returns>Octets read; 0 at the end.</returns>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) => throw new NotImplementedException();
}
