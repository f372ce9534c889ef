namespace SecureExchange.Gateway.Intake;

/// <summary>Tells how much has been read of a stream, before its reader has it.</summary>
/// <param name="from">The stream.</param>
/// <param name="count">Is told how many bytes that are by now; what it throws cuts the reading.</param>
internal sealed class MeteredStream(Stream from, Func<long, ValueTask> count) : Stream
{
    private long _read;

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
        var read = await from.ReadAsync(buffer, cancellationToken);
        await count(_read += read);
        return read;
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
