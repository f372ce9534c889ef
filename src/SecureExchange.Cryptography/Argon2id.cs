using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>Argon2id (RFC 9106, version 0x13): a key from a passphrase, at the price of memory, which whoever guesses pays for
/// each guess.</summary>
public static class Argon2id
{
    private const int Version = 0x13;

    /// <summary>Derives a key.</summary>
    /// <param name="password">Any length.</param>
    /// <param name="salt">At least 8 bytes; 16 are usual.</param>
    /// <param name="passes">Times that the memory is gone through, at least 1.</param>
    /// <param name="lanes">Parts that can be filled at the same time, 1 to 16,777,215.</param>
    /// <param name="kibibytes">Memory in units of 1,024 bytes: at least 8 for each lane. It is taken whatever it is: whoever
    /// reads it from outside limits it first.</param>
    /// <param name="key">Receives 4 bytes or more.</param>
    /// <param name="secret">A key besides the password ("pepper"); empty for none.</param>
    /// <param name="associatedData">What the key shall depend on besides; empty for nothing.</param>
    /// <exception cref="ArgumentException">A length or number is out of range.</exception>
    public static void DeriveKey(
        ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int passes, int lanes, int kibibytes, Span<byte> key,
        ReadOnlySpan<byte> secret = default, ReadOnlySpan<byte> associatedData = default)
    {
        if (salt.Length < 8) throw new ArgumentException("must be 8 bytes or more", nameof(salt));
        if (key.Length < 4) throw new ArgumentException("must be 4 bytes or more", nameof(key));
        ArgumentOutOfRangeException.ThrowIfLessThan(passes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, 0xFF_FFFF);
        ArgumentOutOfRangeException.ThrowIfLessThan(kibibytes, 8L * lanes);

        // H0 (§3.2), and room for the two numbers that make each lane's first blocks of it.
        Span<byte> seed = stackalloc byte[Blake2b.MaxSize + 8];
        Span<int> numbers = [lanes, key.Length, kibibytes, passes, Version, 2];
        var fields = Buffer((numbers.Length + 4) * 4 + password.Length + salt.Length + secret.Length + associatedData.Length);
        var at = 0;
        foreach (var number in numbers) Append(fields, ref at, number);
        AppendField(fields, ref at, password);
        AppendField(fields, ref at, salt);
        AppendField(fields, ref at, secret);
        AppendField(fields, ref at, associatedData);
        Blake2b.Hash(fields, seed[..Blake2b.MaxSize]);
        CryptographicOperations.ZeroMemory(fields);

        using var memory = new Argon2Memory(lanes, kibibytes, passes);
        for (var lane = 0; lane < lanes; lane++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(seed[(Blake2b.MaxSize + 4)..], lane);
            for (var column = 0u; column < 2; column++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(seed[Blake2b.MaxSize..], column);
                var block = memory.Block(lane, column);
                Stretch(seed, MemoryMarshal.AsBytes(block));
                SwapWhereBigEndian(block);
            }
        }

        CryptographicOperations.ZeroMemory(seed);
        memory.Fill();

        var last = memory.Block(0, memory.LastColumn);
        for (var lane = 1; lane < lanes; lane++)
        {
            var other = memory.Block(lane, memory.LastColumn);
            for (var i = 0; i < last.Length; i++) last[i] ^= other[i];
        }

        SwapWhereBigEndian(last);
        Stretch(MemoryMarshal.AsBytes(last), key);
    }

    /// <summary>The hash of variable length, H' (§3.3).</summary>
    private static void Stretch(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var prefixed = Buffer(sizeof(int) + input.Length);
        BinaryPrimitives.WriteInt32LittleEndian(prefixed, output.Length);
        input.CopyTo(prefixed.AsSpan(sizeof(int)));
        if (output.Length <= Blake2b.MaxSize)
        {
            Blake2b.Hash(prefixed, output);
        }
        else
        {
            // Halves of 64-byte digests, each the digest of the one before; the last one whole.
            const int Half = Blake2b.MaxSize / 2;
            Span<byte> digest = stackalloc byte[Blake2b.MaxSize];
            Blake2b.Hash(prefixed, digest);
            for (; output.Length > Blake2b.MaxSize; output = output[Half..])
            {
                digest[..Half].CopyTo(output);
                var left = output.Length - Half;
                var next = digest[..Math.Min(left, Blake2b.MaxSize)];
                Blake2b.Hash(digest, next);
            }

            digest[..output.Length].CopyTo(output);
            CryptographicOperations.ZeroMemory(digest);
        }

        CryptographicOperations.ZeroMemory(prefixed);
    }

    private static void AppendField(byte[] fields, ref int at, ReadOnlySpan<byte> field)
    {
        Append(fields, ref at, field.Length);
        field.CopyTo(fields.AsSpan(at));
        at += field.Length;
    }

    private static void Append(byte[] fields, ref int at, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(fields.AsSpan(at), number);
        at += sizeof(int);
    }

    private static void SwapWhereBigEndian(Span<ulong> words)
    {
        if (BitConverter.IsLittleEndian) return;
        foreach (ref var word in words) word = BinaryPrimitives.ReverseEndianness(word);
    }

    private static byte[] Buffer(int size) => GC.AllocateUninitializedArray<byte>(size, pinned: true);
}
