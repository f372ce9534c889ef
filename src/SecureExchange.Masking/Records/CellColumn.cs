using System.Security.Cryptography;
using System.Text.Json;

namespace SecureExchange.Masking.Records;

/// <summary>The cells of one field of a batch, back to back. Transforms work on these, not on rows.</summary>
internal sealed class CellColumn(string name)
{
    /// <summary>Octets that may be read and written back from the start of a cell, however short it is: what vectors take at once.</summary>
    public const int Stretch = ShortCopy.Size;

    private byte[] _bytes = new byte[4096];
    private int[] _ends = new int[256];
    private int[] _rows = new int[256];
    private ulong[] _places = new ulong[256];
    private int[] _elements = new int[256];
    private int[] _subjects = new int[256];
    private CellKind[] _kinds = new CellKind[256];
    private CellState[] _states = new CellState[256];
    private int _length;
    private int _reserved;

    /// <summary>The field as the profile names it.</summary>
    public string Name => name;

    public int Count { get; private set; }

    /// <summary>The number in the file of the batch's first row, from 1.</summary>
    public long FirstRow { get; set; }

    /// <summary>For each row which one of the file's batch it is, where some were left out; else null.</summary>
    public int[]? SourceRows { get; set; }

    /// <summary>Where the values are that say whose record it is, if the transform asks for them.</summary>
    public CellColumn? SubjectColumn { get; set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The same with <see cref="Stretch"/> octets more, of which nothing is known.</summary>
    public ReadOnlySpan<byte> Padded => _bytes.AsSpan(0, _length + Stretch);

    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    public ReadOnlySpan<byte> this[int i] => _bytes.AsSpan(Start(i), _ends[i] - Start(i));

    /// <summary>A cell and what stands behind it, <see cref="Stretch"/> octets in all: those behind the cell are to be left as they are.</summary>
    public Span<byte> Stretched(int i) => _bytes.AsSpan(Start(i), Stretch);

    /// <summary>A cell's bytes, to be written over.</summary>
    public Span<byte> Written(int i) => _bytes.AsSpan(Start(i), _ends[i] - Start(i));

    /// <summary>The cell's row within the batch, from 0.</summary>
    public int Row(int i) => _rows[i];

    /// <summary>The number of the cell's row in the file, from 1.</summary>
    public long RowNumber(int i) => FirstRow + (SourceRows is null ? _rows[i] : SourceRows[_rows[i]]);

    public CellKind Kind(int i) => _kinds[i];

    /// <summary>A copy of a cell as it is shown: a JSON string whose escapes were carried along as what it means. The caller zeroes it.</summary>
    public byte[] Plain(int i)
    {
        if (_kinds[i] != CellKind.RawText) return this[i].ToArray();
        var quoted = new byte[this[i].Length + 2];
        try
        {
            quoted[0] = quoted[^1] = (byte)'"';
            this[i].CopyTo(quoted.AsSpan(1));
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            var plain = new byte[this[i].Length];
            return plain[..reader.CopyString(plain)];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(quoted);
        }
    }

    public CellState State(int i) => _states[i];

    /// <summary>Where in its record the cell stands, when it is in arrays; 0 otherwise.</summary>
    public ulong Place(int i) => _places[i];

    /// <summary>Which array element of its record the cell is in, counted as they come; 0 when in none.</summary>
    public int Element(int i) => _elements[i];

    /// <summary>The first cell of a row or of one behind it; cells are in the order of their rows.</summary>
    public int FirstOfRow(int row)
    {
        var at = _rows.AsSpan(0, Count).BinarySearch(row);
        if (at < 0) return ~at;
        while (at > 0 && _rows[at - 1] == row) at--;
        return at;
    }

    public ReadOnlySpan<byte> Subject(int i) =>
        SubjectColumn is { } column && _subjects[i] >= 0 ? column[_subjects[i]] : default;

    /// <summary>Which cell of <see cref="SubjectColumn"/> says whose it is; below 0 for none.</summary>
    public int SubjectCell(int i) => _subjects[i];

    public void BindSubject(int i, int subject) => _subjects[i] = subject;

    /// <summary>Cells that aren't empty.</summary>
    public int CountFilled()
    {
        var (filled, start) = (0, 0);
        foreach (var end in Ends)
        {
            filled += end > start ? 1 : 0;
            start = end;
        }

        return filled;
    }

    public void Clear()
    {
        Count = 0;
        _length = 0;
    }

    public void Add(ReadOnlySpan<byte> cell, int row, CellKind kind = CellKind.Text, ulong place = 0, int element = 0)
    {
        cell.CopyTo(Reserve(cell.Length));
        AddReserved(cell.Length, row, kind);
        _places[Count - 1] = place;
        _elements[Count - 1] = element;
    }

    /// <summary>Room for one cell, written in place; <see cref="AddReserved"/> takes what was written.</summary>
    public Span<byte> Reserve(int length)
    {
        if (_bytes.Length - _length - Stretch < length) GrowBytes(length + Stretch);
        _reserved = length;
        return _bytes.AsSpan(_length, length);
    }

    /// <summary>Becomes a column of one text cell for each row; what the cells hold is written by the caller, up to <see cref="Close"/>.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="length">Octets of all, as far as they are known; the room for them has <see cref="Stretch"/> more.</param>
    /// <param name="ends">Receives the place for where each cell ends.</param>
    /// <returns>The place for the cells, back to back.</returns>
    public Span<byte> OpenRows(int rows, int length, out Span<int> ends)
    {
        var bytes = Open(rows, length, out ends);
        for (var row = 0; row < rows; row++) _rows[row] = row;
        return bytes;
    }

    /// <summary>The same with one text cell for each of another column, in the same row.</summary>
    public Span<byte> OpenLike(CellColumn source, int length, out Span<int> ends)
    {
        var bytes = Open(source.Count, length, out ends);
        source._rows.AsSpan(0, Count).CopyTo(_rows);
        return bytes;
    }

    /// <summary>More room for what is opened.</summary>
    /// <param name="written">Octets that are to be kept.</param>
    /// <param name="length">Octets that are to follow.</param>
    public Span<byte> Widen(int written, int length)
    {
        _length = written;
        GrowBytes(length + Stretch);
        return _bytes;
    }

    /// <summary>The cells and their ends are written.</summary>
    public void Close() => _length = Count == 0 ? 0 : _ends[Count - 1];

    /// <summary>Says of a cell what it is.</summary>
    public void Describe(int i, CellKind kind, CellState state) => (_kinds[i], _states[i]) = (kind, state);

    /// <summary>Becomes what another column is, but for whose the cells are and where in a record they stand.</summary>
    public void CopyAll(CellColumn source)
    {
        source.Bytes.CopyTo(OpenLike(source, source._length, out var ends));
        source.Ends.CopyTo(ends);
        source._kinds.AsSpan(0, Count).CopyTo(_kinds);
        Close();
    }

    /// <summary>Each cell is whose the row is that it stands in.</summary>
    public void BindRows() => _rows.AsSpan(0, Count).CopyTo(_subjects);

    /// <summary>Binds the cells of the last row to the values that say whose they are: to the same element's, or to the record's own.</summary>
    public void BindRow(int row, CellColumn subjects)
    {
        var first = Count;
        while (first > 0 && _rows[first - 1] == row) first--;
        var subject = subjects.Count;
        while (subject > 0 && subjects._rows[subject - 1] == row) subject--;
        // Both come in the order of the record, so one walk does it, however many elements there are.
        for (var i = first; i < Count; i++)
        {
            while (subject < subjects.Count && subjects._elements[subject] != 0 && subjects._elements[subject] < _elements[i]) subject++;
            if (subject < subjects.Count && subjects._elements[subject] is var e && (e == 0 || e == _elements[i])) BindSubject(i, subject);
        }
    }

    /// <summary>Adds a cell of another column, with all that is known of it.</summary>
    public void Copy(CellColumn source, int i)
    {
        Add(source[i], source._rows[i], source._kinds[i], source._places[i], source._elements[i]);
        _states[Count - 1] = source._states[i];
        _subjects[Count - 1] = source._subjects[i];
    }

    /// <summary>The same with another text.</summary>
    public void CopyText(CellColumn source, int i, ReadOnlySpan<byte> text)
    {
        Add(text, source._rows[i], CellKind.Text, source._places[i], source._elements[i]);
        _subjects[Count - 1] = source._subjects[i];
    }

    /// <summary>Rows and subjects are numbered as in another column.</summary>
    public void Follow(CellColumn source) => (FirstRow, SourceRows, SubjectColumn) = (source.FirstRow, source.SourceRows, source.SubjectColumn);

    /// <summary>Keeps the cells of some rows, and numbers those anew.</summary>
    /// <param name="rows">For each row its new number, or -1.</param>
    /// <param name="cells">Receives for each cell its new number, or -1.</param>
    public void Keep(ReadOnlySpan<int> rows, Span<int> cells)
    {
        var (count, length, start) = (0, 0, 0);
        for (var i = 0; i < Count; i++)
        {
            var end = _ends[i];
            var row = rows[_rows[i]];
            cells[i] = row < 0 ? -1 : count;
            if (row >= 0)
            {
                _bytes.AsSpan(start, end - start).CopyTo(_bytes.AsSpan(length));
                length += end - start;
                (_ends[count], _rows[count], _places[count], _elements[count]) = (length, row, _places[i], _elements[i]);
                (_subjects[count], _kinds[count], _states[count]) = (_subjects[i], _kinds[i], _states[i]);
                count++;
            }

            start = end;
        }

        (Count, _length) = (count, length);
    }

    /// <summary>Subjects are numbered anew, as <see cref="Keep"/> of their column did.</summary>
    public void RebindSubjects(ReadOnlySpan<int> cells)
    {
        foreach (ref var subject in _subjects.AsSpan(0, Count)) subject = subject < 0 ? -1 : cells[subject];
    }

    public void AddReserved(int length, int row, CellKind kind = CellKind.Text)
    {
        if (length > _reserved) throw new InvalidOperationException("more was written than reserved");
        if (Count == _ends.Length) GrowCells();
        _length += length;
        _reserved = 0;
        _ends[Count] = _length;
        _rows[Count] = row;
        _kinds[Count] = kind;
        _states[Count] = CellState.Sound;
        _subjects[Count] = -1;
        Count++;
    }

    /// <summary>A cell that couldn't be turned back: empty, and saying why.</summary>
    public void AddBroken(int row, CellState state)
    {
        _reserved = 0;
        AddReserved(0, row);
        _states[Count - 1] = state;
    }

    /// <summary>Takes over where in their records the cells stand, from the column that these were made of.</summary>
    public void TakePlaces(CellColumn source) => source._places.AsSpan(0, Count).CopyTo(_places);

    /// <summary>Takes back the cells of a row that turned out faulty, and of those behind it.</summary>
    public void RemoveFrom(int row)
    {
        while (Count > 0 && _rows[Count - 1] >= row) Count--;
        _length = Count == 0 ? 0 : _ends[Count - 1];
    }

    /// <summary>Takes back all cells but the first ones.</summary>
    public void CutTo(int count)
    {
        Count = count;
        _length = count == 0 ? 0 : _ends[count - 1];
    }

    public RecordException Fault(int i, RecordError error, string what)
    {
        var row = RowNumber(i);
        return new RecordException(error, row, name, $"row {row}, field {name}: {what}");
    }

    public void Zero()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        Clear();
    }

    private Span<byte> Open(int count, int length, out Span<int> ends)
    {
        Clear();
        if (_bytes.Length - length < Stretch) GrowBytes(length + Stretch);
        while (_ends.Length < count) GrowCells();
        Count = count;
        _kinds.AsSpan(0, count).Clear();
        _states.AsSpan(0, count).Clear();
        _subjects.AsSpan(0, count).Fill(-1);
        _places.AsSpan(0, count).Clear();
        _elements.AsSpan(0, count).Clear();
        ends = _ends.AsSpan(0, count);
        return _bytes;
    }

    private int Start(int i) => i == 0 ? 0 : _ends[i - 1];

    private void GrowBytes(int length)
    {
        var bytes = new byte[Math.Max(2 * _bytes.Length, _length + length)];
        _bytes.AsSpan(0, _length).CopyTo(bytes);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = bytes;
    }

    private void GrowCells()
    {
        var size = 2 * _ends.Length;
        Array.Resize(ref _ends, size);
        Array.Resize(ref _rows, size);
        Array.Resize(ref _places, size);
        Array.Resize(ref _elements, size);
        Array.Resize(ref _subjects, size);
        Array.Resize(ref _kinds, size);
        Array.Resize(ref _states, size);
    }
}
