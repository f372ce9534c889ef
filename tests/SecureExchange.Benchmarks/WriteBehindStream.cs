using Microsoft.Win32.SafeHandles;

namespace SecureExchange.Benchmarks;

/// <summary>A file that one piece is being written to while the next one is made.</summary>
internal sealed class WriteBehindStream(string path) : ForwardStream
{
    private readonly SafeFileHandle _file = path == "-"
        ? File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
        : File.OpenHandle(path, FileMode.Create, FileAccess.Write);

    private byte[] _piece = new byte[PieceSize];
    private byte[] _written = new byte[PieceSize];
    private Task _write = Task.CompletedTask;
    private long _offset;
    private int _fill;

    public override bool CanWrite => true;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length > PieceSize - _fill) return FlushAndWriteAsync(buffer);
        buffer.Span.CopyTo(_piece.AsSpan(_fill));
        _fill += buffer.Length;
        return default;
    }

    public override async ValueTask DisposeAsync()
    {
        await TurnAsync();
        await _write;
        _file.Dispose();
        await base.DisposeAsync();
    }

    private async ValueTask FlushAndWriteAsync(ReadOnlyMemory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, PieceSize - _fill);
            buffer.Span[..count].CopyTo(_piece.AsSpan(_fill));
            buffer = buffer[count..];
            _fill += count;
            if (_fill == PieceSize) await TurnAsync();
        }
    }

    private async ValueTask TurnAsync()
    {
        await _write;
        (_piece, _written) = (_written, _piece);
        var (piece, count, offset) = (_written, _fill, _offset);
        (_fill, _offset) = (0, offset + count);
        _write = Task.Run(() => RandomAccess.Write(_file, piece.AsSpan(0, count), offset));
    }
}
