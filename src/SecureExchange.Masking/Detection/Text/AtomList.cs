using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SecureExchange.Masking.Detection.Text;

/// <summary>The atoms of a text, in order: everything that detectors do begins at one.</summary>
internal sealed class AtomList
{
    private Atom[] _atoms = new Atom[256];

    public int Count { get; private set; }

    public ref readonly Atom this[int i] => ref _atoms[i];

    /// <summary>Splits a text.</summary>
    /// <param name="padded">The text and <see cref="TextView.Padding"/> zero bytes.</param>
    /// <param name="words">Says what is known of a word.</param>
    public void Load(ReadOnlySpan<byte> padded, WordList words)
    {
        Count = 0;
        var length = padded.Length - TextView.Padding;
        ref var bytes = ref MemoryMarshal.GetReference(padded);
        var carried = 0UL;
        var open = -1;
        for (var block = 0; block < length; block += 64)
        {
            // Bits of bytes that are letters or digits; an edge is where that changes. The padding ends the last one.
            var inside = Mask(ref Unsafe.Add(ref bytes, block));
            var edges = inside ^ ((inside << 1) | carried);
            carried = inside >> 63;
            while (edges != 0)
            {
                var at = block + BitOperations.TrailingZeroCount(edges);
                edges &= edges - 1;
                if (open < 0)
                {
                    open = at;
                    continue;
                }

                Add(padded, open, at, words);
                open = -1;
            }
        }

        if (open >= 0) Add(padded, open, length, words);
    }

    /// <summary>The first atom that begins at or behind a place.</summary>
    public int From(int at)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_atoms[middle].Start < at) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    public void Zero() => _atoms.AsSpan().Clear();

    private static ulong Mask(ref byte block)
    {
        var bytes = Vector512.LoadUnsafe(ref block);
        var digits = Vector512.LessThanOrEqual(bytes - Vector512.Create((byte)'0'), Vector512.Create((byte)9));
        var letters = Vector512.LessThanOrEqual((bytes | Vector512.Create((byte)0x20)) - Vector512.Create((byte)'a'), Vector512.Create((byte)25));
        return (digits | letters).ExtractMostSignificantBits();
    }

    private void Add(ReadOnlySpan<byte> padded, int start, int end, WordList words)
    {
        var kinds = AtomKinds.None;
        ref var bytes = ref MemoryMarshal.GetReference(padded);
        // Eight bytes at a time. Of a letter bit 6 is set, bit 5 tells its case; of a digit bit 6 isn't.
        var (letters, cases, count) = (0UL, 0UL, end - start);
        var missing = false;
        for (var i = 0; i < count; i += 8)
        {
            var eight = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, start + i));
            var within = count - i >= 8 ? ~0UL : (1UL << ((count - i) * 8)) - 1;
            var letter = (eight & 0x4040404040404040 & within) >> 6;
            missing |= letter != (0x0101010101010101 & within);
            cases |= letter & (eight >> 5);
            letters |= letter & ~(eight >> 5);
        }

        if (missing) kinds |= AtomKinds.Digit;
        if (cases != 0) kinds |= AtomKinds.Lower;
        if (letters != 0) kinds |= AtomKinds.Upper;
        if (padded[start] is >= (byte)'A' and <= (byte)'Z') kinds |= AtomKinds.Capitalised;
        if (Count == _atoms.Length) Array.Resize(ref _atoms, 2 * Count);
        var word = missing ? 0 : words.Find(padded, start, end);
        _atoms[Count++] = new Atom(start, end, kinds, word);
    }
}
