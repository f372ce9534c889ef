namespace SecureExchange.OpenPgp.Streaming;

/// <summary>A source as the read-only stream that .NET's decompression wants.</summary>
internal sealed class SourceStream(OctetSource source) : Stream
{
    /// <summary>Octets read so far.</summary>
    public long Count { get; private set; }

    /// <summary>Whether the source failed: then an exception is its own, and nothing that decompression says of the
    /// data.</summary>
    public bool HasFailed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("this stream goes forward only");

    public override long Position { get => Count; set => throw new NotSupportedException("this stream goes forward only"); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        HasFailed = true; // Unless it returns.
        var read = await source.ReadAsync(buffer, cancellationToken);
        HasFailed = false;
        Count += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("this stream goes forward only");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("this stream goes forward only");

    public override void SetLength(long value) => throw new NotSupportedException("this stream goes forward only");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("this stream goes forward only");

    public override void Flush() { }
}
