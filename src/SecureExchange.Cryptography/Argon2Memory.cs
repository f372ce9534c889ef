using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>The matrix of blocks that Argon2id fills (RFC 9106 §3.2 to §3.4): a row for each lane, in four slices. Outside the
/// managed heap, where nothing moves it and it goes back to the system at once; zeroed first.</summary>
internal sealed unsafe class Argon2Memory : IDisposable
{
    private const int Slices = 4;
    private const ulong TypeId = 2; // Argon2id

    private readonly ulong* _blocks;
    private readonly int _lanes;
    private readonly int _passes;
    private readonly uint _laneLength;
    private readonly uint _segmentLength;

    /// <param name="lanes">At least 1.</param>
    /// <param name="kibibytes">At least eight times as many; rounded down to four blocks in each lane.</param>
    /// <param name="passes">At least 1.</param>
    public Argon2Memory(int lanes, int kibibytes, int passes)
    {
        (_lanes, _passes) = (lanes, passes);
        _segmentLength = (uint)(kibibytes / (Slices * lanes));
        _laneLength = _segmentLength * Slices;
        _blocks = (ulong*)NativeMemory.AlignedAlloc((nuint)Octets, 64);
    }

    private long Blocks => (long)_laneLength * _lanes;

    private long Octets => Blocks * Argon2Block.Size;

    /// <summary>One block, as words in the machine's order.</summary>
    public Span<ulong> Block(int lane, uint column) => new(At(lane, column), Argon2Block.Words);

    public uint LastColumn => _laneLength - 1;

    public void Fill()
    {
        for (var pass = 0; pass < _passes; pass++)
        {
            for (var slice = 0; slice < Slices; slice++)
            {
                // Lanes see each other's earlier slices only, so that they can be filled at the same time.
                var (atPass, atSlice) = (pass, slice);
                if (_lanes == 1) FillSegment(pass, 0, slice);
                else Parallel.For(0, _lanes, lane => FillSegment(atPass, lane, atSlice));
            }
        }
    }

    public void Dispose()
    {
        for (var block = 0L; block < Blocks; block++)
            CryptographicOperations.ZeroMemory(new Span<byte>(_blocks + (block * Argon2Block.Words), Argon2Block.Size));
        NativeMemory.AlignedFree(_blocks);
    }

    private void FillSegment(int pass, int lane, int slice)
    {
        // Where to look doesn't depend on the passphrase in the first half of the first pass, so that no cache tells of it.
        var independent = pass == 0 && slice < Slices / 2;
        var scratch = stackalloc ulong[Argon2Block.ScratchWords];
        var zero = stackalloc ulong[Argon2Block.Words];
        var input = stackalloc ulong[Argon2Block.Words];
        var addresses = stackalloc ulong[Argon2Block.Words];
        new Span<ulong>(zero, Argon2Block.Words).Clear();
        new Span<ulong>(input, Argon2Block.Words).Clear();
        (input[0], input[1], input[2]) = ((ulong)pass, (ulong)lane, (ulong)slice);
        (input[3], input[4], input[5]) = ((ulong)Blocks, (ulong)_passes, TypeId);

        var start = pass == 0 && slice == 0 ? 2u : 0; // The first two blocks of a lane come from the passphrase.
        for (var index = start; index < _segmentLength; index++)
        {
            if (independent && (index == start || index % Argon2Block.Words == 0))
            {
                input[6]++;
                Argon2Block.Compress(zero, input, addresses, add: false, scratch);
                Argon2Block.Compress(zero, addresses, addresses, add: false, scratch);
            }

            var column = ((uint)slice * _segmentLength) + index;
            var previous = At(lane, column == 0 ? LastColumn : column - 1);
            var random = independent ? addresses[index % Argon2Block.Words] : previous[0];
            var reference = Reference(pass, lane, slice, index, random);
            Argon2Block.Compress(previous, reference, At(lane, column), add: pass > 0, scratch);
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(scratch, Argon2Block.ScratchWords * sizeof(ulong)));
    }

    /// <summary>The block that a pseudo-random word points to (§3.4.2): nearer ones more often.</summary>
    private ulong* Reference(int pass, int lane, int slice, uint index, ulong random)
    {
        var from = pass == 0 && slice == 0 ? lane : (int)((uint)(random >> 32) % (uint)_lanes);
        var finished = pass == 0 ? (uint)slice * _segmentLength : _laneLength - _segmentLength;
        var area = from == lane ? finished + index - 1 : index == 0 ? finished - 1 : finished;
        var distance = (random & 0xFFFF_FFFF) * (random & 0xFFFF_FFFF) >> 32;
        var position = area - 1 - (uint)((area * distance) >> 32);
        var first = pass == 0 || slice == Slices - 1 ? 0 : (uint)(slice + 1) * _segmentLength;
        return At(from, (uint)(((ulong)first + position) % _laneLength));
    }

    private ulong* At(int lane, uint column) => _blocks + ((((long)lane * _laneLength) + column) * Argon2Block.Words);
}
