using System.Buffers;
using System.Security.Cryptography;

namespace SecureExchange.Masking.Files;

/// <summary>Bytes between two layers. Zeroed when they grow out of their place, and at the end.</summary>
internal sealed class HeldBytes : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = new byte[1 << 16];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public int Length => _length;

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

    /// <summary>Drops bytes from the front.</summary>
    public void Drop(int count)
    {
        _bytes.AsSpan(count, _length - count).CopyTo(_bytes);
        _length -= count;
    }

    /// <summary>Drops bytes from the end.</summary>
    public void CutTo(int length) => _length = length;

    public void Clear() => _length = 0;

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    public override string ToString() => "[plaintext]";

    private void Reserve(int sizeHint)
    {
        var needed = _length + Math.Max(sizeHint, 1);
        if (needed <= _bytes.Length) return;
        var larger = new byte[Math.Max(needed, _bytes.Length * 2)];
        Written.CopyTo(larger);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = larger;
    }
}
