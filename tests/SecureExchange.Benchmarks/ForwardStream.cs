namespace SecureExchange.Benchmarks;

/// <summary>A stream that goes forward only, asynchronously.</summary>
internal abstract class ForwardStream : Stream
{
    /// <summary>Octets that are handed from one thread to the other at once: enough that the hand-over costs nothing.</summary>
    protected const int PieceSize = 512 * 1024;

    public override bool CanRead => false;

    public override bool CanWrite => false;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
