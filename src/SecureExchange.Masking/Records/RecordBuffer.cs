using System.Security.Cryptography;

namespace SecureExchange.Masking.Records;

/// <summary>Collects pieces of a file, cut anywhere, until there is a batch's worth; keeps what of it wasn't a whole record.</summary>
internal sealed class RecordBuffer(int maxRecord) : IDisposable
{
    private const int BatchSize = 1 << 17;
    private byte[] _bytes = new byte[BatchSize];
    private int _length;

    public ReadOnlySpan<byte> Data => _bytes.AsSpan(0, _length);

    public bool IsFull => _length == _bytes.Length;

    /// <summary>Takes as much as there is room for, so that batches are the same however the file is cut.</summary>
    public int Fill(ReadOnlySpan<byte> input)
    {
        var taken = Math.Min(input.Length, _bytes.Length - _length);
        input[..taken].CopyTo(_bytes.AsSpan(_length));
        _length += taken;
        return taken;
    }

    /// <summary>Drops what was worked off. If that is nothing, the record is longer than the buffer, which grows.</summary>
    /// <returns>False when the record is longer than allowed.</returns>
    public bool Consume(int count)
    {
        if (count > 0)
        {
            _bytes.AsSpan(count, _length - count).CopyTo(_bytes);
            _length -= count;
            return true;
        }

        if (!IsFull) return true;
        if (_length > maxRecord) return false;
        var bytes = new byte[2 * _bytes.Length];
        _bytes.CopyTo(bytes, 0);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = bytes;
        return true;
    }

    /// <summary>Begins anew with what another one had left.</summary>
    public void Restart(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > _bytes.Length)
        {
            CryptographicOperations.ZeroMemory(_bytes);
            _bytes = new byte[rest.Length];
        }

        rest.CopyTo(_bytes);
        _length = rest.Length;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);
}
