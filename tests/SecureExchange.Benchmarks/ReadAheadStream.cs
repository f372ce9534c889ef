namespace SecureExchange.Benchmarks;

/// <summary>A file, or <c>-</c> for the standard input, whose next piece is being read while the last one is worked on.</summary>
internal sealed class ReadAheadStream : ForwardStream
{
    private readonly FileStream _file;
    private byte[] _piece = new byte[PieceSize];
    private byte[] _nextPiece = new byte[PieceSize];
    private Task<int> _next;
    private int _start;
    private int _end;

    public ReadAheadStream(string path)
    {
        _file = new FileStream(path == "-" ? "/dev/stdin" : path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        _next = ReadNextAsync();
    }

    public override bool CanRead => true;

    /// <summary>The next piece, where it stands; empty at the end. It is good until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> NextAsync()
    {
        if (_start == _end) await TurnAsync();
        var piece = _piece.AsMemory(_start, _end - _start);
        _start = _end;
        return piece;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end) await TurnAsync();
        var count = Math.Min(_end - _start, buffer.Length);
        _piece.AsSpan(_start, count).CopyTo(buffer.Span);
        _start += count;
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await _next;
        await _file.DisposeAsync();
        await base.DisposeAsync();
    }

    private async ValueTask TurnAsync()
    {
        (_start, _end) = (0, await _next);
        (_piece, _nextPiece) = (_nextPiece, _piece);
        if (_end > 0) _next = ReadNextAsync();
    }

    private Task<int> ReadNextAsync() => Task.Run(() => _file.ReadAtLeast(_nextPiece, PieceSize, throwOnEndOfStream: false));
}
