using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.Cryptography;

namespace SecureExchange.Masking.Transforms;

/// <summary>Chance that is always the same for the same value of a field, and known only to whoever has the key.</summary>
internal sealed class KeyedChoice : IDisposable
{
    private readonly AesCmac _cmac;
    private byte[] _message = new byte[256];

    /// <param name="keys">The agreement's.</param>
    /// <param name="use">What is chosen: choices for two uses have nothing in common.</param>
    /// <param name="field">The field's canonical name.</param>
    public KeyedChoice(MaskingKeys keys, string use, ReadOnlySpan<byte> field)
    {
        Span<byte> key = stackalloc byte[HmacSha256.TagSize];
        using (var derive = new HmacSha256(keys.Choice)) derive.Compute([.. Encoding.UTF8.GetBytes(use), 0, .. field], key);
        _cmac = new AesCmac(key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>64 bits for a value.</summary>
    /// <param name="value">Any.</param>
    /// <param name="subject">Whose it is, where that counts.</param>
    /// <param name="attempt">Another number, another choice.</param>
    public ulong Of(ReadOnlySpan<byte> value, ReadOnlySpan<byte> subject = default, int attempt = 0)
    {
        var size = 8 + subject.Length + value.Length;
        if (_message.Length < size) _message = new byte[2 * size];
        var message = _message.AsSpan(0, size);
        BinaryPrimitives.WriteInt32LittleEndian(message, attempt);
        BinaryPrimitives.WriteInt32LittleEndian(message[4..], subject.Length); // Where the one ends and the other begins.
        subject.CopyTo(message[8..]);
        value.CopyTo(message[(8 + subject.Length)..]);
        Span<byte> tag = stackalloc byte[AesCmac.TagSize];
        _cmac.Compute(message, tag);
        return BinaryPrimitives.ReadUInt64LittleEndian(tag);
    }

    /// <summary>Takes one of so many off a choice, and leaves the rest of it for the next.</summary>
    public static int Take(ref ulong choice, int count)
    {
        var (rest, taken) = Math.DivRem(choice, (ulong)count);
        choice = rest;
        return (int)taken;
    }

    public override string ToString() => "[secret]";

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_message);
        _cmac.Dispose();
    }
}
