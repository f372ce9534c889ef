using System.Buffers.Text;

namespace SecureExchange.Transparency.Log;

/// <summary>An entry with places for numbers that its order in the log decides. The log fills them in where it commits, so
/// no crash, race or lost answer leaves a gap in them, or gives one of them twice.</summary>
public sealed class EntryDraft
{
    private const int MaxDigits = 19;

    private readonly ReadOnlyMemory<byte> _text;
    private readonly IReadOnlyList<EntryNumber> _numbers;

    /// <param name="text">The entry without its numbers. Stays as it is until the entry is in.</param>
    /// <param name="numbers">In the order of their offsets; no counter twice.</param>
    /// <exception cref="ArgumentException">An offset or a counter's name isn't one, or with all digits the entry could be
    /// larger than <see cref="TransparencyLog.MaxEntrySize"/>.</exception>
    public EntryDraft(ReadOnlyMemory<byte> text, IReadOnlyList<EntryNumber> numbers)
    {
        _text = text;
        _numbers = numbers;
        var at = 0;
        foreach (var number in numbers)
        {
            if (number.Offset < at || number.Offset > text.Length) throw new ArgumentException("an offset isn't in the text, or not in order", nameof(numbers));
            if (number.Counter is { } name && !IsCounter(name)) throw new ArgumentException("a counter's name isn't one", nameof(numbers));
            at = number.Offset;
        }

        if (numbers.DistinctBy(number => number.Counter).Count() < numbers.Count) throw new ArgumentException("a counter is named twice", nameof(numbers));
        if (MaxLength > TransparencyLog.MaxEntrySize) throw new ArgumentException($"at most {TransparencyLog.MaxEntrySize} bytes", nameof(text));
    }

    /// <summary>Bytes that the entry has at most.</summary>
    internal int MaxLength => _text.Length + MaxDigits * _numbers.Count;

    /// <summary>Whether some entries come in only at their number.</summary>
    internal bool IsConditional => _numbers.Any(number => number.Expected is not null);

    /// <summary>1 to 64 visible ASCII characters: each stands in a line of <c>head</c>.</summary>
    internal static bool IsCounter(ReadOnlySpan<char> name) => name.Length is >= 1 and <= 64 && !name.ContainsAnyExceptInRange('!', '~');

    /// <summary>Whether the counters stand where this entry expects them.</summary>
    internal bool Fits(IReadOnlyDictionary<string, long> counters, long index)
    {
        foreach (var number in _numbers)
        {
            if (number.Expected is { } expected && expected != Next(number, counters, index)) return false;
        }

        return true;
    }

    /// <summary>Writes the entry at its place, and moves the counters.</summary>
    /// <returns>How many bytes.</returns>
    internal int Write(Span<byte> room, Dictionary<string, long> counters, long index)
    {
        var (from, length) = (0, 0);
        foreach (var number in _numbers)
        {
            var value = Next(number, counters, index);
            Copy(number.Offset, room);
            if (!Utf8Formatter.TryFormat(value, room[length..], out var digits)) throw new ArgumentException("too small", nameof(room));
            length += digits;
            if (number.Counter is { } name) counters[name] = value;
        }

        Copy(_text.Length, room);
        return length;

        void Copy(int to, Span<byte> into)
        {
            _text.Span[from..to].CopyTo(into[length..]);
            length += to - from;
            from = to;
        }
    }

    private static long Next(EntryNumber number, IReadOnlyDictionary<string, long> counters, long index) =>
        number.Counter is { } name ? counters.GetValueOrDefault(name) + 1 : index;
}

/// <summary>A number that the log writes into an entry.</summary>
/// <param name="Offset">Where its decimal digits go.</param>
/// <param name="Counter">One above what the log's counter of this name gave last, from 1: gapless in the order of the log.
/// Null: the entry's own index.</param>
/// <param name="Expected">The entry comes in with this number or not at all.</param>
public readonly record struct EntryNumber(int Offset, string? Counter = null, long? Expected = null);
