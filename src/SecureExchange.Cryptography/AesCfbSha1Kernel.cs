using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using AesNi = System.Runtime.Intrinsics.X86.Aes;

namespace SecureExchange.Cryptography;

/// <summary>AES-256-CFB and SHA-1 (FIPS 180-4 §6.1.2) of the same octets, woven into one stream of instructions.</summary>
/// <remarks>
/// <para>CFB encryption is a chain: each block waits some 57 cycles for the one before, and meanwhile the processor has
/// nothing to do. SHA-1 in integer instructions needs less than that for as many octets, so beside the chain it costs
/// nothing. One after the other they take half as long again, even with SHA instructions.</para>
/// <para>The processor looks only a few dozen instructions ahead, so the order of the statements matters: in each
/// sixteenth of a group stand four rounds of SHA-1, three of AES and four words of the next group's message schedule, which
/// take the places of words that were just used. Constant time: no table, no branch on data.</para>
/// </remarks>
internal static unsafe class AesCfbSha1Kernel
{
    /// <summary>Octets of a group: a block of SHA-1, four of AES.</summary>
    public const int GroupSize = 64;

    /// <summary>Rounds of AES: those of a key of 256 bits.</summary>
    public const int Rounds = 14;

    /// <summary>Words of a digest.</summary>
    public const int DigestWords = 5;

    private const int Words = 80;
    private const int KeysSize = 16 * (Rounds + 1);
    private const int ScratchSize = KeysSize + (Words * sizeof(uint));
    private const int Alignment = 64;

    private const uint K0 = 0x5A827999;
    private const uint K1 = 0x6ED9EBA1;
    private const uint K2 = 0x8F1BBCDC;
    private const uint K3 = 0xCA62C1D6;

    public static bool IsSupported => AesNi.IsSupported && Ssse3.IsSupported && BitConverter.IsLittleEndian;

    /// <param name="roundKeys">15, of AES-256.</param>
    /// <param name="register">The last block of ciphertext, in and out: 16 octets.</param>
    /// <param name="digest">SHA-1's state, in and out.</param>
    /// <param name="plaintext">A multiple of <see cref="GroupSize"/>, at least one.</param>
    /// <param name="ciphertext">As long; may be the same memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // The first call may be the only one, over gigabytes.
    public static void Encrypt(
        ReadOnlySpan<Vector128<byte>> roundKeys, Span<byte> register, Span<uint> digest,
        ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(roundKeys.Length, Rounds + 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(digest.Length, DigestWords);
        ArgumentOutOfRangeException.ThrowIfLessThan(plaintext.Length, GroupSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(plaintext.Length % GroupSize, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(ciphertext.Length, plaintext.Length);
        // The round keys and the words behind one pointer: with two, the processor's registers don't suffice for the chain of SHA-1.
        var memory = stackalloc byte[ScratchSize + Alignment];
        var scratch = (byte*)(((nuint)memory + Alignment - 1) & ~(nuint)(Alignment - 1));
        roundKeys.CopyTo(new Span<Vector128<byte>>(scratch, Rounds + 1));
        fixed (byte* input = plaintext, output = ciphertext)
        {
            Schedule(input, (uint*)(scratch + KeysSize));
            var (a, b, c, d, e) = (digest[0], digest[1], digest[2], digest[3], digest[4]);

            // The chain runs through the whitened block, see AesNiCfbKernel.
            var whiten = Key(scratch, 0);
            var lastAndWhiten = Key(scratch, Rounds) ^ whiten;
            var state = Vector128.Create<byte>(register) ^ whiten;
            var mask = default(Vector128<byte>);
            byte* from = input, to = output;
            for (var end = input + plaintext.Length; from < end; from += GroupSize, to += GroupSize)
            {
                var next = from + GroupSize < end ? from + GroupSize : from; // Behind the last group: for nothing.

                mask = Vector128.Load(from) ^ lastAndWhiten;
                Choose(ref a, ref b, ref c, ref d, ref e, scratch, 0);
                state = Three(state, scratch, 1);
                var w0 = Keep(Load(next), K0, scratch, 0);
                Choose(ref b, ref c, ref d, ref e, ref a, scratch, 4);
                state = Three(state, scratch, 4);
                var w1 = Keep(Load(next + 16), K0, scratch, 4);
                Choose(ref c, ref d, ref e, ref a, ref b, scratch, 8);
                state = Three(state, scratch, 7);
                var w2 = Keep(Load(next + 32), K0, scratch, 8);
                Choose(ref d, ref e, ref a, ref b, ref c, scratch, 12);
                state = Three(state, scratch, 10);
                var w3 = Keep(Load(next + 48), K0, scratch, 12);
                Choose(ref e, ref a, ref b, ref c, ref d, scratch, 16);
                state = AesNi.EncryptLast(AesNi.Encrypt(state, Key(scratch, 13)), mask);
                (state ^ whiten).Store(to);
                var w4 = Keep(Near(w0, w1, w2, w3), K0, scratch, 16);

                mask = Vector128.Load(from + 16) ^ lastAndWhiten;
                Parity(ref a, ref b, ref c, ref d, ref e, scratch, 20);
                state = Three(state, scratch, 1);
                var w5 = Keep(Near(w1, w2, w3, w4), K1, scratch, 20);
                Parity(ref b, ref c, ref d, ref e, ref a, scratch, 24);
                state = Three(state, scratch, 4);
                var w6 = Keep(Near(w2, w3, w4, w5), K1, scratch, 24);
                Parity(ref c, ref d, ref e, ref a, ref b, scratch, 28);
                state = Three(state, scratch, 7);
                var w7 = Keep(Near(w3, w4, w5, w6), K1, scratch, 28);
                Parity(ref d, ref e, ref a, ref b, ref c, scratch, 32);
                state = Three(state, scratch, 10);
                w0 = Keep(Far(w0, w1, w4, w6, w7), K1, scratch, 32);
                Parity(ref e, ref a, ref b, ref c, ref d, scratch, 36);
                state = AesNi.EncryptLast(AesNi.Encrypt(state, Key(scratch, 13)), mask);
                (state ^ whiten).Store(to + 16);
                w1 = Keep(Far(w1, w2, w5, w7, w0), K1, scratch, 36);

                mask = Vector128.Load(from + 32) ^ lastAndWhiten;
                Majority(ref a, ref b, ref c, ref d, ref e, scratch, 40);
                state = Three(state, scratch, 1);
                w2 = Keep(Far(w2, w3, w6, w0, w1), K2, scratch, 40);
                Majority(ref b, ref c, ref d, ref e, ref a, scratch, 44);
                state = Three(state, scratch, 4);
                w3 = Keep(Far(w3, w4, w7, w1, w2), K2, scratch, 44);
                Majority(ref c, ref d, ref e, ref a, ref b, scratch, 48);
                state = Three(state, scratch, 7);
                w4 = Keep(Far(w4, w5, w0, w2, w3), K2, scratch, 48);
                Majority(ref d, ref e, ref a, ref b, ref c, scratch, 52);
                state = Three(state, scratch, 10);
                w5 = Keep(Far(w5, w6, w1, w3, w4), K2, scratch, 52);
                Majority(ref e, ref a, ref b, ref c, ref d, scratch, 56);
                state = AesNi.EncryptLast(AesNi.Encrypt(state, Key(scratch, 13)), mask);
                (state ^ whiten).Store(to + 32);
                w6 = Keep(Far(w6, w7, w2, w4, w5), K2, scratch, 56);

                mask = Vector128.Load(from + 48) ^ lastAndWhiten;
                Parity(ref a, ref b, ref c, ref d, ref e, scratch, 60);
                state = Three(state, scratch, 1);
                w7 = Keep(Far(w7, w0, w3, w5, w6), K3, scratch, 60);
                Parity(ref b, ref c, ref d, ref e, ref a, scratch, 64);
                state = Three(state, scratch, 4);
                w0 = Keep(Far(w0, w1, w4, w6, w7), K3, scratch, 64);
                Parity(ref c, ref d, ref e, ref a, ref b, scratch, 68);
                state = Three(state, scratch, 7);
                w1 = Keep(Far(w1, w2, w5, w7, w0), K3, scratch, 68);
                Parity(ref d, ref e, ref a, ref b, ref c, scratch, 72);
                state = Three(state, scratch, 10);
                w2 = Keep(Far(w2, w3, w6, w0, w1), K3, scratch, 72);
                Parity(ref e, ref a, ref b, ref c, ref d, scratch, 76);
                state = AesNi.EncryptLast(AesNi.Encrypt(state, Key(scratch, 13)), mask);
                (state ^ whiten).Store(to + 48);
                w3 = Keep(Far(w3, w4, w7, w1, w2), K3, scratch, 76);

                (a, b, c, d, e) = (digest[0] += a, digest[1] += b, digest[2] += c, digest[3] += d, digest[4] += e);
            }

            (state ^ whiten).CopyTo(register);
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(scratch, ScratchSize)); // Plaintext can be worked out from the words.
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Key(byte* scratch, int i) => Vector128.Load(scratch + (16 * i));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Word(byte* scratch, int t) => *(uint*)(scratch + KeysSize + (sizeof(uint) * t));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Three(Vector128<byte> state, byte* scratch, int i) =>
        AesNi.Encrypt(AesNi.Encrypt(AesNi.Encrypt(state, Key(scratch, i)), Key(scratch, i + 1)), Key(scratch, i + 2));

    /// <summary>Four rounds with the function of the first twenty. Each next round has the names moved on by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Choose(ref uint a, ref uint b, ref uint c, ref uint d, ref uint e, byte* scratch, int t)
    {
        Round(a, ref b, d ^ (b & (c ^ d)), ref e, Word(scratch, t));
        Round(e, ref a, c ^ (a & (b ^ c)), ref d, Word(scratch, t + 1));
        Round(d, ref e, b ^ (e & (a ^ b)), ref c, Word(scratch, t + 2));
        Round(c, ref d, a ^ (d & (e ^ a)), ref b, Word(scratch, t + 3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Parity(ref uint a, ref uint b, ref uint c, ref uint d, ref uint e, byte* scratch, int t)
    {
        Round(a, ref b, b ^ c ^ d, ref e, Word(scratch, t));
        Round(e, ref a, a ^ b ^ c, ref d, Word(scratch, t + 1));
        Round(d, ref e, e ^ a ^ b, ref c, Word(scratch, t + 2));
        Round(c, ref d, d ^ e ^ a, ref b, Word(scratch, t + 3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Majority(ref uint a, ref uint b, ref uint c, ref uint d, ref uint e, byte* scratch, int t)
    {
        Round(a, ref b, (b & c) | (d & (b ^ c)), ref e, Word(scratch, t));
        Round(e, ref a, (a & b) | (c & (a ^ b)), ref d, Word(scratch, t + 1));
        Round(d, ref e, (e & a) | (b & (e ^ a)), ref c, Word(scratch, t + 2));
        Round(c, ref d, (d & e) | (a & (d ^ e)), ref b, Word(scratch, t + 3));
    }

    /// <summary>The round before gives <paramref name="a"/>, so it is added last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(uint a, ref uint b, uint f, ref uint e, uint word)
    {
        e = e + word + f + BitOperations.RotateLeft(a, 5);
        b = BitOperations.RotateLeft(b, 30);
    }

    /// <summary>All words of a group, each with its round's constant added.</summary>
    private static void Schedule(byte* group, uint* words)
    {
        for (var t = 0; t < 16; t++) words[t] = BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(group + (4 * t)));
        for (var t = 16; t < Words; t++)
            words[t] = BitOperations.RotateLeft(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);
        for (var t = 0; t < Words; t++) words[t] += t switch { < 20 => K0, < 40 => K1, < 60 => K2, _ => K3 };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Load(byte* words) => Ssse3.Shuffle(
        Vector128.Load(words), Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Keep(Vector128<uint> w, uint k, byte* scratch, int t)
    {
        (w + Vector128.Create(k)).Store((uint*)(scratch + KeysSize) + t);
        return w;
    }

    /// <summary>W[t] = (W[t - 3] ^ W[t - 8] ^ W[t - 14] ^ W[t - 16]) &lt;&lt;&lt; 1, for four t; the last one's W[t - 3] is the
    /// first one, and comes in after.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Near(Vector128<uint> w16, Vector128<uint> w12, Vector128<uint> w8, Vector128<uint> w4)
    {
        var w = AlignRight(w12, w16) ^ w16 ^ w8 ^ Sse2.ShiftRightLogical128BitLane(w4, 4);
        return Rotate(w, 1) ^ Rotate(Sse2.ShiftLeftLogical128BitLane(w, 12), 2);
    }

    /// <summary>The same from the recurrence applied to itself, which reaches back further than four:
    /// W[t] = (W[t - 6] ^ W[t - 16] ^ W[t - 28] ^ W[t - 32]) &lt;&lt;&lt; 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Far(
        Vector128<uint> w32, Vector128<uint> w28, Vector128<uint> w16, Vector128<uint> w8, Vector128<uint> w4) =>
        Rotate(AlignRight(w4, w8) ^ w16 ^ w28 ^ w32, 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> AlignRight(Vector128<uint> high, Vector128<uint> low) =>
        Ssse3.AlignRight(high.AsByte(), low.AsByte(), 8).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate(Vector128<uint> w, [ConstantExpected] int bits) => (w << bits) | (w >>> (32 - bits));
}
