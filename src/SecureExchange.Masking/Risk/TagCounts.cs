using System.Numerics;

namespace SecureExchange.Masking.Risk;

/// <summary>How often each tag occurs: exact up to a number of different tags, then of a sample of them.</summary>
/// <remarks>Distinct sampling (Gibbons, VLDB 2001): a tag is in the sample while its highest <see cref="Level"/> bits are
/// zero, and each time the table is full one bit more has to be. So whether a tag is sampled depends on the tag alone, and
/// whatever is in the sample was counted from its first occurrence on. Tags MUST be spread evenly: they are keyed.</remarks>
internal sealed class TagCounts
{
    private readonly int _capacity;
    private ulong[] _tags;
    private uint[] _counts;

    /// <param name="capacity">How many different tags are counted exactly.</param>
    public TagCounts(int capacity)
    {
        _capacity = capacity;
        _tags = new ulong[Math.Min(1024, Slots(capacity))];
        _counts = new uint[_tags.Length];
    }

    /// <summary>Different tags in the sample.</summary>
    public int Count { get; private set; }

    /// <summary>How often the sample was halved: one in 2^Level tags is in it.</summary>
    public int Level { get; private set; }

    /// <summary>Sampled tags that occurred exactly once.</summary>
    public int Singles => CountBelow(2);

    /// <summary>Sampled tags that occurred fewer than <paramref name="times"/> times.</summary>
    public int CountBelow(uint times)
    {
        var found = 0;
        foreach (var count in _counts) found += count > 0 && count < times ? 1 : 0;
        return found;
    }

    /// <summary>Counts a tag.</summary>
    public void Add(ulong tag)
    {
        if (!IsSampled(tag)) return;
        var at = Find(_tags, _counts, tag);
        if (_counts[at] == uint.MaxValue) return;
        if (_counts[at]++ > 0) return;
        _tags[at] = tag;
        if (++Count > _capacity) Rebuild(Level + 1, _tags.Length);
        else if (2 * Count > _tags.Length) Rebuild(Level, 2 * _tags.Length);
    }

    private bool IsSampled(ulong tag) => Level == 0 || tag >> (64 - Level) == 0;

    private void Rebuild(int level, int slots)
    {
        var (tags, counts) = (_tags, _counts);
        (_tags, _counts, Count, Level) = (new ulong[slots], new uint[slots], 0, level);
        for (var i = 0; i < tags.Length; i++)
        {
            if (counts[i] == 0 || !IsSampled(tags[i])) continue;
            var at = Find(_tags, _counts, tags[i]);
            (_tags[at], _counts[at]) = (tags[i], counts[i]);
            Count++;
        }
    }

    /// <summary>The slot of a tag, or the free one where it would go.</summary>
    private static int Find(ulong[] tags, uint[] counts, ulong tag)
    {
        var at = (int)tag & (tags.Length - 1);
        while (counts[at] != 0 && tags[at] != tag) at = (at + 1) & (tags.Length - 1);
        return at;
    }

    /// <summary>At most half of the slots are used, so that looking stays short.</summary>
    private static int Slots(int capacity) => (int)BitOperations.RoundUpToPowerOf2((uint)capacity * 2);
}
