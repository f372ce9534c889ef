using System.Buffers;
using System.Buffers.Binary;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tracing;

namespace SecureExchange.Masking.Manifests;

/// <summary>Writes what a return will be checked against: tags only, nothing that a value could be read from.</summary>
internal sealed class ManifestWriter(MaskingProfile profile, ReadOnlySpan<byte> manifestKey, MaskingLimits limits) : IDisposable
{
    private readonly TaggedFields _fields = new(profile);
    private readonly RowTags _tags = new(profile, new TaggedFields(profile), manifestKey);
    private bool _started;
    private long _rows;
    private long _formulas;

    /// <summary>Adds a batch.</summary>
    /// <param name="masked">For each rule the cells in their masked form.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="canaries">Rows that were put between, in their order.</param>
    /// <param name="formulas">Kept cells that look like formulas.</param>
    /// <param name="output">Receives the batch's part.</param>
    public void Add(CellColumn[] masked, int rows, CellColumn formulas, IReadOnlyList<Canary> canaries, IBufferWriter<byte> output)
    {
        Start(output);
        _tags.Compute(masked, rows);
        var size = ManifestFormat.RowSize(_fields);
        var canary = 0;
        for (var row = 0; row < rows; row++)
        {
            for (; canary < canaries.Count && canaries[canary].Before == row; canary++) output.Write(canaries[canary].Entry);
            WriteRow(row, output.GetSpan(size));
            output.Advance(size);
        }

        _rows += rows + canaries.Count;
        if (formulas.Count == 0) return;
        foreach (var tag in _tags.ComputeFormulas(formulas))
        {
            if (_formulas >= limits.MaxFormulaCells) break;
            var entry = output.GetSpan(ManifestFormat.FormulaSize);
            entry[0] = ManifestFormat.FormulaEntry;
            BinaryPrimitives.WriteUInt64LittleEndian(entry[1..], tag);
            output.Advance(ManifestFormat.FormulaSize);
            _formulas++;
        }
    }

    /// <summary>The entry of one row that the client didn't send.</summary>
    public byte[] EntryOf(CellColumn[] masked)
    {
        _tags.Compute(masked, 1);
        var entry = new byte[ManifestFormat.RowSize(_fields)];
        WriteRow(0, entry);
        entry[0] = ManifestFormat.CanaryEntry;
        return entry;
    }

    public void Complete(IBufferWriter<byte> output)
    {
        Start(output);
        var entry = output.GetSpan(ManifestFormat.EndSize);
        entry[0] = ManifestFormat.EndEntry;
        BinaryPrimitives.WriteInt64LittleEndian(entry[1..], _rows);
        BinaryPrimitives.WriteInt64LittleEndian(entry[9..], _formulas);
        output.Advance(ManifestFormat.EndSize);
    }

    public void Dispose() => _tags.Dispose();

    private void Start(IBufferWriter<byte> output)
    {
        if (_started) return;
        _started = true;
        ManifestFormat.WriteHeader(profile, _fields, output.GetSpan(ManifestFormat.HeaderSize));
        output.Advance(ManifestFormat.HeaderSize);
    }

    private void WriteRow(int row, Span<byte> entry)
    {
        entry[0] = ManifestFormat.RowEntry;
        BinaryPrimitives.WriteUInt64LittleEndian(entry[1..], _tags.Rows[row]);
        var at = 9;
        if (_fields.HasKey)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(entry[at..], _tags.Cells(_fields.Key)[row]);
            at += 8;
        }

        foreach (var rule in _fields.Others)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(entry[at..], (uint)_tags.Cells(rule)[row]);
            at += 4;
        }
    }
}
