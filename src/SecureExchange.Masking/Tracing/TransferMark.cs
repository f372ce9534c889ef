using System.Buffers.Binary;
using System.Security.Cryptography;
using SecureExchange.Cryptography;

namespace SecureExchange.Masking.Tracing;

/// <summary>What sets one transfer's copy apart from another's of the same records, by a key of its own: where its canary rows are and
/// what is in them, and which of two equivalent tokens stands for a value.</summary>
internal sealed class TransferMark : IDisposable
{
    private readonly AesCmac _cmac;
    private byte[] _message = new byte[256];

    /// <param name="manifestKey">32 bytes, the transfer's own.</param>
    public TransferMark(ReadOnlySpan<byte> manifestKey)
    {
        var derived = KeyDerivation.Derive(manifestKey, "mark", "manifest", 32);
        _cmac = new AesCmac(derived);
        CryptographicOperations.ZeroMemory(derived);
    }

    /// <summary>Whether the second of a value's two tokens stands for it in this transfer.</summary>
    public bool TakesSecond(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value) => (Of(0, field, value) & 1) != 0;

    /// <summary>64 bits for one draw of one canary.</summary>
    public ulong Draw(long canary, ReadOnlySpan<byte> what, int draw = 0)
    {
        Span<byte> number = stackalloc byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(number, canary);
        BinaryPrimitives.WriteInt32LittleEndian(number[8..], draw);
        return Of(1, what, number);
    }

    public override string ToString() => "[secret]";

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_message);
        _cmac.Dispose();
    }

    private ulong Of(byte use, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var size = 5 + first.Length + second.Length;
        if (_message.Length < size) _message = new byte[2 * size];
        var message = _message.AsSpan(0, size);
        message[0] = use;
        BinaryPrimitives.WriteInt32LittleEndian(message[1..], first.Length); // Where the one ends and the other begins.
        first.CopyTo(message[5..]);
        second.CopyTo(message[(5 + first.Length)..]);
        Span<byte> tag = stackalloc byte[AesCmac.TagSize];
        _cmac.Compute(message, tag);
        return BinaryPrimitives.ReadUInt64LittleEndian(tag);
    }
}
