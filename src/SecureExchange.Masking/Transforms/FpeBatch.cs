using SecureExchange.Cryptography;

namespace SecureExchange.Masking.Transforms;

/// <summary>The numerals of a batch's values, put together by length, since FF1 takes many of one length at once.</summary>
internal sealed class FpeBatch(Ff1 ff1)
{
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<int, Lane> _lanes = [];

    public int Count => _entries.Count;

    public void Clear()
    {
        _entries.Clear();
        foreach (var lane in _lanes.Values) lane.Length = 0;
    }

    /// <summary>Takes a value.</summary>
    /// <param name="cell">Its cell in the masked column.</param>
    /// <param name="numerals">What of it is to be encrypted.</param>
    /// <param name="from">Where in the cell that begins.</param>
    /// <param name="to">Where it ends.</param>
    public void Add(int cell, ReadOnlySpan<ushort> numerals, int from, int to)
    {
        if (!_lanes.TryGetValue(numerals.Length, out var lane)) _lanes[numerals.Length] = lane = new Lane();
        if (lane.Numerals.Length < lane.Length + numerals.Length) Array.Resize(ref lane.Numerals, Math.Max(2 * lane.Numerals.Length, lane.Length + numerals.Length));
        numerals.CopyTo(lane.Numerals.AsSpan(lane.Length));
        _entries.Add(new Entry(cell, lane, lane.Length, numerals.Length, from, to));
        lane.Length += numerals.Length;
    }

    public void Crypt(bool decrypt)
    {
        foreach (var (length, lane) in _lanes)
        {
            if (decrypt) ff1.DecryptMany(lane.Numerals.AsSpan(0, lane.Length), length);
            else ff1.EncryptMany(lane.Numerals.AsSpan(0, lane.Length), length);
        }
    }

    public int Cell(int i) => _entries[i].Cell;

    public int From(int i) => _entries[i].From;

    public int To(int i) => _entries[i].To;

    public ReadOnlySpan<ushort> Numerals(int i) => _entries[i].Lane.Numerals.AsSpan(_entries[i].Start, _entries[i].Length);

    public void Zero()
    {
        foreach (var lane in _lanes.Values) Array.Clear(lane.Numerals);
    }

    private sealed class Lane
    {
        public ushort[] Numerals = new ushort[1024];

        public int Length { get; set; }
    }

    private readonly record struct Entry(int Cell, Lane Lane, int Start, int Length, int From, int To);
}
