namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Octets that come one piece after the other: each layer of a message is a source over the one
/// below.</summary>
internal abstract class OctetSource
{
    /// <summary>The least room that an <see cref="OctetReader"/> asks its source to fill.</summary>
    public const int MinRequest = 16 * 1024;

    private protected OctetSource() { }

    /// <returns>Octets read, at least one; 0 at the end.</returns>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct);
}
