using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Manifests;

/// <summary>Keyed tags of a batch's rows and cells in their masked form: the same going out and coming back.</summary>
internal sealed class RowTags : IDisposable
{
    private readonly TaggedFields _fields;
    private readonly bool[] _inElements;
    private readonly bool[] _isPattern;
    private readonly AesCmac _cells;
    private readonly AesCmac _elements;
    private readonly AesCmac _rows;
    private readonly AesCmac _formulas;
    private readonly ulong[][] _cellTags;
    private ulong[] _rowTags = [];
    private ulong[] _ofCells = [];
    private byte[] _messages = [];
    private byte[] _ofElements = [];
    private int[] _ends = [];

    public RowTags(MaskingProfile profile, TaggedFields fields, ReadOnlySpan<byte> manifestKey)
    {
        _fields = fields;
        _isPattern = [.. profile.Fields.Select(field => field.IsPattern)];
        _inElements = [.. profile.Fields.Select(field => field.Path.HasElements)];
        _cells = Cmac(manifestKey, "cell");
        _elements = Cmac(manifestKey, "element");
        _rows = Cmac(manifestKey, "row");
        _formulas = Cmac(manifestKey, "formula");
        _cellTags = [.. profile.Fields.Select(_ => Array.Empty<ulong>())];
        Span<ulong> empty = stackalloc ulong[1];
        _cells.ComputeMany([], [0], empty);
        Empty = empty[0];
    }

    /// <summary>The tag of a cell that is empty or not there.</summary>
    public ulong Empty { get; }

    /// <summary>For each row of the batch.</summary>
    public ReadOnlySpan<ulong> Rows => _rowTags;

    /// <summary>For each row of the batch, the tag of a field's cell, or of all its cells where it is in arrays.</summary>
    public ReadOnlySpan<ulong> Cells(int rule) => _cellTags[rule];

    /// <summary>Works out the tags of a batch.</summary>
    /// <param name="columns">For each rule the cells in their masked form.</param>
    /// <param name="rows">Rows of the batch.</param>
    public void Compute(CellColumn[] columns, int rows)
    {
        if (_rowTags.Length < rows) _rowTags = new ulong[rows];
        var tagged = _fields.Others.Length + (_fields.HasKey ? 1 : 0);
        var size = 8 * tagged;
        if (_messages.Length < rows * size) _messages = new byte[rows * size];
        if (_ends.Length < rows) _ends = new int[rows];
        for (var row = 0; row < rows; row++) _ends[row] = (row + 1) * size;
        for (var i = 0; i < tagged; i++)
        {
            var rule = i == _fields.Others.Length ? _fields.Key : _fields.Others[i];
            if (_cellTags[rule].Length < rows) _cellTags[rule] = new ulong[Math.Max(rows, 256)];
            var tags = _cellTags[rule].AsSpan(0, rows);
            ComputeField(columns[rule], _inElements[rule], _isPattern[rule], tags);
            for (var row = 0; row < rows; row++)
                BinaryPrimitives.WriteUInt64LittleEndian(_messages.AsSpan((row * size) + (8 * i)), tags[row]);
        }

        _rows.ComputeMany(_messages.AsSpan(0, rows * size), _ends.AsSpan(0, rows), _rowTags.AsSpan(0, rows));
    }

    /// <summary>The tags of cells that look like formulas.</summary>
    public ReadOnlySpan<ulong> ComputeFormulas(CellColumn formulas)
    {
        if (_ofCells.Length < formulas.Count) _ofCells = new ulong[formulas.Count];
        _formulas.ComputeMany(formulas.Bytes, formulas.Ends, _ofCells);
        return _ofCells.AsSpan(0, formulas.Count);
    }

    public override string ToString() => "[secret]";

    public void Dispose()
    {
        _cells.Dispose();
        _elements.Dispose();
        _rows.Dispose();
        _formulas.Dispose();
    }

    private void ComputeField(CellColumn cells, bool inElements, bool isPattern, Span<ulong> tags)
    {
        if (_ofCells.Length < cells.Count) _ofCells = new ulong[cells.Count];
        _cells.ComputeMany(cells.Bytes, cells.Ends, _ofCells);
        tags.Fill(Empty); // An absent cell, a null and an empty one are the same.
        if (!inElements)
        {
            for (var i = 0; i < cells.Count; i++) tags[cells.Row(i)] = _ofCells[i];
            return;
        }

        // Each cell with its place, so that a value moved from one element to another is seen.
        Span<byte> tag = stackalloc byte[AesCmac.TagSize];
        for (int first = 0, next; first < cells.Count; first = next)
        {
            for (next = first; next < cells.Count && cells.Row(next) == cells.Row(first);) next++;
            var size = 16 * (next - first);
            if (_ofElements.Length < size) _ofElements = new byte[2 * size];
            var message = _ofElements.AsSpan(0, size);
            for (var i = first; i < next; i++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(message[(16 * (i - first))..], cells.Place(i));
                BinaryPrimitives.WriteUInt64LittleEndian(message[((16 * (i - first)) + 8)..], _ofCells[i]);
            }

            // Members and columns may come back in another order.
            if (isPattern) MemoryMarshal.Cast<byte, Placed>(message).Sort(static (a, b) => a.Place != b.Place ? a.Place.CompareTo(b.Place) : a.Tag.CompareTo(b.Tag));
            _elements.Compute(message, tag);
            tags[cells.Row(first)] = BinaryPrimitives.ReadUInt64LittleEndian(tag);
        }
    }

    private readonly record struct Placed(ulong Place, ulong Tag);

    private static AesCmac Cmac(ReadOnlySpan<byte> key, string use)
    {
        var derived = KeyDerivation.Derive(key, use, "manifest", 32);
        var cmac = new AesCmac(derived);
        CryptographicOperations.ZeroMemory(derived);
        return cmac;
    }
}
