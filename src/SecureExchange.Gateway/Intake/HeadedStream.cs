namespace SecureExchange.Gateway.Intake;

/// <summary>Bytes that were read ahead, and then the stream that they came from.</summary>
internal sealed class HeadedStream(ReadOnlyMemory<byte> head, Stream rest) : Stream
{
    private ReadOnlyMemory<byte> _head = head;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("a stream from the network has no length");

    public override long Position
    {
        get => throw new NotSupportedException("a stream from the network has no position");
        set => throw new NotSupportedException("a stream from the network goes forward only");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_head.IsEmpty) return await rest.ReadAsync(buffer, cancellationToken);
        var taken = Math.Min(_head.Length, buffer.Length);
        _head[..taken].CopyTo(buffer);
        _head = _head[taken..];
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("a stream from the network goes forward only");

    public override void SetLength(long value) => throw new NotSupportedException("a stream from the network is read only");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("a stream from the network is read only");
}
