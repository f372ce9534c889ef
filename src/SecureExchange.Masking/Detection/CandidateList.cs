namespace SecureExchange.Masking.Detection;

/// <summary>Candidates as they come, and what remains of them when overlaps are settled.</summary>
internal sealed class CandidateList
{
    /// <summary>Quadratic time: so many places each candidate may stand from its own, on average, before all are sorted otherwise.</summary>
    private const int MaxMoves = 8;

    private Candidate[] _found = new Candidate[64];
    private Candidate[] _kept = new Candidate[64];
    private int _keptCount;

    public int Count { get; private set; }

    /// <summary>What remained, by start.</summary>
    public ReadOnlySpan<Candidate> Kept => _kept.AsSpan(0, _keptCount);

    public ref readonly Candidate this[int i] => ref _found[i];

    public void Clear() => Count = _keptCount = 0;

    public void Add(Candidate candidate)
    {
        if (Count == _found.Length) Array.Resize(ref _found, 2 * Count);
        _found[Count++] = candidate;
    }

    /// <summary>Whether a pattern has matched since a place in the list.</summary>
    public bool HasShorter(int pattern, int from)
    {
        for (var i = Count - 1; i >= from; i--)
        {
            if (_found[i].Pattern == pattern) return true;
        }

        return false;
    }

    /// <summary>Adds a longer match in the place of the one that the same pattern made from the same start.</summary>
    public void AddLonger(Candidate candidate, int from)
    {
        for (var i = Count - 1; i >= from; i--)
        {
            if (_found[i].Pattern != candidate.Pattern) continue;
            _found[i] = candidate;
            return;
        }

        Add(candidate);
    }

    /// <summary>Raises what has a word nearby that speaks for it, and drops what is too unsure.</summary>
    public void Score(Scan scan, ContextSearch context, int minScore)
    {
        var (count, near) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            var candidate = context.Score(scan, _found[i], ref near);
            if (candidate.Score >= minScore) _found[count++] = candidate;
        }

        Count = count;
    }

    /// <summary>Settles overlaps: the surer one stays, then the longer, then the one whose rule comes first, then the earlier.</summary>
    /// <param name="acrossEntities">False: only between matches of one entity, and what remains may overlap.</param>
    public void Settle(bool acrossEntities)
    {
        var found = _found.AsSpan(0, Count);
        _keptCount = 0;
        if (_kept.Length < Count) _kept = new Candidate[_found.Length];
        if (!acrossEntities) found.Sort(EntityThenByStart);
        else if (!TryInsert(found)) found.Sort(ByStart);
        for (var i = 0; i < found.Length;)
        {
            // What overlaps, directly or by others between, is settled by itself: a few at a time, however long the text is.
            var (from, end) = (i, found[i].End);
            for (i++; i < found.Length && found[i].Start < end && (acrossEntities || found[i].Entity == found[from].Entity); i++)
                end = Math.Max(end, found[i].End);
            var together = found[from..i];
            if (together.Length > 1) together.Sort(BestFirst);
            var first = _keptCount;
            foreach (ref readonly var candidate in together) KeepIfFree(candidate, first);
        }

        if (!acrossEntities) _kept.AsSpan(0, _keptCount).Sort(ByStart);
    }

    /// <summary>Sorts what is nearly in order already, since it was found in passing; gives up where it isn't.</summary>
    private static bool TryInsert(Span<Candidate> found)
    {
        var moves = 0;
        for (var i = 1; i < found.Length; i++)
        {
            var candidate = found[i];
            var at = i;
            for (; at > 0 && ByStart(found[at - 1], candidate) > 0; at--) found[at] = found[at - 1];
            found[at] = candidate;
            moves += i - at;
            if (moves > MaxMoves * found.Length) return false;
        }

        return true;
    }

    private void KeepIfFree(in Candidate candidate, int first)
    {
        // Those kept since first don't overlap, so they are in the order of their starts and of their ends.
        var (low, high) = (first, _keptCount);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_kept[middle].End <= candidate.Start) low = middle + 1;
            else high = middle;
        }

        if (low < _keptCount && _kept[low].Start < candidate.End) return;
        _kept.AsSpan(low, _keptCount - low).CopyTo(_kept.AsSpan(low + 1));
        _kept[low] = candidate;
        _keptCount++;
    }

    private static int BestFirst(Candidate a, Candidate b)
    {
        var order = b.Score.CompareTo(a.Score);
        if (order == 0) order = b.Length.CompareTo(a.Length);
        if (order == 0) order = a.Entity.CompareTo(b.Entity);
        return order != 0 ? order : a.Start.CompareTo(b.Start);
    }

    private static int EntityThenByStart(Candidate a, Candidate b)
    {
        var order = a.Entity.CompareTo(b.Entity);
        return order != 0 ? order : ByStart(a, b);
    }

    private static int ByStart(Candidate a, Candidate b)
    {
        var order = a.Start.CompareTo(b.Start);
        return order != 0 ? order : BestFirst(a, b);
    }
}
