using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>A source that can be looked into before it is read. Zeroes what it held when disposed of.</summary>
internal sealed class OctetReader(OctetSource source) : OctetSource, IDisposable
{
    /// <summary>Large enough that calls and system calls cost nothing beside the octets, small enough for a core's
    /// cache.</summary>
    private const int BufferSize = 128 * 1024;

    private byte[]? _buffer;
    private int _start;
    private int _end;
    private int _highWater;

    /// <summary>Octets that were taken out so far.</summary>
    public long Position { get; private set; }

    public ReadOnlyMemory<byte> Buffered => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Looks ahead, at most <see cref="OctetSource.MinRequest"/> octets.</summary>
    /// <returns>As many octets, or more; fewer only where the source ends before.</returns>
    public ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken ct) =>
        _end - _start >= count ? new(Buffered) : FillAsync(count, ct);

    /// <summary>Takes octets that were looked at.</summary>
    public void Skip(int count)
    {
        _start += count;
        Position += count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var buffered = _end - _start;
        if (buffered == 0) return ReadMoreAsync(buffer, ct);
        var count = Math.Min(buffered, buffer.Length);
        _buffer.AsSpan(_start, count).CopyInPieces(buffer.Span);
        Skip(count);
        return new(count);
    }

    public void Dispose()
    {
        if (_buffer is not { } buffer) return;
        _buffer = null;
        (_start, _end) = (0, 0);
        CryptographicOperations.ZeroMemory(buffer.AsSpan(0, _highWater));
        ArrayPool<byte>.Shared.Return(buffer);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadMoreAsync(Memory<byte> buffer, CancellationToken ct)
    {
        if (buffer.Length >= MinRequest)
        {
            var read = await source.ReadAsync(buffer, ct);
            Position += read;
            return read;
        }

        var ahead = await FillAsync(1, ct);
        var count = Math.Min(ahead.Length, buffer.Length);
        ahead.Span[..count].CopyInPieces(buffer.Span);
        Skip(count);
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadOnlyMemory<byte>> FillAsync(int count, CancellationToken ct)
    {
        var buffer = _buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
        while (_end - _start < count)
        {
            if (buffer.Length - _end < MinRequest || _start == _end)
            {
                buffer.AsSpan(_start, _end - _start).CopyInPieces(buffer);
                (_start, _end) = (0, _end - _start);
            }

            var read = await source.ReadAsync(buffer.AsMemory(_end), ct);
            if (read == 0) break;
            _end += read;
            _highWater = Math.Max(_highWater, _end);
        }

        return Buffered;
    }
}
