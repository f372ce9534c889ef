namespace SecureExchange.Gateway.Storage;

/// <summary>Exactly <paramref name="length"/> bytes of a blob: an end before that is an error, never a short read.</summary>
internal abstract class BlobRangeStream(BlobName name, long length) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => _position; set => throw new NotSupportedException("a blob's stream goes forward only"); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, length - _position);
        if (wanted == 0) return 0;
        var read = await ReadAtAsync(_position, buffer[..wanted], cancellationToken);

        // Without this, a file that was cut off would reach its reader as a shorter one with a success status.
        if (read == 0) throw BlobFault.On("read", name).Tampered("the blob ends before its length");
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("a blob is read asynchronously");

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("a blob's stream goes forward only");

    public override void SetLength(long value) => throw new NotSupportedException("a blob's stream goes forward only");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("a blob's stream goes forward only");

    /// <summary>Reads on from where the last call ended; 0 only at the end of what the store has.</summary>
    private protected abstract ValueTask<int> ReadAtAsync(long position, Memory<byte> buffer, CancellationToken ct);
}
