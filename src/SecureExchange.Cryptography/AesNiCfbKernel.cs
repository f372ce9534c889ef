using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using AesNi = System.Runtime.Intrinsics.X86.Aes;

namespace SecureExchange.Cryptography;

/// <summary><see cref="CfbKernel"/> over the AES instructions of x86 (AES-NI). Constant time by nature.</summary>
internal sealed class AesNiCfbKernel : CfbKernel
{
    private const int BlockSize = 16;
    private const int Wide = 8 * BlockSize;

    private readonly Vector128<byte>[] _keys;
    private readonly int _rounds;

    public AesNiCfbKernel(ReadOnlySpan<byte> key)
    {
        _rounds = (key.Length / 4) + 6; // FIPS 197 §5, Nr = Nk + 6
        _keys = GC.AllocateArray<Vector128<byte>>(_rounds + 1, pinned: true);
        Expand(key, MemoryMarshal.Cast<Vector128<byte>, uint>(_keys.AsSpan()));
    }

    public static bool IsSupported => AesNi.IsSupported;

    /// <summary>Whether it can hash too: see <see cref="AesCfbSha1Kernel"/>.</summary>
    public bool CanHash => _rounds == AesCfbSha1Kernel.Rounds && AesCfbSha1Kernel.IsSupported;

    public override void EncryptBlock(ReadOnlySpan<byte> block, Span<byte> output)
    {
        var state = Vector128.Create(block) ^ _keys[0];
        for (var i = 1; i < _rounds; i++) state = AesNi.Encrypt(state, _keys[i]);
        AesNi.EncryptLast(state, _keys[_rounds]).CopyTo(output);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // The first call may be the only one, over gigabytes.
    public override void Encrypt(Span<byte> register, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ciphertext.Length, plaintext.Length);
        ref var input = ref MemoryMarshal.GetReference(plaintext);
        ref var output = ref MemoryMarshal.GetReference(ciphertext);
        var whiten = _keys[0];
        var lastAndWhiten = _keys[_rounds] ^ whiten;

        // The chain runs through the whitened block: AESENCLAST's own exclusive-or adds the last round key, the plaintext
        // and the next block's first round key in one go, and the ciphertext falls out beside the chain.
        var state = Vector128.Create<byte>(register) ^ whiten;
        for (nuint at = 0; at < (nuint)plaintext.Length; at += BlockSize)
        {
            var mask = Vector128.LoadUnsafe(ref input, at) ^ lastAndWhiten;
            state = AesNi.EncryptLast(Rounds(state), mask);
            (state ^ whiten).StoreUnsafe(ref output, at);
        }

        (state ^ whiten).CopyTo(register);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Decrypt(Span<byte> register, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(plaintext.Length, ciphertext.Length);
        ref var input = ref MemoryMarshal.GetReference(ciphertext);
        ref var output = ref MemoryMarshal.GetReference(plaintext);
        ref var keys = ref MemoryMarshal.GetArrayDataReference(_keys);
        var previous = Vector128.Create<byte>(register);
        nuint at = 0;
        for (; at + Wide <= (nuint)ciphertext.Length; at += Wide)
        {
            var c0 = Vector128.LoadUnsafe(ref input, at);
            var c1 = Vector128.LoadUnsafe(ref input, at + 16);
            var c2 = Vector128.LoadUnsafe(ref input, at + 32);
            var c3 = Vector128.LoadUnsafe(ref input, at + 48);
            var c4 = Vector128.LoadUnsafe(ref input, at + 64);
            var c5 = Vector128.LoadUnsafe(ref input, at + 80);
            var c6 = Vector128.LoadUnsafe(ref input, at + 96);
            var c7 = Vector128.LoadUnsafe(ref input, at + 112);
            var k = keys;
            var (s0, s1, s2, s3) = (previous ^ k, c0 ^ k, c1 ^ k, c2 ^ k);
            var (s4, s5, s6, s7) = (c3 ^ k, c4 ^ k, c5 ^ k, c6 ^ k);
            for (var i = 1; i < _rounds; i++)
            {
                k = Unsafe.Add(ref keys, i);
                s0 = AesNi.Encrypt(s0, k);
                s1 = AesNi.Encrypt(s1, k);
                s2 = AesNi.Encrypt(s2, k);
                s3 = AesNi.Encrypt(s3, k);
                s4 = AesNi.Encrypt(s4, k);
                s5 = AesNi.Encrypt(s5, k);
                s6 = AesNi.Encrypt(s6, k);
                s7 = AesNi.Encrypt(s7, k);
            }

            k = Unsafe.Add(ref keys, _rounds);
            AesNi.EncryptLast(s0, k ^ c0).StoreUnsafe(ref output, at);
            AesNi.EncryptLast(s1, k ^ c1).StoreUnsafe(ref output, at + 16);
            AesNi.EncryptLast(s2, k ^ c2).StoreUnsafe(ref output, at + 32);
            AesNi.EncryptLast(s3, k ^ c3).StoreUnsafe(ref output, at + 48);
            AesNi.EncryptLast(s4, k ^ c4).StoreUnsafe(ref output, at + 64);
            AesNi.EncryptLast(s5, k ^ c5).StoreUnsafe(ref output, at + 80);
            AesNi.EncryptLast(s6, k ^ c6).StoreUnsafe(ref output, at + 96);
            AesNi.EncryptLast(s7, k ^ c7).StoreUnsafe(ref output, at + 112);
            previous = c7;
        }

        for (; at < (nuint)ciphertext.Length; at += BlockSize)
        {
            var block = Vector128.LoadUnsafe(ref input, at);
            AesNi.EncryptLast(Rounds(previous ^ keys), Unsafe.Add(ref keys, _rounds) ^ block).StoreUnsafe(ref output, at);
            previous = block;
        }

        previous.CopyTo(register);
    }

    /// <summary>Encrypts, and hashes the plaintext by SHA-1. Only where <see cref="CanHash"/>.</summary>
    /// <param name="register">In and out.</param>
    /// <param name="digest">SHA-1's state, in and out: 5 words.</param>
    /// <param name="plaintext">A multiple of 64 octets.</param>
    /// <param name="ciphertext">As long; may be the same memory.</param>
    public void EncryptHashing(
        Span<byte> register, Span<uint> digest, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext) =>
        AesCfbSha1Kernel.Encrypt(_keys, register, digest, plaintext, ciphertext);

    /// <summary>Hashes only: a multiple of 64 octets, few.</summary>
    public void Hash(Span<uint> digest, ReadOnlySpan<byte> groups)
    {
        // The cipher runs beside it for nothing: that costs less time than a second form of the code costs memory.
        Span<byte> register = stackalloc byte[BlockSize];
        Span<byte> unused = stackalloc byte[AesCfbSha1Kernel.GroupSize];
        register.Clear();
        for (; !groups.IsEmpty; groups = groups[AesCfbSha1Kernel.GroupSize..])
            AesCfbSha1Kernel.Encrypt(_keys, register, digest, groups[..AesCfbSha1Kernel.GroupSize], unused);
    }

    public override void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_keys.AsSpan()));

    /// <summary>All rounds between the first key addition and the last round. Loads of round keys are off the chain of
    /// dependent instructions, so keeping them in registers gains nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<byte> Rounds(Vector128<byte> state)
    {
        ref var keys = ref MemoryMarshal.GetArrayDataReference(_keys);
        state = AesNi.Encrypt(state, Unsafe.Add(ref keys, 1));
        state = AesNi.Encrypt(state, Unsafe.Add(ref keys, 2));
        state = AesNi.Encrypt(state, Unsafe.Add(ref keys, 3));
        state = AesNi.Encrypt(state, Unsafe.Add(ref keys, 4));
        state = AesNi.Encrypt(state, Unsafe.Add(ref keys, 5));
        state = AesNi.Encrypt(state, Unsafe.Add(ref keys, 6));
        state = AesNi.Encrypt(state, Unsafe.Add(ref keys, 7));
        state = AesNi.Encrypt(state, Unsafe.Add(ref keys, 8));
        state = AesNi.Encrypt(state, Unsafe.Add(ref keys, 9));
        for (var i = 10; i < _rounds; i++) state = AesNi.Encrypt(state, Unsafe.Add(ref keys, i));
        return state;
    }

    /// <summary>FIPS 197 §5.2, with AESKEYGENASSIST as the S-box: no table, so no trace in the cache.</summary>
    private static void Expand(ReadOnlySpan<byte> key, Span<uint> schedule)
    {
        var words = key.Length / 4;
        MemoryMarshal.Cast<byte, uint>(key).CopyTo(schedule);
        uint round = 1;
        for (var i = words; i < schedule.Length; i++)
        {
            var word = schedule[i - 1];
            if (i % words == 0)
            {
                word = BitOperations.RotateRight(SubWord(word), 8) ^ round;
                round = (round << 1) ^ (round >> 7) * 0x11B;
            }
            else if (words > 6 && i % words == 4)
            {
                word = SubWord(word);
            }

            schedule[i] = schedule[i - words] ^ word;
        }
    }

    private static uint SubWord(uint word) =>
        AesNi.KeygenAssist(Vector128.Create(0, word, 0, 0).AsByte(), 0).AsUInt32().GetElement(0);
}
