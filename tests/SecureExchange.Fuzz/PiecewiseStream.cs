namespace SecureExchange.Fuzz;

/// <summary>Octets that come in pieces, and the end of which is asked for only so often. Gives up where it is told to.</summary>
internal sealed class PiecewiseStream(byte[] octets, int piece, CancellationTokenSource? cancelled = null, int cancelAt = 0) : Stream
{
    private const int MostEnds = 64;

    private int _at;
    private int _ends;

    public int Piece { get; } = piece;

    /// <summary>Whether the last octet was read.</summary>
    public bool IsAtEnd => _at == octets.Length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("this stream goes forward only");

    public override long Position { get => _at; set => throw new NotSupportedException("this stream goes forward only"); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancelled is not null && _at >= cancelAt) cancelled.Cancel();
        cancellationToken.ThrowIfCancellationRequested();
        var count = Math.Min(Math.Min(buffer.Length, Piece), octets.Length - _at);
        if (count == 0 && ++_ends > MostEnds) throw new Violation("the end was read over and over");
        octets.AsSpan(_at, count).CopyTo(buffer.Span);
        _at += count;
        return new(count);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new Violation("read synchronously");

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("this stream goes forward only");

    public override void SetLength(long value) => throw new NotSupportedException("this stream goes forward only");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("this stream goes forward only");
}
