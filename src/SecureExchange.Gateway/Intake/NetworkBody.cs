namespace SecureExchange.Gateway.Intake;

/// <summary>What comes over the network as a stream: read once, forward, asynchronously.</summary>
internal abstract class NetworkBody : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("a stream from the network has no length");

    public override long Position
    {
        get => throw new NotSupportedException("a stream from the network has no position");
        set => throw ForwardOnly();
    }

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw ForwardOnly();

    public override void SetLength(long value) => throw ReadOnly();

    public override void Write(byte[] buffer, int offset, int count) => throw ReadOnly();

    private static NotSupportedException ForwardOnly() => new("a stream from the network goes forward only");

    private static NotSupportedException ReadOnly() => new("a stream from the network is read only");
}
