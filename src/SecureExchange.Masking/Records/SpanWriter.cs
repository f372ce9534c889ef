using System.Buffers;
using System.Runtime.CompilerServices;

namespace SecureExchange.Masking.Records;

/// <summary>Many short writes to an <see cref="IBufferWriter{T}"/>, without a call into it for each.</summary>
internal ref struct SpanWriter(IBufferWriter<byte> output)
{
    private const int Step = 1 << 16;
    private Span<byte> _span;
    private int _used;

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

    public void Flush()
    {
        if (_used > 0) output.Advance(_used);
        _span = default;
        _used = 0;
    }

    private void Renew(int length)
    {
        Flush();
        _span = output.GetSpan(Math.Max(length, Step));
    }
}
