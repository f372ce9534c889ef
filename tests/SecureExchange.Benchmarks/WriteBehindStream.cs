namespace SecureExchange.Benchmarks;

/// <summary>A file, or <c>-</c> for the standard output, that one piece is being written to while the next one is made.</summary>
internal sealed class WriteBehindStream(string path) : ForwardStream
{
    private readonly FileStream _file = path == "-"
        ? new("/dev/stdout", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)
        : new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);

    /// <summary>Whoever reads into <see cref="Room"/> finds at least so much.</summary>
    private const int MinRoom = 128 * 1024;

    private byte[] _piece = new byte[PieceSize];
    private byte[] _written = new byte[PieceSize];
    private Task _write = Task.CompletedTask;
    private int _fill;

    public override bool CanWrite => true;

    /// <summary>Where the next octets may be put instead of written: see <see cref="AdvanceAsync"/>.</summary>
    public Memory<byte> Room => _piece.AsMemory(_fill);

    /// <summary>Takes octets that were put into <see cref="Room"/>.</summary>
    public ValueTask AdvanceAsync(int count)
    {
        _fill += count;
        return PieceSize - _fill < MinRoom ? TurnAsync() : default;
    }

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
        await _file.DisposeAsync();
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
        var (piece, count) = (_written, _fill);
        _fill = 0;
        _write = Task.Run(() => _file.Write(piece, 0, count));
    }
}
