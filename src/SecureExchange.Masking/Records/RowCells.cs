using System.Runtime.CompilerServices;

namespace SecureExchange.Masking.Records;

/// <summary>Fills a column with a text cell of each row, short ones by <see cref="ShortCopy"/>.</summary>
internal ref struct RowCells
{
    private readonly CellColumn _column;
    private readonly Span<int> _ends;
    private Span<byte> _bytes;
    private int _count;
    private int _length;

    public RowCells(CellColumn column, int rows)
    {
        _column = column;
        _bytes = column.OpenRows(rows, 0, out _ends);
    }

    /// <summary>Adds a part of some text as the next row's cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ReadOnlySpan<byte> text, int start, int end)
    {
        if (_length > _bytes.Length - (2 * ShortCopy.Size) || !ShortCopy.Try(text, start, end, _bytes, _length))
        {
            Add(text[start..end]);
            return;
        }

        _length += end - start;
        _ends[_count++] = _length;
    }

    public void Add(ReadOnlySpan<byte> cell)
    {
        if (cell.Length > _bytes.Length - _length - ShortCopy.Size) _bytes = _column.Widen(_length, cell.Length);
        cell.CopyTo(_bytes[_length..]);
        _length += cell.Length;
        _ends[_count++] = _length;
    }

    public readonly void Close() => _column.Close();
}
