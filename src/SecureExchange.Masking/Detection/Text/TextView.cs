using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.Masking.Detection.Text;

/// <summary>A text as detectors read it: look-alikes, full-width digits and accents folded to ASCII, invisible characters left
/// out, everything else as it is; and the way back from each place to the original.</summary>
/// <remarks>Folding once, here, means that no pattern has to know that a digit can be written in a dozen ways.</remarks>
internal sealed class TextView
{
    /// <summary>Zero bytes behind the text: whoever reads ahead needs no bounds, and no pattern matches one.</summary>
    public const int Padding = 64;

    private byte[] _bytes = new byte[1024 + Padding];
    private int[] _shiftAt = new int[64];
    private int[] _shifts = new int[64];
    private int _shiftCount;
    private int _near;

    public int Length { get; private set; }

    /// <summary>Whether the original had no other characters.</summary>
    public bool IsAscii { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>The text with its padding.</summary>
    public ReadOnlySpan<byte> Padded => _bytes.AsSpan(0, Length + Padding);

    public void Load(ReadOnlySpan<byte> text)
    {
        if (_bytes.Length < text.Length + Padding)
        {
            CryptographicOperations.ZeroMemory(_bytes);
            _bytes = new byte[Math.Max(2 * _bytes.Length, text.Length + Padding)];
        }

        _shiftCount = 0;
        _near = 0;
        IsAscii = true;
        var (read, written) = (0, 0);
        while (read < text.Length)
        {
            var plain = text[read..].IndexOfAnyExceptInRange((byte)0, (byte)0x7f);
            if (plain < 0) plain = text.Length - read;
            text.Slice(read, plain).CopyTo(_bytes.AsSpan(written));
            read += plain;
            written += plain;
            IsAscii &= read == text.Length;
            while (read < text.Length && text[read] >= 0x80) Fold(text, ref read, ref written);
        }

        Length = written;
        _bytes.AsSpan(Length, Padding).Clear();
    }

    /// <summary>No place is so much further on in the original as this, or not more.</summary>
    public int MostShift => _shiftCount == 0 ? 0 : _shifts[_shiftCount - 1];

    /// <summary>Where the character that became this byte begins in the original. Fast for a place near the last one that was asked for.</summary>
    public int Source(int at)
    {
        if (_shiftCount == 0 || at < _shiftAt[0]) return at;
        if (!IsShift(_near, at)) _near = IsShift(_near + 1, at) ? _near + 1 : FindShift(at);
        return at + _shifts[_near];
    }

    /// <summary>Whether a shift is the one that counts at a place.</summary>
    private bool IsShift(int shift, int at) => shift < _shiftCount && _shiftAt[shift] <= at && (shift + 1 == _shiftCount || _shiftAt[shift + 1] > at);

    private int FindShift(int at)
    {
        var i = _shiftAt.AsSpan(0, _shiftCount).BinarySearch(at);
        return i < 0 ? ~i - 1 : i;
    }

    /// <summary>Where the character that became the byte before this place ends in the original.</summary>
    public int SourceEnd(ReadOnlySpan<byte> original, int end)
    {
        if (end == 0) return 0;
        var start = Source(end - 1);
        if (start >= original.Length) return original.Length;
        if (original[start] < 0x80 || _bytes[end - 1] >= 0x80) return start + 1;
        return Rune.DecodeFromUtf8(original[start..], out _, out var length) == OperationStatus.Done ? start + length : start + 1;
    }

    public void Zero()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        Length = 0;
        _shiftCount = 0;
    }

    private void Fold(ReadOnlySpan<byte> text, ref int read, ref int written)
    {
        // What isn't UTF-8 is kept byte by byte.
        var status = Rune.DecodeFromUtf8(text[read..], out var rune, out var length);
        var folded = status == OperationStatus.Done ? CharacterFolding.Fold(rune.Value) : CharacterFolding.Keep;
        if (folded == CharacterFolding.Lookalike) folded = CharacterFolding.FoldLookalike(text, read, rune.Value);
        if (folded == CharacterFolding.Keep)
        {
            if (status != OperationStatus.Done) length = 1;
            text.Slice(read, length).CopyTo(_bytes.AsSpan(written));
            read += length;
            written += length;
            return;
        }

        // The folded character itself still begins where the shift so far says; the next one is further on.
        read += length;
        if (folded >= 0) _bytes[written++] = (byte)folded;
        AddShift(written, read - written);
    }

    private void AddShift(int at, int shift)
    {
        if (_shiftCount > 0 && _shiftAt[_shiftCount - 1] == at)
        {
            _shifts[_shiftCount - 1] = shift;
            return;
        }

        if (_shiftCount == _shiftAt.Length)
        {
            Array.Resize(ref _shiftAt, 2 * _shiftCount);
            Array.Resize(ref _shifts, 2 * _shiftCount);
        }

        (_shiftAt[_shiftCount], _shifts[_shiftCount]) = (at, shift);
        _shiftCount++;
    }
}
