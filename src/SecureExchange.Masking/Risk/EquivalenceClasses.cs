using System.Numerics;

namespace SecureExchange.Masking.Risk;

/// <summary>The classes of records that look alike in their quasi-identifiers: how large each is, and how many different
/// values of each sensitive field are in it. Exact up to a number of classes, then of a sample of them.</summary>
/// <remarks>Sampled as <see cref="TagCounts"/> has it. A pair of class and sensitive value is known by a tag whose upper half
/// is the class's, so it leaves the sample with its class.</remarks>
internal sealed class EquivalenceClasses
{
    /// <summary>More different values than these in one class aren't told apart: "16 or more" protects as well as 17.</summary>
    public const byte MaxDiversity = 16;

    private const ulong UpperHalf = 0xFFFF_FFFF_0000_0000;
    private readonly int _capacity;
    private readonly int _pairCapacity;
    private ulong[] _tags;
    private uint[] _sizes;
    private byte[][] _diversity;
    private HashSet<ulong>[] _pairs;

    /// <param name="sensitive">How many sensitive fields there are.</param>
    /// <param name="capacity">How many classes are counted exactly.</param>
    public EquivalenceClasses(int sensitive, int capacity)
    {
        _capacity = capacity;
        _pairCapacity = 4 * capacity / Math.Max(1, sensitive); // All sets together bound the memory.
        _tags = new ulong[Math.Min(1024, (int)BitOperations.RoundUpToPowerOf2((uint)capacity * 2))];
        _sizes = new uint[_tags.Length];
        _diversity = [.. Enumerable.Range(0, sensitive).Select(_ => new byte[_tags.Length])];
        _pairs = [.. Enumerable.Range(0, sensitive).Select(_ => new HashSet<ulong>())];
    }

    /// <summary>Classes in the sample.</summary>
    public int Count { get; private set; }

    /// <summary>One in 2^Level classes is in the sample.</summary>
    public int Level { get; private set; }

    /// <summary>The smallest class; 0 where there is none.</summary>
    public long Smallest => Sizes.DefaultIfEmpty(0u).Min();

    /// <summary>The sizes of the sampled classes.</summary>
    public IEnumerable<uint> Sizes => _sizes.Where(size => size > 0);

    /// <summary>The fewest different values of a sensitive field in any sampled class; 0 where there is none.</summary>
    public byte LeastDiversity(int sensitive) =>
        Enumerable.Range(0, _sizes.Length).Where(i => _sizes[i] > 0).Select(i => _diversity[sensitive][i]).DefaultIfEmpty((byte)0).Min();

    /// <summary>Takes a record.</summary>
    /// <param name="tag">The tag of its quasi-identifiers.</param>
    /// <param name="pairs">For each sensitive field, a tag of these and its value.</param>
    public void Add(ulong tag, ReadOnlySpan<ulong> pairs)
    {
        if (!IsSampled(tag)) return;
        var at = Find(tag);
        if (_sizes[at] < uint.MaxValue) _sizes[at]++;
        if (_sizes[at] == 1)
        {
            _tags[at] = tag;
            Count++;
        }

        var full = Count > _capacity;
        for (var i = 0; i < pairs.Length; i++)
        {
            if (_diversity[i][at] == MaxDiversity) continue;
            if (_pairs[i].Add((tag & UpperHalf) | (pairs[i] & ~UpperHalf))) _diversity[i][at]++;
            full |= _pairs[i].Count > _pairCapacity;
        }

        if (full) Rebuild(Level + 1, _tags.Length);
        else if (2 * Count > _tags.Length) Rebuild(Level, 2 * _tags.Length);
    }

    private bool IsSampled(ulong tag) => Level == 0 || tag >> (64 - Level) == 0;

    private void Rebuild(int level, int slots)
    {
        var (tags, sizes, diversity) = (_tags, _sizes, _diversity);
        (_tags, _sizes, Count, Level) = (new ulong[slots], new uint[slots], 0, level);
        _diversity = [.. diversity.Select(_ => new byte[slots])];
        for (var i = 0; i < tags.Length; i++)
        {
            if (sizes[i] == 0 || !IsSampled(tags[i])) continue;
            var at = Find(tags[i]);
            (_tags[at], _sizes[at]) = (tags[i], sizes[i]);
            for (var field = 0; field < diversity.Length; field++) _diversity[field][at] = diversity[field][i];
            Count++;
        }

        foreach (var pairs in _pairs) pairs.RemoveWhere(pair => !IsSampled(pair));
    }

    private int Find(ulong tag)
    {
        var at = (int)tag & (_tags.Length - 1);
        while (_sizes[at] != 0 && _tags[at] != tag) at = (at + 1) & (_tags.Length - 1);
        return at;
    }
}
