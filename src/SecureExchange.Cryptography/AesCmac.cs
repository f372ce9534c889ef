using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>AES-CMAC (RFC 4493, NIST SP 800-38B), one message at a time or many.</summary>
public sealed class AesCmac : IDisposable
{
    /// <summary>Bytes of a full tag.</summary>
    public const int TagSize = 16;

    private readonly AesBlocks _aes;
    private readonly Vector128<byte>[] _subkeys = GC.AllocateUninitializedArray<Vector128<byte>>(2, pinned: true);

    /// <param name="key">16, 24 or 32 bytes.</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public AesCmac(ReadOnlySpan<byte> key) : this(new AesBlocks(key))
    {
    }

    internal AesCmac(AesBlocks aes)
    {
        _aes = aes;
        _subkeys[0] = Double(aes.Encrypt(Vector128<byte>.Zero));
        _subkeys[1] = Double(_subkeys[0]);
    }

    /// <summary>The tag of one message.</summary>
    /// <param name="message">Any length.</param>
    /// <param name="tag">Receives 16 bytes.</param>
    public void Compute(ReadOnlySpan<byte> message, Span<byte> tag) => Compute(message).CopyTo(tag);

    /// <summary>The first eight bytes of the tags of many messages, little-endian. Eight messages go through the cipher
    /// at once, which is what makes it three to four times as fast as one by one.</summary>
    /// <param name="messages">The messages, back to back.</param>
    /// <param name="ends">Where each message ends.</param>
    /// <param name="tags">Receives a tag for each message.</param>
    public void ComputeMany(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, Span<ulong> tags)
    {
        Span<Vector128<byte>> states = stackalloc Vector128<byte>[AesBlocks.Lanes];
        Span<int> starts = stackalloc int[AesBlocks.Lanes];
        Span<int> blocks = stackalloc int[AesBlocks.Lanes];
        var done = 0;
        for (; done + AesBlocks.Lanes <= ends.Length; done += AesBlocks.Lanes)
        {
            var most = 0;
            for (var lane = 0; lane < AesBlocks.Lanes; lane++)
            {
                starts[lane] = done + lane == 0 ? 0 : ends[done + lane - 1];
                blocks[lane] = BlockCount(ends[done + lane] - starts[lane]);
                most = Math.Max(most, blocks[lane]);
            }

            states.Clear();
            for (var block = 0; block < most; block++)
            {
                for (var lane = 0; lane < AesBlocks.Lanes; lane++)
                {
                    var at = starts[lane] + (block * AesBlocks.BlockSize);
                    if (block < blocks[lane] - 1) states[lane] ^= Vector128.Create(messages.Slice(at, AesBlocks.BlockSize));
                    else if (block == blocks[lane] - 1) states[lane] ^= LastBlock(messages, at, ends[done + lane] - at);
                }

                _aes.EncryptEight(states); // A lane that is already done goes round once more for nothing.
                for (var lane = 0; lane < AesBlocks.Lanes; lane++)
                {
                    if (block == blocks[lane] - 1) tags[done + lane] = FirstEight(states[lane]);
                }
            }
        }

        for (; done < ends.Length; done++)
            tags[done] = FirstEight(Compute(messages[(done == 0 ? 0 : ends[done - 1])..ends[done]]));
    }

    public override string ToString() => "[secret]";

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_subkeys.AsSpan()));
        _aes.Dispose();
    }

    internal AesBlocks Aes => _aes;

    /// <summary>K1: goes onto the last block of a message of whole ones (RFC 4493 §2.3).</summary>
    internal Vector128<byte> WholeKey => _subkeys[0];

    /// <summary>K2: goes onto the last block of any other message.</summary>
    internal Vector128<byte> PartialKey => _subkeys[1];

    internal Vector128<byte> Compute(ReadOnlySpan<byte> message) => Compute(Vector128<byte>.Zero, message);

    /// <summary>CMAC of a block and a message behind it.</summary>
    internal Vector128<byte> ComputeBehind(Vector128<byte> first, ReadOnlySpan<byte> message) => message.IsEmpty
        ? _aes.Encrypt(first ^ _subkeys[0])
        : Compute(_aes.Encrypt(first), message);

    /// <summary>CMAC of <paramref name="message"/> with <paramref name="mask"/> XORed onto its last 16 bytes: the "xorend"
    /// of RFC 5297 §2.1, without a copy of the message.</summary>
    /// <param name="message">At least 16 bytes.</param>
    /// <param name="mask">16 bytes.</param>
    internal Vector128<byte> ComputeXorEnd(ReadOnlySpan<byte> message, Vector128<byte> mask)
    {
        Span<byte> tail = stackalloc byte[2 * AesBlocks.BlockSize];
        var state = Vector128<byte>.Zero;
        while (message.Length > 2 * AesBlocks.BlockSize)
        {
            state = _aes.Encrypt(state ^ Vector128.Create(message[..AesBlocks.BlockSize]));
            message = message[AesBlocks.BlockSize..];
        }

        tail = tail[..message.Length];
        message.CopyTo(tail);
        var end = tail[^AesBlocks.BlockSize..];
        (Vector128.Create<byte>(end) ^ mask).CopyTo(end);
        if (tail.Length > AesBlocks.BlockSize)
        {
            state = _aes.Encrypt(state ^ Vector128.Create<byte>(tail[..AesBlocks.BlockSize]));
            tail = tail[AesBlocks.BlockSize..];
        }

        return _aes.Encrypt(state ^ LastBlock(tail));
    }

    /// <summary>A block with the bits of a partial one, a one, and zeros (RFC 4493 §2.3).</summary>
    internal static Vector128<byte> Pad(ReadOnlySpan<byte> partial)
    {
        Span<byte> padded = stackalloc byte[AesBlocks.BlockSize];
        padded.Clear();
        partial.CopyTo(padded);
        padded[partial.Length] = 0x80;
        return Vector128.Create<byte>(padded);
    }

    /// <summary>The same of a block that has zeros behind the bits already.</summary>
    internal static Vector128<byte> Pad(Vector128<byte> partial, int length) =>
        partial | (Vector128.Equals(Vector128<byte>.Indices, Vector128.Create((byte)length)) & Vector128.Create((byte)0x80));

    /// <summary>Multiplication by x in GF(2^128), big-endian, without a branch on the secret (RFC 4493 §2.3).</summary>
    internal static Vector128<byte> Double(Vector128<byte> block)
    {
        var words = block.AsUInt64();
        var (high, low) = (BinaryPrimitives.ReverseEndianness(words[0]), BinaryPrimitives.ReverseEndianness(words[1]));
        var carry = high >> 63;
        high = (high << 1) | (low >> 63);
        low = (low << 1) ^ (0x87 & (0 - carry));
        return Vector128.Create(BinaryPrimitives.ReverseEndianness(high), BinaryPrimitives.ReverseEndianness(low)).AsByte();
    }

    private Vector128<byte> Compute(Vector128<byte> state, ReadOnlySpan<byte> message)
    {
        while (message.Length > AesBlocks.BlockSize)
        {
            state = _aes.Encrypt(state ^ Vector128.Create(message[..AesBlocks.BlockSize]));
            message = message[AesBlocks.BlockSize..];
        }

        return _aes.Encrypt(state ^ LastBlock(message));
    }

    private Vector128<byte> LastBlock(ReadOnlySpan<byte> last) =>
        last.Length == AesBlocks.BlockSize ? Vector128.Create(last) ^ _subkeys[0] : Pad(last) ^ _subkeys[1];

    /// <summary>The same without a copy, where another message or two stand behind this one.</summary>
    private Vector128<byte> LastBlock(ReadOnlySpan<byte> messages, int at, int length)
    {
        if (messages.Length - at < AesBlocks.BlockSize || length == AesBlocks.BlockSize) return LastBlock(messages.Slice(at, length));
        var end = Vector128.Create((byte)length);
        return Pad(Vector128.Create(messages.Slice(at, AesBlocks.BlockSize)) & Vector128.LessThan(Vector128<byte>.Indices, end), length) ^ _subkeys[1];
    }

    private static int BlockCount(int length) => length == 0 ? 1 : (length + AesBlocks.BlockSize - 1) / AesBlocks.BlockSize;

    private static ulong FirstEight(Vector128<byte> tag) => tag.AsUInt64()[0];
}
