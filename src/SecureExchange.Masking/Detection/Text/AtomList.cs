using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SecureExchange.Masking.Detection.Text;

/// <summary>The atoms of a text, in order: everything that detectors do begins at one. Beside each stands a byte of marks, so that
/// the many where nothing can begin are passed over 64 at a time.</summary>
internal sealed class AtomList
{
    /// <summary>Marks before the first atom and behind the last, all zero: whoever looks at neighbours needs no bounds.</summary>
    private const int Margin = 128;

    /// <summary>Patterns find nothing without a digit in an atom that is longer, or a code of this many capitals.</summary>
    private const int LongAtom = 40;

    private const int CodeOfCapitals = 8;

    private Atom[] _atoms = new Atom[256];
    private byte[] _marks = new byte[256 + (2 * Margin)];

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
            if (Count + 64 > _atoms.Length) Grow();
            while (edges != 0)
            {
                var at = block + BitOperations.TrailingZeroCount(edges);
                edges &= edges - 1;
                if (open < 0)
                {
                    open = at;
                    continue;
                }

                Add(ref bytes, open, at, words);
                open = -1;
            }
        }

        if (open >= 0) Add(ref bytes, open, length, words);
        _marks.AsSpan(Margin + Count, Margin).Clear();
    }

    /// <summary>The first atom that begins at or behind a place.</summary>
    /// <param name="at">A place in the text.</param>
    /// <param name="near">An atom not far from there: the nearer, the faster.</param>
    public int From(int at, int near)
    {
        var (low, high) = (near, near);
        for (var step = 1; low > 0 && _atoms[low - 1].Start >= at; step *= 2) (low, high) = (Math.Max(0, low - step), low - 1);
        for (var step = 1; high < Count && _atoms[high].Start < at; step *= 2) (low, high) = (high + 1, Math.Min(Count, high + step));
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_atoms[middle].Start < at) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Where patterns and matchers have to look, of the atoms from <paramref name="i"/> on.</summary>
    /// <param name="i">A multiple of 64.</param>
    /// <param name="patterns">A bit for each of 64 atoms at which a pattern may begin: what patterns find has a digit within its first
    /// three atoms, or is joined by a sign to what follows, or is a code of capitals.</param>
    /// <param name="matchers">The same for matchers.</param>
    public void Candidates(int i, out ulong patterns, out ulong matchers)
    {
        ref var marks = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_marks), Margin + i);
        var here = Vector512.LoadUnsafe(ref marks);
        var next = Vector512.LoadUnsafe(ref marks, 1) | Vector512.LoadUnsafe(ref marks, 2);
        var begins = (here & Vector512.Create((byte)(AtomMarks.Digit | AtomMarks.Pattern))) | (next & Vector512.Create((byte)AtomMarks.Digit));
        patterns = ~Vector512.Equals(begins, Vector512<byte>.Zero).ExtractMostSignificantBits();
        matchers = ~Vector512.Equals(here & Vector512.Create((byte)AtomMarks.Matcher), Vector512<byte>.Zero).ExtractMostSignificantBits();
    }

    /// <summary>Of the eight atoms from <paramref name="first"/> on those that may speak for an entity: a byte for each, the first the lowest,
    /// zero if it doesn't.</summary>
    /// <param name="first">From -8 on.</param>
    public ulong ContextAt(int first) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_marks), Margin + first)) & (0x0101010101010101 * (ulong)AtomMarks.Context);

    public void Zero()
    {
        _atoms.AsSpan().Clear();
        _marks.AsSpan().Clear();
    }

    private void Grow()
    {
        Array.Resize(ref _atoms, 2 * _atoms.Length);
        Array.Resize(ref _marks, _atoms.Length + (2 * Margin));
    }

    private static ulong Mask(ref byte block)
    {
        var bytes = Vector512.LoadUnsafe(ref block);
        var digits = Vector512.LessThanOrEqual(bytes - Vector512.Create((byte)'0'), Vector512.Create((byte)9));
        var letters = Vector512.LessThanOrEqual((bytes | Vector512.Create((byte)0x20)) - Vector512.Create((byte)'a'), Vector512.Create((byte)25));
        return (digits | letters).ExtractMostSignificantBits();
    }

    private void Add(ref byte bytes, int start, int end, WordList words)
    {
        var length = end - start;
        var kinds = AtomKinds.None;
        var word = 0;
        if (length <= Vector128<byte>.Count)
        {
            var first = Vector128.LoadUnsafe(ref Unsafe.Add(ref bytes, start));
            kinds = Kinds(first, length);
            if ((kinds & AtomKinds.Digit) == 0) word = words.Find(first, length);
        }
        else
        {
            for (var i = 0; i < length; i += Vector128<byte>.Count) kinds |= Kinds(Vector128.LoadUnsafe(ref Unsafe.Add(ref bytes, start + i)), Math.Min(Vector128<byte>.Count, length - i)) & ~AtomKinds.Capitalised;
            if ((uint)(Unsafe.Add(ref bytes, start) - 'A') <= 25) kinds |= AtomKinds.Capitalised;
            if ((kinds & AtomKinds.Digit) == 0) word = words.FindLong(ref Unsafe.Add(ref bytes, start), length);
        }

        var before = start > 0 ? Unsafe.Add(ref bytes, start - 1) : (byte)0;
        var (behind, beyond) = (Unsafe.Add(ref bytes, end), Unsafe.Add(ref bytes, end + 1));
        _marks[Margin + Count] = (byte)Marks(kinds, length, words.Uses(word), before, behind, beyond);
        _atoms[Count++] = new Atom(start, end, kinds, word);
    }

    /// <summary>What is in up to 16 bytes that are letters and digits. Of a letter bit 6 is set and bit 5 tells its case; of a digit bit 6
    /// isn't.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static AtomKinds Kinds(Vector128<byte> bytes, int length)
    {
        var within = (1u << length) - 1;
        var letters = (bytes.AsUInt16() << 1).AsByte().ExtractMostSignificantBits() & within;
        var small = (bytes.AsUInt16() << 2).AsByte().ExtractMostSignificantBits();
        var upper = letters & ~small;
        var kinds = (letters != within ? AtomKinds.Digit : 0) | ((letters & small) != 0 ? AtomKinds.Lower : 0) | (upper != 0 ? AtomKinds.Upper : 0);
        return kinds | (AtomKinds)((upper & 1) * (uint)AtomKinds.Capitalised);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static AtomMarks Marks(AtomKinds kinds, int length, WordUses uses, byte before, byte behind, byte beyond)
    {
        var marks = (AtomMarks)((byte)uses & (byte)(AtomMarks.Matcher | AtomMarks.Context));
        if ((kinds & AtomKinds.Digit) != 0) marks |= AtomMarks.Digit | AtomMarks.Matcher;
        if ((kinds & AtomKinds.Capitalised) != 0 && (uses & WordUses.Name) != 0) marks |= AtomMarks.Matcher;
        if ((length >= CodeOfCapitals && (kinds & AtomKinds.Lower) == 0) || length >= LongAtom) marks |= AtomMarks.Pattern;
        if (before == '@') marks |= AtomMarks.Matcher;
        if (behind is <= (byte)' ' or >= 0x80) return marks;
        if (behind is (byte)'.' or (byte)':' or (byte)'-') marks |= AtomMarks.Matcher;
        return Scan.IsAlphanumeric(beyond) ? marks | AtomMarks.Pattern : marks;
    }
}

/// <summary>Where to look at an atom more closely.</summary>
[Flags]
internal enum AtomMarks : byte
{
    None = 0,

    /// <summary>It speaks for an entity nearby.</summary>
    Context = WordUses.Context,

    /// <summary>Something that a matcher knows may begin or end here.</summary>
    Matcher = WordUses.Matcher,

    /// <summary>There is a digit in it.</summary>
    Digit = 8,

    /// <summary>A pattern may begin here, whether there is a digit or not.</summary>
    Pattern = 16,
}
