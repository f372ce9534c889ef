namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Encrypts packets into the body of an encrypted data packet, of whichever version, part by part.</summary>
internal abstract class EncryptedDataWriter : IDisposable
{
    private protected EncryptedDataWriter() { }

    /// <summary>Octets of the packets inside so far.</summary>
    public abstract long Length { get; }

    /// <summary>Writes the packet's type, and starts its data.</summary>
    public abstract ValueTask StartAsync(CancellationToken ct);

    /// <summary>Takes the next octets of the packets inside.</summary>
    public abstract ValueTask AppendAsync(ReadOnlyMemory<byte> octets, CancellationToken ct);

    /// <summary>Writes what ends and authenticates the data.</summary>
    public abstract ValueTask CompleteAsync(CancellationToken ct);

    public abstract void Dispose();
}
