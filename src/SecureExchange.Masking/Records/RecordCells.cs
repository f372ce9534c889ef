using SecureExchange.Masking.Profiles.Conditions;

namespace SecureExchange.Masking.Records;

/// <summary>A batch looked at record by record, for conditions: fields of which a record has one value.</summary>
internal sealed class RecordCells
{
    private readonly RecordCodec _codec;
    private readonly int[] _fields;
    private readonly int[][] _cells;
    private CellColumn[] _columns = [];

    public RecordCells(RecordCodec codec, IEnumerable<Condition> conditions)
    {
        _codec = codec;
        _fields = [.. conditions.SelectMany(condition => condition.Fields).Distinct()];
        _cells = [.. codec.Columns.Select(_ => Array.Empty<int>())];
    }

    /// <summary>Whether it is what came back: then a value that is of no use is for the row check to find.</summary>
    public bool IsReturn => _codec.IsReturn;

    /// <summary>The record that is looked at: a row of the batch.</summary>
    public int Row { get; set; }

    /// <summary>The record's value of a field, as text; empty where it has none.</summary>
    public ReadOnlySpan<byte> this[int rule]
    {
        get
        {
            var cell = _cells[rule][Row];
            if (cell < 0) return default;
            var cells = _columns[rule];
            return cells.Kind(cell) == CellKind.RawText ? _codec.Plain(cells[cell]) : cells[cell];
        }
    }

    /// <summary>Finds the cells of a batch.</summary>
    /// <param name="columns">For each rule the cells before they are masked, or when they are turned back.</param>
    /// <param name="rows">Rows of the batch.</param>
    public void Load(CellColumn[] columns, int rows)
    {
        _columns = columns;
        foreach (var rule in _fields)
        {
            ref var cells = ref _cells[rule];
            if (cells.Length < rows) cells = new int[Math.Max(rows, 256)];
            cells.AsSpan(0, rows).Fill(-1);
            for (var i = 0; i < columns[rule].Count; i++) cells[columns[rule].Row(i)] = i;
        }
    }

    public RecordException Fault(int rule, RecordError error, string what) => _columns[rule].Fault(_cells[rule][Row], error, what);
}
