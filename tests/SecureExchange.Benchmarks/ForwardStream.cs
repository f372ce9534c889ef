namespace SecureExchange.Benchmarks;

/// <summary>A stream that goes forward only, asynchronously: whatever else a stream may offer isn't part of it.</summary>
internal abstract class ForwardStream : Stream
{
    /// <summary>Octets that are handed from one thread to the other at once: enough that the hand-over costs nothing.</summary>
    protected const int PieceSize = 512 * 1024;

    public override bool CanRead => false;

    public override bool CanWrite => false;

    public override bool CanSeek => false;

    public override long Length => throw ForwardOnly();

    public override long Position { get => throw ForwardOnly(); set => throw ForwardOnly(); }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read and written asynchronously");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("read and written asynchronously");

    public override long Seek(long offset, SeekOrigin origin) => throw ForwardOnly();

    public override void SetLength(long value) => throw ForwardOnly();

    private static NotSupportedException ForwardOnly() => new("this stream goes forward only, and has no length");
}
