using System.Security.Cryptography;

namespace SecureExchange.Gateway.Intake;

/// <summary>Cuts a request's body into batches of lines.</summary>
public sealed class RecordLines(Stream body) : IDisposable
{
    /// <summary>The most lines of a batch.</summary>
    private const int MaxLines = 500;

    /// <summary>The most bytes of a batch: one more than of a record, so that the masker sees that a line has too many.</summary>
    private const int MaxBytes = (1024 * 1024) + 1;

    private readonly byte[] _buffer = new byte[MaxBytes];
    private readonly List<Range> _lines = new(MaxLines);
    private int _start;
    private int _end;
    private bool _ended;
    private bool _passing;

    /// <summary>How many lines the batch has.</summary>
    internal int Count => _lines.Count;

    /// <summary>How many bytes these are.</summary>
    internal long Bytes { get; private set; }

    /// <summary>The number of the batch's first line in the request, from 1.</summary>
    internal long FirstLine { get; private set; } = 1;

    /// <summary>A line of the batch, without its line end.</summary>
    internal ReadOnlyMemory<byte> this[int index] => _buffer.AsMemory(_lines[index]);

    /// <summary>Gathers the next batch.</summary>
    /// <param name="waitForFull">Cut where the content says, and not where the network paused.</param>
    /// <param name="ct">Cancels the reading.</param>
    /// <returns>False where there is none.</returns>
    internal async Task<bool> ReadBatchAsync(bool waitForFull, CancellationToken ct)
    {
        FirstLine += _lines.Count;
        _lines.Clear();
        Bytes = 0;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (true)
        {
            Cut();
            var full = _lines.Count == MaxLines || _end == _buffer.Length;
            if (_lines.Count > 0 && (full || _ended || !waitForFull)) return true;
            if (_ended) return _lines.Count > 0;
            if (full)
            {
                TakeRest(); // One line fills the buffer: the masker refuses it by its size, and its rest is passed over.
                _passing = true;
            }
            else
            {
                var read = await body.ReadAsync(_buffer.AsMemory(_end), ct);
                _end += read;
                if (read > 0) continue;
                _ended = true;
                if (_start < _end && !_passing) TakeRest();
            }
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_buffer);

    private void Cut()
    {
        if (_passing)
        {
            var rest = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            _start = rest < 0 ? _end : _start + rest + 1;
            _passing = rest < 0;
            if (_start == _end) (_start, _end) = (0, 0);
        }

        while (_lines.Count < MaxLines && _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n') is var length && length >= 0)
        {
            Take(length);
            _start++;
        }
    }

    private void TakeRest() => Take(_end - _start);

    private void Take(int length)
    {
        _lines.Add(new Range(_start, _start + length));
        _start += length;
        Bytes += length;
    }
}
