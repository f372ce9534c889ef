namespace SecureExchange.Masking.Returns;

/// <summary>The tags of all rows that were sent, and which of them came back: a multiset, nine bytes a row.</summary>
/// <remarks>Kept in 256 sorted parts by the tag's first byte: no empty slots as in a hash table, and growing one part copies
/// little.</remarks>
internal sealed class SentRows
{
    private const int Parts = 256;
    private readonly ulong[][] _tags;
    private readonly int[] _counts = new int[Parts];
    private readonly ulong[][] _seen = new ulong[Parts][];
    private bool _sealed;

    /// <param name="expected">About how many rows will come; room for them is made at once, so that nothing is copied.</param>
    public SentRows(long expected)
    {
        // Tags spread evenly, so a part outgrows this share only by a few standard deviations.
        var share = expected / Parts;
        var room = (int)Math.Min(share + (4 * (long)Math.Sqrt(share)) + 16, int.MaxValue / 8);
        _tags = [.. Enumerable.Range(0, Parts).Select(_ => expected > 0 ? new ulong[room] : [])];
    }

    /// <summary>How a row stands to what was sent.</summary>
    public enum Match
    {
        Unknown,

        /// <summary>Sent, and now come back.</summary>
        Taken,

        /// <summary>Sent, but it had come back before as often as it was sent.</summary>
        Exhausted,
    }

    public long Count { get; private set; }

    /// <summary>Rows that came back.</summary>
    public long TakenCount { get; private set; }

    public void Add(ulong tag)
    {
        if (_sealed) throw new InvalidOperationException("rows are already being matched");
        var part = (int)(tag >> 56);
        if (_counts[part] == _tags[part].Length) Array.Resize(ref _tags[part], (_counts[part] * 9 / 8) + 64);
        _tags[part][_counts[part]++] = tag;
        Count++;
    }

    /// <summary>Looks a row up and notes that it came back.</summary>
    public Match Take(ulong tag)
    {
        Seal();
        var part = (int)(tag >> 56);
        var (first, end) = Run(part, tag);
        if (first == end) return Match.Unknown;
        var unseen = FirstUnseen(part, first, end);
        if (unseen == end) return Match.Exhausted;
        _seen[part][unseen >> 6] |= 1UL << (unseen & 63);
        TakenCount++;
        return Match.Taken;
    }

    /// <summary>Goes through what was sent once more: whether this row came back. Each row may be asked for once.</summary>
    public bool TakeBack(ulong tag)
    {
        Seal();
        var part = (int)(tag >> 56);
        var (first, end) = Run(part, tag);
        var unseen = FirstUnseen(part, first, end);
        if (unseen == first) return false;
        _seen[part][(unseen - 1) >> 6] &= ~(1UL << ((unseen - 1) & 63));
        return true;
    }

    private void Seal()
    {
        if (_sealed) return;
        _sealed = true;
        for (var part = 0; part < Parts; part++)
        {
            _tags[part].AsSpan(0, _counts[part]).Sort();
            _seen[part] = new ulong[(_counts[part] + 63) / 64];
        }
    }

    /// <summary>Equal tags: rows that are alike. Their seen bits are set from the front and cleared from behind.</summary>
    private (int First, int End) Run(int part, ulong tag)
    {
        var tags = _tags[part].AsSpan(0, _counts[part]);
        var first = LowerBound(tags, tag);
        if (first == tags.Length || tags[first] != tag) return (first, first);
        if (first + 1 == tags.Length || tags[first + 1] != tag) return (first, first + 1);
        return (first, tag == ulong.MaxValue ? tags.Length : LowerBound(tags, tag + 1));
    }

    private int FirstUnseen(int part, int first, int end)
    {
        var seen = _seen[part];
        while (first < end)
        {
            var middle = (first + end) >>> 1;
            if ((seen[middle >> 6] >> (middle & 63) & 1) != 0) first = middle + 1;
            else end = middle;
        }

        return first;
    }

    private static int LowerBound(ReadOnlySpan<ulong> tags, ulong tag)
    {
        var (first, end) = (0, tags.Length);
        while (first < end)
        {
            var middle = (first + end) >>> 1;
            if (tags[middle] < tag) first = middle + 1;
            else end = middle;
        }

        return first;
    }
}
