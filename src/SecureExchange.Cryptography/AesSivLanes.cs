using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>AES-SIV over eight short values at once (RFC 5297 §2.6): each step of the eight CMACs, and each eight blocks of the counter mode,
/// fill the AES unit, which one value alone leaves idle most of the time.</summary>
internal ref struct AesSivLanes : IDisposable
{
    /// <summary>Values of more octets go one by one: they have blocks enough of their own.</summary>
    private const int MaxLength = 16 * AesBlocks.BlockSize;

    private const int Pair = 2 * AesBlocks.BlockSize;
    private const int Lanes = AesBlocks.Lanes;
    private readonly AesCmac _mac;
    private readonly AesBlocks _counter;
    private readonly Vector128<byte> _state;
    private Storage _storage;
    private int _most;

    public AesSivLanes(AesCmac mac, AesBlocks counter, Vector128<byte> state)
    {
        _mac = mac;
        _counter = counter;
        _state = state;
    }

    /// <summary>Takes eight values to encrypt.</summary>
    /// <returns>False where one is too long; nothing is taken then.</returns>
    public bool Load(ReadOnlySpan<byte> values, int from, ReadOnlySpan<int> ends)
    {
        if (!Locate(from, ends, 0)) return false;
        for (var lane = 0; lane < Lanes; lane++) Prepare(values, _storage.Starts[lane], _storage.Lengths[lane], Message(lane));
        ComputeIvs();
        return true;
    }

    /// <summary>Takes eight ciphertexts to decrypt.</summary>
    /// <returns>False where one is too long, or too short to be one.</returns>
    public bool LoadCiphertexts(ReadOnlySpan<byte> ciphertexts, int from, ReadOnlySpan<int> ends, int gap)
    {
        if (!Locate(from, ends, gap + AesSiv.Overhead)) return false;
        for (var lane = 0; lane < Lanes; lane++)
            _storage.Ivs[lane] = Vector128.Create(ciphertexts.Slice(_storage.Starts[lane] - AesSiv.Overhead, AesSiv.Overhead));
        return true;
    }

    private bool Locate(int from, ReadOnlySpan<int> ends, int overhead)
    {
        Span<int> starts = _storage.Starts;
        Span<int> lengths = _storage.Lengths;
        var most = 0;
        for (var lane = 0; lane < Lanes; lane++)
        {
            starts[lane] = from + overhead;
            lengths[lane] = ends[lane] - starts[lane];
            if (lengths[lane] < 0) return false;
            from = ends[lane];
            most = Math.Max(most, lengths[lane]);
        }

        _most = most;
        return most <= MaxLength;
    }

    /// <summary>S2V's last step for each (RFC 5297 §2.4): the CMACs of what was prepared.</summary>
    private void ComputeIvs()
    {
        Span<Vector128<byte>> states = _storage.States;
        Span<Vector128<byte>> ivs = _storage.Ivs;
        Span<int> lengths = _storage.Lengths;
        states.Clear();
        for (var block = 0; block < Math.Max(1, Blocks(_most)); block++)
        {
            for (var lane = 0; lane < Lanes; lane++) states[lane] ^= Message(lane)[block]; // Behind a message's end: for nothing.
            _mac.Aes.EncryptEight(states);
            for (var lane = 0; lane < Lanes; lane++)
            {
                if (block == Math.Max(1, Blocks(lengths[lane])) - 1) ivs[lane] = states[lane];
            }
        }
    }

    /// <summary>Writes the eight ciphertexts.</summary>
    /// <returns>Octets of all, gaps included.</returns>
    public int Crypt(ReadOnlySpan<byte> values, int gap, Span<byte> ciphertexts)
    {
        Span<Vector128<byte>> ivs = _storage.Ivs;
        Span<int> starts = _storage.Starts;
        Span<int> lengths = _storage.Lengths;
        StreamKeys();
        var at = 0;
        for (var lane = 0; lane < Lanes; lane++)
        {
            at += gap;
            ivs[lane].CopyTo(ciphertexts[at..]);
            at += AesSiv.Overhead;
            Xor(values, starts[lane], lengths[lane], Message(lane), ciphertexts[at..]);
            at += lengths[lane];
        }

        return at;
    }

    /// <summary>Decrypts the eight and verifies each (RFC 5297 §2.7).</summary>
    /// <param name="ciphertexts">What was loaded.</param>
    /// <param name="plaintexts">Receives the values back to back; a false one zeroed.</param>
    /// <param name="valid">Receives eight answers.</param>
    /// <returns>Octets of all.</returns>
    public int Decrypt(ReadOnlySpan<byte> ciphertexts, Span<byte> plaintexts, Span<bool> valid)
    {
        Span<Vector128<byte>> given = stackalloc Vector128<byte>[Lanes];
        ((Span<Vector128<byte>>)_storage.Ivs).CopyTo(given);
        StreamKeys();
        var at = 0;
        for (var lane = 0; lane < Lanes; lane++)
        {
            var length = _storage.Lengths[lane];
            Xor(ciphertexts, _storage.Starts[lane], length, Message(lane), plaintexts[at..]);
            Prepare(plaintexts, at, length, Message(lane));
            at += length;
        }

        ComputeIvs();
        at = 0;
        for (var lane = 0; lane < Lanes; lane++)
        {
            valid[lane] = _storage.Ivs[lane] == given[lane]; // All sixteen octets at once, as in TryDecrypt.
            if (!valid[lane]) plaintexts.Slice(at, _storage.Lengths[lane]).Clear();
            at += _storage.Lengths[lane];
        }

        return at;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes((Span<Vector128<byte>>)_storage.Blocks));

    private static int Blocks(int length) => (length + AesBlocks.BlockSize - 1) / AesBlocks.BlockSize;

    /// <summary>Where there is room, what is behind the last two whole blocks is worked on by two whole ones too: the next lane writes over what is too much.</summary>
    private static void Xor(ReadOnlySpan<byte> input, int start, int length, ReadOnlySpan<Vector128<byte>> keys, Span<byte> output)
    {
        var at = 0;
        for (; at < length && input.Length - start - at >= Pair && output.Length - at >= Pair; at += Pair)
        {
            var two = Vector256.Create(keys[at / AesBlocks.BlockSize], keys[(at / AesBlocks.BlockSize) + 1]);
            (Vector256.Create(input.Slice(start + at, Pair)) ^ two).CopyTo(output[at..]);
        }

        Span<byte> rest = stackalloc byte[AesBlocks.BlockSize];
        for (; at < length; at += AesBlocks.BlockSize)
        {
            var left = Math.Min(length - at, AesBlocks.BlockSize);
            input.Slice(start + at, left).CopyTo(rest);
            (Vector128.Create<byte>(rest) ^ keys[at / AesBlocks.BlockSize]).CopyTo(rest);
            rest[..left].CopyTo(output[at..]);
        }
    }

    /// <summary>A lane's place: first the message of its CMAC, then the key stream of its counter mode.</summary>
    [UnscopedRef]
    private Span<Vector128<byte>> Message(int lane) => ((Span<Vector128<byte>>)_storage.Blocks).Slice(lane * (MaxLength / AesBlocks.BlockSize), MaxLength / AesBlocks.BlockSize);

    /// <summary>What goes through CMAC's cipher for a value: S2V's last string, its last block made ready (RFC 4493 §2.4). S2V's state goes onto
    /// the last sixteen octets, which are of two blocks, so that it is moved to where they stand in each.</summary>
    private readonly void Prepare(ReadOnlySpan<byte> values, int start, int length, Span<Vector128<byte>> message)
    {
        if (length < AesBlocks.BlockSize)
        {
            message[0] = AesCmac.Double(_state) ^ AesCmac.Pad(Block(values, start, length), length) ^ _mac.WholeKey;
            return;
        }

        var last = Blocks(length) - 1;
        for (var i = 0; i < last; i++) message[i] = Vector128.Create(values.Slice(start + (i * AesBlocks.BlockSize), AesBlocks.BlockSize));
        var rest = length - (last * AesBlocks.BlockSize);
        var block = Block(values, start + length - rest, rest);
        if (rest == AesBlocks.BlockSize)
        {
            message[last] = block ^ _state ^ _mac.WholeKey;
            return;
        }

        message[last - 1] ^= Vector128.Shuffle(_state, Vector128<byte>.Indices - Vector128.Create((byte)rest));
        message[last] = AesCmac.Pad(block, rest) ^ Vector128.Shuffle(_state, Vector128<byte>.Indices + Vector128.Create((byte)(AesBlocks.BlockSize - rest))) ^ _mac.PartialKey;
    }

    /// <summary>Up to a block of a value, and zeros behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Block(ReadOnlySpan<byte> values, int at, int length)
    {
        if (values.Length - at >= AesBlocks.BlockSize)
            return Vector128.Create(values.Slice(at, AesBlocks.BlockSize)) & Vector128.LessThan(Vector128<byte>.Indices, Vector128.Create((byte)length));
        Span<byte> rest = stackalloc byte[AesBlocks.BlockSize];
        rest.Clear();
        values.Slice(at, length).CopyTo(rest);
        return Vector128.Create<byte>(rest);
    }

    /// <summary>The key streams (RFC 5297 §2.5), in the places of the messages.</summary>
    private void StreamKeys()
    {
        Span<Vector128<byte>> states = _storage.States;
        Span<Vector128<byte>> ivs = _storage.Ivs;
        for (var block = 0; block < Blocks(_most); block++)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                var counter = (ivs[lane] & Vector128.Create(ulong.MaxValue, 0xFFFFFF7F_FFFFFF7F).AsByte()).AsUInt32();
                var count = BinaryPrimitives.ReverseEndianness(counter[3]) + (uint)block;
                states[lane] = counter.WithElement(3, BinaryPrimitives.ReverseEndianness(count)).AsByte();
            }

            _counter.EncryptEight(states);
            for (var lane = 0; lane < Lanes; lane++) Message(lane)[block] = states[lane];
        }
    }

    private struct Storage
    {
        public Eight<int> Starts;
        public Eight<int> Lengths;
        public Eight<Vector128<byte>> States;
        public Eight<Vector128<byte>> Ivs;
        public Many Blocks;
    }

    [InlineArray(Lanes)]
    private struct Eight<T>
    {
        private T _first;
    }

    [InlineArray(Lanes * (MaxLength / AesBlocks.BlockSize))]
    private struct Many
    {
        private Vector128<byte> _first;
    }
}
