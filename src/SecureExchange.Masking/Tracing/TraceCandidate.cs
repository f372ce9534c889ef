using System.Buffers.Binary;
using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Tracing;

/// <summary>One transfer that a file may be a copy of: goes through its manifest for the file's rows.</summary>
public sealed class TraceCandidate
{
    /// <summary>How likely one canary's masked values are in a file by chance: format-preserving ones have a million forms at least.</summary>
    private const double CanaryChance = 1e-6;

    private readonly string _name;
    private readonly Finder _finder;
    private readonly int _marks;
    private readonly int _marked;

    internal TraceCandidate(
        string name, MaskingProfile profile, TaggedFields fields, CellColumn[] cells, int rows, IReadOnlyList<MarkedValue> marked,
        ReadOnlySpan<byte> manifestKey)
    {
        _name = name;
        _marked = marked.Count;
        using (var mark = new TransferMark(manifestKey))
        {
            foreach (var value in marked)
            {
                if (mark.TakesSecond(value.Field, value.Value) == value.IsSecond) _marks++;
            }
        }

        using var tags = new RowTags(profile, fields, manifestKey);
        tags.Compute(cells, rows);
        _finder = new Finder(profile, fields, tags, rows);
    }

    /// <summary>The transfer's manifest, cut anywhere.</summary>
    /// <exception cref="RecordException">It is damaged, or of another profile.</exception>
    public void Read(ReadOnlySpan<byte> manifest) => _finder.Read(manifest);

    internal TraceFinding Finding(IReadOnlyList<TraceCandidate> all)
    {
        if (!_finder.IsComplete) throw new RecordException(RecordError.ManifestDamaged, 0, null, $"the manifest of {_name} is cut off; restore it from its backup");
        var onlyHere = 0;
        for (var row = 0; row < _finder.Found.Length; row++)
        {
            if (_finder.Found[row] && !all.Any(other => other != this && other._finder.Found[row])) onlyHere++;
        }

        // Each canary that is there multiplies: the rows of the file try, the transfer's canaries are what they may hit.
        var canary = Math.Min(1, CanaryChance * _finder.Found.Length * _finder.Canaries);
        var chance = all.Count * Math.Pow(canary, _finder.FoundCanaries) * AtLeast(_marks, _marked);
        return new TraceFinding(_name, _finder.Found.Count(found => found), onlyHere, _finder.FoundCanaries, _marks, _marked, Math.Min(1, chance));
    }

    /// <summary>The chance of at least so many heads among so many coins.</summary>
    private static double AtLeast(int heads, int coins)
    {
        if (heads * 2 <= coins) return 1;
        // Term by term, from the logarithm of the first: terms shrink by half at least, beyond the middle.
        var log = 0.0;
        for (var i = 0; i < coins - heads; i++) log += Math.Log((double)(coins - i) / (i + 1));
        var (term, sum) = (Math.Exp(log - (coins * Math.Log(2))), 0.0);
        for (var k = heads; k <= coins && term > 0; k++)
        {
            sum += term;
            term *= (double)(coins - k) / (k + 1);
        }

        return Math.Min(1, sum);
    }

    /// <summary>A row of the file is one of the manifest's where every tagged cell that it has is that row's. One of them has to be
    /// masked: a row key that is kept is in the original too.</summary>
    private sealed class Finder : ManifestReader
    {
        private const int MaxAlike = 64;

        private readonly Dictionary<(int Cell, ulong Tag), List<int>> _index = [];
        private readonly HashSet<int> _indexed = [];
        private readonly ulong?[][] _rows;
        private readonly bool[] _isReal;
        private readonly List<List<int>> _hits = [];
        private bool _isCanary;

        public Finder(MaskingProfile profile, TaggedFields fields, RowTags tags, int rows) : base(profile, fields)
        {
            Found = new bool[rows];
            _isReal = new bool[rows];
            _rows = new ulong?[rows][];
            for (var row = 0; row < rows; row++)
            {
                var cells = _rows[row] = new ulong?[fields.Others.Length + 1];
                for (var i = 0; i < fields.Others.Length; i++)
                {
                    if (tags.Cells(fields.Others[i])[row] is var tag && tag != tags.Empty) cells[i] = (uint)tag;
                }

                if (fields.HasKey && tags.Cells(fields.Key)[row] is var key && key != tags.Empty) cells[^1] = key;
                var isKeyMasked = fields.HasKey && profile.Fields[fields.Key].IsReversible && profile.Fields[fields.Key].Rule.Bind is not null;
                var by = Enumerable.Range(0, fields.Others.Length).FirstOrDefault(i => cells[i] is not null && profile.Fields[fields.Others[i]].Rule.Bind is not null, -1);
                if (by < 0 && isKeyMasked && cells[^1] is not null) by = fields.Others.Length;
                if (by < 0) continue;
                _indexed.Add(by);
                if (!_index.TryGetValue((by, cells[by]!.Value), out var alike)) _index[(by, cells[by]!.Value)] = alike = [];
                if (alike.Count < MaxAlike) alike.Add(row);
            }
        }

        internal bool[] Found { get; }

        internal int Canaries { get; private set; }

        /// <summary>Canaries that a row of the file can only come from: no real row of the transfer looks like it.</summary>
        internal int FoundCanaries => _hits.Count(rows => rows.Exists(row => !_isReal[row]));

        protected override void Canary(ulong tag) => _isCanary = true;

        protected override void Row(long number, ulong tag, ulong key, ReadOnlySpan<byte> cells)
        {
            List<int>? hits = _isCanary ? [] : null;
            foreach (var by in _indexed)
            {
                var wanted = by == Fields.Others.Length ? key : BinaryPrimitives.ReadUInt32LittleEndian(cells[(4 * by)..]);
                if (!_index.TryGetValue((by, wanted), out var alike)) continue;
                foreach (var row in alike)
                {
                    if (!IsSame(_rows[row], key, cells)) continue;
                    Found[row] = true;
                    if (hits is null) _isReal[row] = true;
                    else hits.Add(row);
                }
            }

            if (hits is null) return;
            _isCanary = false;
            Canaries++;
            if (hits.Count > 0) _hits.Add(hits);
        }

        protected override void Formula(ulong tag)
        {
        }

        private static bool IsSame(ulong?[] row, ulong key, ReadOnlySpan<byte> cells)
        {
            if (row[^1] is { } wanted && wanted != key) return false;
            for (var i = 0; i < row.Length - 1; i++)
            {
                if (row[i] is { } cell && cell != BinaryPrimitives.ReadUInt32LittleEndian(cells[(4 * i)..])) return false;
            }

            return true;
        }
    }
}
