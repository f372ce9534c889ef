using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace SecureExchange.Cryptography;

/// <summary>The AES block cipher, encrypting, on the CPU's own instructions: the part that CMAC, SIV and FF1 are made of.</summary>
/// <remarks>A call into the platform's cryptography costs about 1.7 µs whatever its size; a block here costs some 15 ns,
/// eight at once some 3 ns each. Where the CPU has no AES instructions the platform's cipher is used. Safe for several
/// threads, except on that fallback.</remarks>
public sealed class AesBlocks : IDisposable
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockSize = 16;

    /// <summary>How many blocks <see cref="EncryptEight"/> takes: enough to fill the AES unit's pipeline.</summary>
    public const int Lanes = 8;

    // Pinned: the collector would otherwise leave copies behind when it moves the array.
    private readonly Vector128<byte>[] _keys;
    private readonly Aes? _platform;

    /// <param name="key">16, 24 or 32 bytes.</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public AesBlocks(ReadOnlySpan<byte> key) : this(key, intrinsics: true)
    {
    }

    internal AesBlocks(ReadOnlySpan<byte> key, bool intrinsics)
    {
        if (key.Length is not (16 or 24 or 32)) throw new ArgumentException("must be 16, 24 or 32 bytes", nameof(key));
        if (intrinsics && X86Aes.IsSupported)
        {
            _keys = GC.AllocateUninitializedArray<Vector128<byte>>((key.Length / 4) + 7, pinned: true);
            Expand(key, MemoryMarshal.Cast<Vector128<byte>, uint>(_keys.AsSpan()));
            return;
        }

        _keys = [];
        _platform = Aes.Create();
        _platform.SetKey(key);
    }

    /// <summary>Encrypts one block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<byte> Encrypt(Vector128<byte> block)
    {
        if (_platform is not null) return EncryptOnPlatform(block);
        ReadOnlySpan<Vector128<byte>> keys = _keys;
        block ^= keys[0];
        for (var i = 1; i < keys.Length - 1; i++) block = X86Aes.Encrypt(block, keys[i]);
        return X86Aes.EncryptLast(block, keys[^1]);
    }

    /// <summary>Encrypts eight independent blocks in place, interleaved: AES instructions have a latency of several
    /// cycles and a throughput of one or two a cycle.</summary>
    /// <param name="blocks">Eight blocks.</param>
    public void EncryptEight(Span<Vector128<byte>> blocks)
    {
        if (_platform is not null)
        {
            for (var i = 0; i < Lanes; i++) blocks[i] = EncryptOnPlatform(blocks[i]);
            return;
        }

        ReadOnlySpan<Vector128<byte>> keys = _keys;
        var key = keys[0];
        var b7 = blocks[7] ^ key;
        var (b0, b1, b2, b3) = (blocks[0] ^ key, blocks[1] ^ key, blocks[2] ^ key, blocks[3] ^ key);
        var (b4, b5, b6) = (blocks[4] ^ key, blocks[5] ^ key, blocks[6] ^ key);
        for (var i = 1; i < keys.Length - 1; i++)
        {
            key = keys[i];
            b0 = X86Aes.Encrypt(b0, key);
            b1 = X86Aes.Encrypt(b1, key);
            b2 = X86Aes.Encrypt(b2, key);
            b3 = X86Aes.Encrypt(b3, key);
            b4 = X86Aes.Encrypt(b4, key);
            b5 = X86Aes.Encrypt(b5, key);
            b6 = X86Aes.Encrypt(b6, key);
            b7 = X86Aes.Encrypt(b7, key);
        }

        key = keys[^1];
        blocks[0] = X86Aes.EncryptLast(b0, key);
        blocks[1] = X86Aes.EncryptLast(b1, key);
        blocks[2] = X86Aes.EncryptLast(b2, key);
        blocks[3] = X86Aes.EncryptLast(b3, key);
        blocks[4] = X86Aes.EncryptLast(b4, key);
        blocks[5] = X86Aes.EncryptLast(b5, key);
        blocks[6] = X86Aes.EncryptLast(b6, key);
        blocks[7] = X86Aes.EncryptLast(b7, key);
    }

    public override string ToString() => "[secret]";

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_keys.AsSpan()));
        _platform?.Dispose();
    }

    private Vector128<byte> EncryptOnPlatform(Vector128<byte> block)
    {
        Span<byte> bytes = stackalloc byte[BlockSize];
        block.CopyTo(bytes);
        _platform!.EncryptEcb(bytes, bytes, PaddingMode.None);
        return Vector128.Create<byte>(bytes);
    }

    /// <summary>The key expansion of FIPS 197 §5.2. <c>AESKEYGENASSIST</c> with a round constant of 0 gives SubWord and
    /// RotWord for any key size; the constant is added here, since the instruction wants it in its code.</summary>
    private static void Expand(ReadOnlySpan<byte> key, Span<uint> words)
    {
        var n = key.Length / 4;
        MemoryMarshal.Cast<byte, uint>(key).CopyTo(words);
        var roundConstant = 1u;
        for (var i = n; i < words.Length; i++)
        {
            var word = words[i - 1];
            if (i % n == 0)
            {
                word = Assist(word)[1] ^ roundConstant;
                roundConstant = (roundConstant << 1) ^ (roundConstant >= 0x80 ? 0x11bu : 0);
            }
            else if (n == 8 && i % n == 4)
            {
                word = Assist(word)[0];
            }

            words[i] = words[i - n] ^ word;
        }
    }

    private static Vector128<uint> Assist(uint word) =>
        X86Aes.KeygenAssist(Vector128.Create(0, word, 0, 0).AsByte(), 0).AsUInt32();
}
