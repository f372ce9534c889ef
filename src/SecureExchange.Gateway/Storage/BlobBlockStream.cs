using System.Buffers;

namespace SecureExchange.Gateway.Storage;

/// <summary>Gathers what is written into blocks, so that a store sees few large writes and memory stays at one block.</summary>
/// <remarks>A flush passes nothing on: what a store hasn't committed nobody can see anyway, and a block for each flush would
/// run into Azure's 50,000. Disposing does nothing either, so that wrapping streams may do it: the writer decides.</remarks>
internal sealed class BlobBlockStream(int blockSize, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> sink) : Stream
{
    private byte[]? _block = ArrayPool<byte>.Shared.Rent(blockSize);
    private int _filled;
    private long _written;
    private bool _broken;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => _block is not null;

    public override long Length => _written;

    public override long Position { get => _written; set => throw new NotSupportedException("a blob's stream goes forward only"); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var block = Usable();
            if (_filled == 0 && buffer.Length >= blockSize)
            {
                await PassAsync(buffer[..blockSize], cancellationToken);
                _written += blockSize;
                buffer = buffer[blockSize..];
                continue;
            }

            var taken = Math.Min(buffer.Length, blockSize - _filled);
            buffer[..taken].CopyTo(block.AsMemory(_filled));
            _filled += taken;
            _written += taken;
            buffer = buffer[taken..];
            if (_filled == blockSize) await PassBlockAsync(cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("a blob is written asynchronously");

    public override void Flush() { }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("a blob's stream goes forward only");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("a blob's stream goes forward only");

    public override void SetLength(long value) => throw new NotSupportedException("a blob's stream goes forward only");

    /// <summary>Passes on the last, shorter block. Nothing can be written afterwards.</summary>
    internal async ValueTask FinishAsync(CancellationToken ct)
    {
        Usable();
        if (_filled > 0) await PassBlockAsync(ct);
        Release();
    }

    internal void Release()
    {
        if (_block is null) return;
        ArrayPool<byte>.Shared.Return(_block);
        _block = null;
    }

    private byte[] Usable()
    {
        ObjectDisposedException.ThrowIf(_block is null, this);
        if (_broken) throw new InvalidOperationException("an earlier write of this blob failed");
        return _block;
    }

    private async ValueTask PassBlockAsync(CancellationToken ct)
    {
        await PassAsync(_block.AsMemory(0, _filled), ct);
        _filled = 0;
    }

    private async ValueTask PassAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        _broken = true; // Until it has succeeded: a blob with a hole must never be committed.
        await sink(bytes, ct);
        _broken = false;
    }
}
