using System.Security.Cryptography;
using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Detection;

/// <summary>Finds personal data in a text that comes in pieces: the same as in the whole, however it is cut, in memory that doesn't
/// grow with it.</summary>
public sealed class TextDetector(Detector detector) : IDisposable
{
    private readonly byte[] _buffer = new byte[Detector.Window];
    private readonly DetectionList _found = new();
    private int _filled;
    private int _fresh;
    private long _offset;
    private long _codePointsBeforeHeld;
    private long _counted;
    private long _codePoints;

    /// <summary>The bytes of the text that are held; detections are told while what they speak of is here.</summary>
    public ReadOnlySpan<byte> Held => _buffer.AsSpan(0, _filled);

    /// <summary>Where in the whole text <see cref="Held"/> begins.</summary>
    public long HeldFrom => _offset;

    /// <summary>How many code points of the text come before a byte of it. Call it in the order of the text, or nearly so.</summary>
    /// <param name="offset">Not before what is held.</param>
    public long CodePointsBefore(long offset)
    {
        if (offset < _counted) (_counted, _codePoints) = (_offset, _codePointsBeforeHeld);
        _codePoints += CodePoints.Count(_buffer.AsSpan((int)(_counted - _offset), (int)(offset - _counted)));
        _counted = offset;
        return _codePoints;
    }

    /// <summary>Takes the next piece.</summary>
    /// <param name="piece">UTF-8, cut anywhere.</param>
    /// <param name="report">Is told what was found, in order, some time after it came.</param>
    public void Write(ReadOnlySpan<byte> piece, Action<ReadOnlySpan<Detection>> report)
    {
        while (!piece.IsEmpty)
        {
            // A full window is worked on when more is known to come: whether one is the last decides where it is cut.
            if (_filled == _buffer.Length) Run(final: false, report);
            var taken = Math.Min(piece.Length, _buffer.Length - _filled);
            piece[..taken].CopyTo(_buffer.AsSpan(_filled));
            _filled += taken;
            piece = piece[taken..];
        }
    }

    /// <summary>The text ends here.</summary>
    public void Complete(Action<ReadOnlySpan<Detection>> report)
    {
        Run(final: true, report);
        CryptographicOperations.ZeroMemory(_buffer);
        _filled = 0;
    }

    /// <summary>Overwrites what is left of the text.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_buffer);
        detector.Zero();
    }

    private void Run(bool final, Action<ReadOnlySpan<Detection>> report)
    {
        _found.Clear();
        var cut = detector.DetectWindow(Held, _fresh, final, _offset, _found);
        report(_found.Found);
        if (final) return;
        var next = Detector.NextStart(Held, cut);
        _codePointsBeforeHeld = CodePointsBefore(_offset + next);
        Held[next..].CopyTo(_buffer);
        _filled -= next;
        _fresh = cut - next;
        _offset += next;
    }
}
