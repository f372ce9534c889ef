using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SecureExchange.Masking.Records;

/// <summary>Many short writes to an <see cref="IBufferWriter{T}"/>, without a call into it for each.</summary>
internal ref struct SpanWriter(IBufferWriter<byte> output)
{
    private const int Step = 1 << 16;
    private const int Stretch = CellColumn.Stretch;
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

    /// <summary>Writes a part of some text; a short one by one copy of <see cref="CellColumn.Stretch"/> octets, which doesn't ask how long it is.</summary>
    /// <param name="text">The text, all of it.</param>
    /// <param name="start">Where the part begins.</param>
    /// <param name="end">Where it ends.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> text, int start, int end)
    {
        if (end - start > Stretch || start > text.Length - Stretch || _used > _span.Length - Stretch)
        {
            Write(text[start..end]);
            return;
        }

        Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(text), (nuint)start).StoreUnsafe(ref MemoryMarshal.GetReference(_span), (nuint)_used);
        _touched = _used + Stretch;
        _used += end - start;
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
