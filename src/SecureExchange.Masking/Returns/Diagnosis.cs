using System.Buffers.Binary;
using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Returns;

/// <summary>Pass 2 over a manifest: finds, for each suspect row, the row of the dispatch that it comes from and where its cells
/// were sent, and for each row of the dispatch whether it came back.</summary>
internal sealed class Diagnosis : ManifestReader
{
    // A vendor could make a thousand rows alike; each row of the dispatch is then compared with so many only.
    private const int MaxAlike = 16;

    private readonly SentRows _sent;
    private readonly IReadOnlyList<Suspect> _suspects;
    private readonly Dictionary<ulong, List<Suspect>> _byTag = [];
    private readonly Dictionary<ulong, List<Suspect>> _byKey = [];
    private readonly Dictionary<(int Cell, uint Tag), List<Suspect>> _byCell = [];
    private readonly List<Suspect> _touched = [];
    private readonly List<long> _missing = [];
    private readonly int _maxMissing;
    private long _missingCount;

    public Diagnosis(MaskingProfile profile, TaggedFields fields, SentRows sent, IReadOnlyList<Suspect> suspects, uint empty, int maxMissing)
        : base(profile, fields)
    {
        _sent = sent;
        _suspects = suspects;
        _maxMissing = maxMissing + suspects.Count;
        foreach (var suspect in suspects)
        {
            Index(_byTag, suspect.Tag, suspect);
            if (suspect.IsRepeated) continue;
            if (fields.HasKey) Index(_byKey, suspect.Key, suspect);
            for (var cell = 0; cell < suspect.Cells.Length; cell++)
            {
                // Empty cells are in every row and say nothing about where one comes from.
                if (suspect.Cells[cell] != empty) Index(_byCell, (cell, suspect.Cells[cell]), suspect);
            }
        }
    }

    /// <summary>Rows of the dispatch that didn't come back, and that no suspect stands for: how many, and the first ones.</summary>
    public (long Count, IEnumerable<long> First) Missing()
    {
        var explained = _suspects.Where(s => s.StandsForIt && s.HasOrigin(Fields.HasKey)).Select(s => s.SentRow).ToHashSet();
        return (_missingCount - explained.Count, _missing.Where(row => !explained.Contains(row)));
    }

    protected override void Row(long number, ulong tag, ulong key, ReadOnlySpan<byte> cells)
    {
        var cameBack = _sent.TakeBack(tag);
        if (!cameBack && _missingCount++ < _maxMissing) _missing.Add(number);
        if (_byTag.TryGetValue(tag, out var repeated))
        {
            foreach (var suspect in repeated) suspect.SentRow = number;
        }

        if (Fields.HasKey && _byKey.TryGetValue(key, out var sameKey))
        {
            foreach (var suspect in sameKey)
            {
                // With keys that aren't unique, a row that didn't come back is the likelier one.
                if (!suspect.IsMatchedByKey || !cameBack) Match(suspect, number, cells, cameBack, byKey: true);
            }
        }

        _touched.Clear();
        for (var cell = 0; cell < cells.Length / 4; cell++)
        {
            if (!_byCell.TryGetValue((cell, BinaryPrimitives.ReadUInt32LittleEndian(cells[(4 * cell)..])), out var sameCell)) continue;
            foreach (var suspect in sameCell)
            {
                if (suspect.SentAt[cell] == 0) suspect.SentAt[cell] = number;
                if (suspect.Common.Row != number) _touched.Add(suspect);
                suspect.Common = (number, suspect.Common.Row == number ? suspect.Common.Count + 1 : 1);
            }
        }

        foreach (var suspect in _touched)
        {
            if (cameBack || suspect.IsMatchedByKey || suspect.Common.Count <= suspect.Overlap) continue;
            suspect.Overlap = suspect.Common.Count;
            Match(suspect, number, cells, cameBack, byKey: false);
        }
    }

    protected override void Formula(ulong tag)
    {
    }

    private static void Match(Suspect suspect, long number, ReadOnlySpan<byte> cells, bool cameBack, bool byKey)
    {
        suspect.SentRow = number;
        suspect.StandsForIt = !cameBack;
        suspect.IsMatchedByKey = byKey;
        suspect.Differs = new bool[suspect.Cells.Length];
        for (var cell = 0; cell < suspect.Cells.Length; cell++)
            suspect.Differs[cell] = BinaryPrimitives.ReadUInt32LittleEndian(cells[(4 * cell)..]) != suspect.Cells[cell];
    }

    private static void Index<T>(Dictionary<T, List<Suspect>> index, T key, Suspect suspect) where T : notnull
    {
        if (!index.TryGetValue(key, out var alike)) index[key] = alike = [];
        if (alike.Count < MaxAlike) alike.Add(suspect);
    }
}
