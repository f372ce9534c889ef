using System.Buffers;
using System.Security.Cryptography;

namespace SecureExchange.Gateway.Intake;

/// <summary>Collects plaintext until it is sealed, and zeroes what it leaves behind.</summary>
internal sealed class PlaintextWriter : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _length;

    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _length);
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_length);
    }

    /// <summary>Starts again. What was collected stays until it is overwritten or disposed of.</summary>
    internal void Clear() => _length = 0;

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    public override string ToString() => "[plaintext]";

    private void Reserve(int sizeHint)
    {
        var needed = _length + Math.Max(sizeHint, 1);
        if (needed <= _bytes.Length) return;
        var larger = new byte[Math.Max(needed, _bytes.Length * 2)];
        _bytes.AsSpan(0, _length).CopyTo(larger);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = larger;
    }
}
