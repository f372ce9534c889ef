namespace SecureExchange.OpenPgp.Messages;

/// <summary>Plaintext that anybody may have altered until <see cref="OpenedMessage.VerifyAsync"/>, or <see
/// cref="SignedMessage.VerifyAsync"/>, says otherwise. It may be worked on while it streams, and MUST NOT have an effect that
/// can be seen before.</summary>
/// <remarks>Not a <see cref="Stream"/>, so that nobody hands it on by accident.</remarks>
public sealed class UnauthenticatedPlaintext
{
    private readonly Func<Memory<byte>, CancellationToken, ValueTask<int>> _read;

    internal UnauthenticatedPlaintext(Func<Memory<byte>, CancellationToken, ValueTask<int>> read) => _read = read;

    /// <summary>Reads the next octets.</summary>
    /// <param name="buffer">Where to; 64 KiB and more are decrypted in place.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Octets read, at least one; 0 at the end.</returns>
    /// <exception cref="PgpException">The message was altered, cut, or isn't well-formed.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) => _read(buffer, ct);
}
