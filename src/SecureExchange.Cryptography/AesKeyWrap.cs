using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>AES key wrap (RFC 3394), with its default initial value.</summary>
public static class AesKeyWrap
{
    /// <summary>Octets that wrapping adds.</summary>
    public const int Overhead = 8;

    private const ulong InitialValue = 0xA6A6A6A6A6A6A6A6; // RFC 3394 §2.2.3.1

    /// <summary>Wraps key material (§2.2.1).</summary>
    /// <param name="key">The key-encryption key: 16, 24 or 32 octets.</param>
    /// <param name="plaintext">A multiple of 8 octets, 16 at least.</param>
    /// <param name="wrapped">Receives 8 octets more.</param>
    public static void Wrap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext, Span<byte> wrapped)
    {
        if (plaintext.Length < 16 || plaintext.Length % 8 != 0)
            throw new ArgumentException("must be a multiple of 8 octets, 16 at least", nameof(plaintext));
        if (wrapped.Length != plaintext.Length + Overhead)
            throw new ArgumentException("must be 8 octets longer than the plaintext", nameof(wrapped));
        using var aes = Aes.Create();
        aes.SetKey(key);
        plaintext.CopyTo(wrapped[Overhead..]);
        Span<byte> block = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(block, InitialValue);
        var count = plaintext.Length / 8;
        for (var t = 1; t <= 6 * count; t++)
        {
            var part = wrapped.Slice(Overhead + (t - 1) % count * 8, 8);
            part.CopyTo(block[8..]);
            aes.EncryptEcb(block, block, PaddingMode.None);
            block[8..].CopyTo(part);
            BinaryPrimitives.WriteUInt64BigEndian(block, BinaryPrimitives.ReadUInt64BigEndian(block) ^ (ulong)t);
        }

        block[..8].CopyTo(wrapped);
        CryptographicOperations.ZeroMemory(block);
    }

    /// <summary>Unwraps key material and checks its integrity (§2.2.2).</summary>
    /// <param name="key">The key-encryption key: 16, 24 or 32 octets.</param>
    /// <param name="wrapped">A multiple of 8 octets, 24 at least.</param>
    /// <param name="plaintext">Receives 8 octets fewer; zeroed on failure.</param>
    /// <returns>Whether it is what somebody with this key wrapped.</returns>
    public static bool TryUnwrap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> wrapped, Span<byte> plaintext)
    {
        if (wrapped.Length < 24 || wrapped.Length % 8 != 0)
            throw new ArgumentException("must be a multiple of 8 octets, 24 at least", nameof(wrapped));
        if (plaintext.Length != wrapped.Length - Overhead)
            throw new ArgumentException("must be 8 octets shorter than the wrapped key", nameof(plaintext));
        using var aes = Aes.Create();
        aes.SetKey(key);
        wrapped[Overhead..].CopyTo(plaintext);
        Span<byte> block = stackalloc byte[16];
        wrapped[..8].CopyTo(block);
        var count = plaintext.Length / 8;
        for (var t = 6 * count; t >= 1; t--)
        {
            var part = plaintext.Slice((t - 1) % count * 8, 8);
            BinaryPrimitives.WriteUInt64BigEndian(block, BinaryPrimitives.ReadUInt64BigEndian(block) ^ (ulong)t);
            part.CopyTo(block[8..]);
            aes.DecryptEcb(block, block, PaddingMode.None);
            block[8..].CopyTo(part);
        }

        Span<byte> expected = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(expected, InitialValue);
        var intact = CryptographicOperations.FixedTimeEquals(block[..8], expected);
        CryptographicOperations.ZeroMemory(block);
        if (!intact) CryptographicOperations.ZeroMemory(plaintext);
        return intact;
    }
}
