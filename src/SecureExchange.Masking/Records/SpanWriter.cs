using System.Buffers;
using System.Runtime.CompilerServices;

namespace SecureExchange.Masking.Records;

/// <summary>Many short writes to an <see cref="IBufferWriter{T}"/>, without a call into it for each.</summary>
internal ref struct SpanWriter(IBufferWriter<byte> output)
{
    private const int Step = 1 << 16;
    private Span<byte> _span;
    private int _used;
    private int _touched;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _span.Length - _used) Renew(bytes.Length);
        bytes.CopyTo(_span[_used..]);
        _used += bytes.Length;
    }

    public void Write(byte value)
    {
        if (_used == _span.Length) Renew(1);
        _span[_used++] = value;
    }

    /// <summary>Writes a part of some text; a short one by <see cref="ShortCopy"/>.</summary>
    /// <param name="text">The text, all of it.</param>
    /// <param name="start">Where the part begins.</param>
    /// <param name="end">Where it ends.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> text, int start, int end)
    {
        if (ShortCopy.Try(text, start, end, _span, _used)) Take(end - start);
        else Write(text[start..end]);
    }

    /// <summary>Where what is written next goes, for who writes much of it; <see cref="Take"/> says how much that was.</summary>
    public readonly Span<byte> Rest => _span[_used..];

    /// <summary>Takes what was written to <see cref="Rest"/>, behind which <see cref="ShortCopy"/> may have written as well.</summary>
    public void Take(int length)
    {
        _used += length;
        _touched = Math.Min(_used + ShortCopy.Size, _span.Length);
    }

    public void Flush()
    {
        // What stands behind a part was copied with it, and may be what a masked value took the place of.
        if (_touched > _used) _span[_used.._touched].Clear();
        if (_used > 0) output.Advance(_used);
        _span = default;
        (_used, _touched) = (0, 0);
    }

    private void Renew(int length)
    {
        Flush();
        _span = output.GetSpan(Math.Max(length, Step));
    }
}
