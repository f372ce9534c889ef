using System.Buffers.Binary;
using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Risk;

/// <summary>Measures, batch by batch, how easily masked records could be told apart.</summary>
/// <remarks>Memory is bounded: at most <see cref="MaxClasses"/> classes, and <see cref="MaxTags"/> tags of single columns,
/// are counted exactly; beyond, a sample of them, and the report says with which error. Values are known by tags under a key
/// that nobody else has and that goes with the meter.</remarks>
internal sealed class RiskMeter : IDisposable
{
    private const int MaxClasses = 1 << 18;
    private const int MaxTags = 1 << 20;
    private const int MaxTagsOfColumn = 1 << 16;
    private const int MinTagsOfColumn = 1 << 10;

    /// <summary>Where buckets of class sizes begin.</summary>
    private static readonly long[] s_buckets = [1, 2, 5, 10, 50, 1000];

    private readonly MaskingProfile _profile;
    private readonly int[] _quasi;
    private readonly int[] _sensitive;
    private readonly int[] _columns;
    private readonly TagCounts[] _values;
    private readonly long[] _counts;
    private readonly EquivalenceClasses _classes;
    private readonly AesCmac _cells;
    private readonly AesCmac _tuples;
    private ulong[][] _tags;
    private ulong[] _classTags = [];
    private ulong[] _ofCells = [];
    private byte[] _messages = [];
    private int[] _ends = [];
    private long _records;

    /// <param name="profile">The profile, for its names.</param>
    /// <param name="quasi">Indices of the quasi-identifiers.</param>
    /// <param name="sensitive">Indices of the sensitive fields.</param>
    /// <param name="kept">Indices of the fields that are passed on as they are.</param>
    public RiskMeter(MaskingProfile profile, IEnumerable<int> quasi, IEnumerable<int> sensitive, IEnumerable<int> kept)
    {
        _profile = profile;
        _quasi = [.. quasi];
        _sensitive = [.. sensitive];
        _columns = [.. kept.Take(MaxTags / MinTagsOfColumn)];
        var each = _columns.Length == 0 ? 0 : Math.Clamp(MaxTags / _columns.Length, MinTagsOfColumn, MaxTagsOfColumn);
        _values = [.. _columns.Select(_ => new TagCounts(each))];
        _counts = new long[_columns.Length];
        _classes = new EquivalenceClasses(_sensitive.Length, MaxClasses);
        _tags = [.. Enumerable.Range(0, _quasi.Length + _sensitive.Length).Select(_ => Array.Empty<ulong>())];
        Span<byte> key = stackalloc byte[64];
        RandomNumberGenerator.Fill(key);
        _cells = new AesCmac(key[..32]);
        _tuples = new AesCmac(key[32..]);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Takes a batch in the form in which it goes out.</summary>
    /// <param name="masked">For each field of the profile, its cells.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="hasQuasi">Whether its records are those with the quasi-identifiers; a message's attachments are of several kinds.</param>
    public void Add(CellColumn[] masked, int rows, bool hasQuasi)
    {
        for (var i = 0; i < _columns.Length; i++) AddValues(masked[_columns[i]], i);
        if (!hasQuasi) return;
        _records += rows;
        if (_quasi.Length > 0) AddRecords(masked, rows);
    }

    /// <summary>What was measured so far.</summary>
    public RiskReport Report()
    {
        var columns = _columns.Select((field, i) =>
        {
            var scale = 1L << _values[i].Level;
            return new ColumnUniqueness(
                _profile.Fields[field].Name, _counts[i], _values[i].Count * scale, _values[i].Singles * scale,
                SamplingError.Of(_values[i].Level, _values[i].Count));
        });
        return new RiskReport(_records, _classes.Count == 0 ? null : Anonymity(), [.. columns]);
    }

    public void Dispose()
    {
        _cells.Dispose();
        _tuples.Dispose();
    }

    public override string ToString() => "[secret]";

    private AnonymityReport Anonymity()
    {
        var scale = 1L << _classes.Level;
        var k = _classes.Smallest;
        return new AnonymityReport(
            [.. _quasi.Select(i => _profile.Fields[i].Name)], k, _classes.Count * scale, Sizes(scale), 1.0 / k, Math.Min(1, (double)_classes.Count * scale / _records),
            [.. _sensitive.Select((field, i) => new FieldDiversity(_profile.Fields[field].Name, _classes.LeastDiversity(i)))],
            SamplingError.Of(_classes.Level, _classes.Count));
    }

    private List<SizeBucket> Sizes(long scale)
    {
        var classes = new long[s_buckets.Length];
        var records = new long[s_buckets.Length];
        foreach (var size in _classes.Sizes)
        {
            var bucket = Array.FindLastIndex(s_buckets, from => from <= size);
            classes[bucket] += scale;
            records[bucket] += size * scale;
        }

        return [.. s_buckets.Select((from, i) =>
            new SizeBucket(from, i + 1 < s_buckets.Length ? s_buckets[i + 1] - 1 : null, classes[i], records[i]))];
    }

    private void AddValues(CellColumn cells, int column)
    {
        var values = _values[column];
        var tags = Tags(cells);
        for (var i = 0; i < tags.Length; i++)
        {
            if (cells[i].IsEmpty) continue;
            _counts[column]++;
            values.Add(tags[i]);
        }
    }

    private void AddRecords(CellColumn[] masked, int rows)
    {
        for (var i = 0; i < _tags.Length; i++)
        {
            if (_tags[i].Length < rows) _tags[i] = new ulong[rows];
            var cells = masked[i < _quasi.Length ? _quasi[i] : _sensitive[i - _quasi.Length]];
            var ofRows = _tags[i].AsSpan(0, rows);
            ofRows.Clear(); // Absent and empty are alike to who looks at the record.
            var tags = Tags(cells);
            for (var cell = 0; cell < tags.Length; cell++) ofRows[cells.Row(cell)] = cells[cell].IsEmpty ? 0 : tags[cell];
        }

        if (_classTags.Length < rows) _classTags = new ulong[rows];
        var size = 8 * _quasi.Length;
        Room(rows, size);
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < _quasi.Length; i++)
                BinaryPrimitives.WriteUInt64LittleEndian(_messages.AsSpan((row * size) + (8 * i)), _tags[i][row]);
        }

        _tuples.ComputeMany(_messages.AsSpan(0, rows * size), _ends.AsSpan(0, rows), _classTags);
        Span<ulong> pairs = stackalloc ulong[Math.Max(1, _sensitive.Length)];
        for (var row = 0; row < rows; row++)
        {
            // A value's tag is keyed and belongs to the value alone; mixed with its class's it is one for the pair.
            for (var i = 0; i < _sensitive.Length; i++) pairs[i] = Mix(_classTags[row], _tags[_quasi.Length + i][row]);
            _classes.Add(_classTags[row], pairs[.._sensitive.Length]);
        }
    }

    private ReadOnlySpan<ulong> Tags(CellColumn cells)
    {
        if (_ofCells.Length < cells.Count) _ofCells = new ulong[cells.Count];
        _cells.ComputeMany(cells.Bytes, cells.Ends, _ofCells);
        return _ofCells.AsSpan(0, cells.Count);
    }

    private void Room(int rows, int size)
    {
        if (_messages.Length < rows * size) _messages = new byte[rows * size];
        if (_ends.Length < rows) _ends = new int[rows];
        for (var row = 0; row < rows; row++) _ends[row] = (row + 1) * size;
    }

    private static ulong Mix(ulong left, ulong right)
    {
        var mixed = (left ^ System.Numerics.BitOperations.RotateLeft(right, 32)) * 0x9E3779B97F4A7C15;
        return mixed ^ (mixed >> 29);
    }
}
