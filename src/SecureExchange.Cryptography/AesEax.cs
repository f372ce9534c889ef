using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>AES-EAX (Bellare, Rogaway, Wagner 2004) with a tag of 16 bytes. For reading what old programs wrote: OCB is the
/// faster one by far.</summary>
public sealed class AesEax : IDisposable
{
    /// <summary>Bytes of a tag.</summary>
    public const int TagSize = 16;

    private const int BlockSize = AesBlocks.BlockSize;

    private readonly AesBlocks _aes;
    private readonly AesCmac _mac;

    /// <param name="key">16, 24 or 32 bytes.</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public AesEax(ReadOnlySpan<byte> key)
    {
        _aes = new AesBlocks(key);
        _mac = new AesCmac(_aes);
    }

    /// <summary>Encrypts a message. A nonce MUST NOT serve twice under one key.</summary>
    /// <param name="nonce">Any length; 16 bytes in OpenPGP.</param>
    /// <param name="plaintext">Any length.</param>
    /// <param name="ciphertext">Receives as many bytes; may be the plaintext's own place.</param>
    /// <param name="tag">Receives 16 bytes.</param>
    /// <param name="associatedData">What the tag covers besides.</param>
    public void Encrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag,
        ReadOnlySpan<byte> associatedData = default)
    {
        RequireLengths(plaintext, ciphertext, tag);
        var start = Omac(0, nonce);
        Count(start, plaintext, ciphertext);
        (start ^ Omac(1, associatedData) ^ Omac(2, ciphertext)).CopyTo(tag);
    }

    /// <summary>Checks a message, then decrypts it.</summary>
    /// <param name="nonce">Any length.</param>
    /// <param name="ciphertext">Any length.</param>
    /// <param name="tag">16 bytes.</param>
    /// <param name="plaintext">Receives as many bytes as the ciphertext has; may be its own place. Zeroed on failure.</param>
    /// <param name="associatedData">What the tag covers besides.</param>
    /// <returns>Whether somebody with this key encrypted exactly this.</returns>
    public bool TryDecrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext,
        ReadOnlySpan<byte> associatedData = default)
    {
        RequireLengths(ciphertext, plaintext, tag);
        var start = Omac(0, nonce);
        Span<byte> expected = stackalloc byte[TagSize];
        (start ^ Omac(1, associatedData) ^ Omac(2, ciphertext)).CopyTo(expected);
        if (CryptographicOperations.FixedTimeEquals(expected, tag))
        {
            Count(start, ciphertext, plaintext);
            return true;
        }

        CryptographicOperations.ZeroMemory(plaintext);
        return false;
    }

    public override string ToString() => "[secret]";

    public void Dispose()
    {
        _mac.Dispose();
        _aes.Dispose();
    }

    /// <summary>CMAC of a message behind a block that says which of EAX's three uses it is.</summary>
    private Vector128<byte> Omac(byte use, ReadOnlySpan<byte> message) =>
        _mac.ComputeBehind(Vector128<byte>.Zero.WithElement(BlockSize - 1, use), message);

    /// <summary>Counter mode, big-endian over the whole block, eight blocks at a time.</summary>
    private void Count(Vector128<byte> start, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> first = stackalloc byte[BlockSize];
        start.CopyTo(first);
        var counter = BinaryPrimitives.ReadUInt128BigEndian(first);
        Span<Vector128<byte>> stream = stackalloc Vector128<byte>[AesBlocks.Lanes];
        var octets = MemoryMarshal.AsBytes(stream);
        for (var at = 0; at < input.Length; at += octets.Length)
        {
            for (var lane = 0; lane < AesBlocks.Lanes; lane++)
                BinaryPrimitives.WriteUInt128BigEndian(octets[(lane * BlockSize)..], counter++);
            _aes.EncryptEight(stream);
            var count = Math.Min(octets.Length, input.Length - at);
            for (var i = 0; i < count; i++) output[at + i] = (byte)(input[at + i] ^ octets[i]);
        }

        CryptographicOperations.ZeroMemory(octets);
    }

    private static void RequireLengths(ReadOnlySpan<byte> input, Span<byte> output, ReadOnlySpan<byte> tag)
    {
        if (output.Length != input.Length) throw new ArgumentException("must be as long as the input", nameof(output));
        if (tag.Length != TagSize) throw new ArgumentException($"must be {TagSize} bytes", nameof(tag));
    }
}
