using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Log;

/// <summary>Entries as they are on top of one head: with their numbers, and without those that expected others.</summary>
internal sealed class NumberedBatch
{
    private readonly int[] _places;
    private readonly long _first;

    private NumberedBatch(long first, int[] places)
    {
        _first = first;
        _places = places;
    }

    /// <summary>The entries, one after the other as in a bundle.</summary>
    internal required ReadOnlyMemory<byte> Encoded { get; init; }

    /// <summary>Each of them, within <see cref="Encoded"/>.</summary>
    internal required IReadOnlyList<ReadOnlyMemory<byte>> Entries { get; init; }

    /// <summary>The counters afterwards.</summary>
    internal required IReadOnlyDictionary<string, long> Counters { get; init; }

    internal bool IsWhole => Entries.Count == _places.Length;

    /// <summary>The index that a draft's entry gets; null where it isn't among them.</summary>
    internal long? IndexOf(int draft) => _places[draft] < 0 ? null : _first + _places[draft];

    internal static NumberedBatch On(Head head, IReadOnlyList<EntryDraft> drafts)
    {
        var counters = new Dictionary<string, long>(head.Counters, StringComparer.Ordinal);
        var places = new int[drafts.Count];
        var bundle = new byte[drafts.Sum(draft => EntryBundle.SizeOf(draft.MaxLength))];
        var entries = new List<ReadOnlyMemory<byte>>(drafts.Count);
        var end = 0;
        for (var i = 0; i < drafts.Count; i++)
        {
            var index = head.Size + entries.Count;
            places[i] = -1;
            if (!drafts[i].Fits(counters, index)) continue;
            var start = end + EntryBundle.SizeOf(0);
            var length = drafts[i].Write(bundle.AsSpan(start), counters, index);
            EntryBundle.WriteLength(length, bundle.AsSpan(end));
            end = start + length;
            places[i] = entries.Count;
            entries.Add(bundle.AsMemory(start, length));
        }

        return new NumberedBatch(head.Size, places) { Encoded = bundle.AsMemory(0, end), Entries = entries, Counters = counters };
    }
}
