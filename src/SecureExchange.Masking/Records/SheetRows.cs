using System.Globalization;
using System.Text;

namespace SecureExchange.Masking.Records;

/// <summary>How the rows of a sheet are numbered when rows are put between them or taken out: the rows behind move, and what refers to
/// them moves along.</summary>
internal sealed class SheetRows
{
    private const int MaxRow = 1_048_576;

    private readonly List<int> _opened = []; // Rows that another one was put in front of, by their numbers in the file that is read.
    private readonly List<int> _closed = [];
    private readonly List<CellRange> _merged = [];

    /// <summary>By how much the next row's number changes.</summary>
    private int Shift => _opened.Count - _closed.Count;

    /// <summary>Another sheet begins.</summary>
    public void Clear()
    {
        _opened.Clear();
        _closed.Clear();
        _merged.Clear();
    }

    /// <summary>The number of a row that this codec wrote, at whose tag some bytes begin.</summary>
    public static int NumberOf(ReadOnlySpan<byte> row)
    {
        var digits = row["<row r=\""u8.Length..];
        return int.Parse(digits[..digits.IndexOf((byte)'"')], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>Writes a row in front of one that isn't written yet.</summary>
    /// <param name="writer">Receives it.</param>
    /// <param name="row">With whatever number.</param>
    /// <param name="before">The other one's number in the file.</param>
    public void Insert(ref SpanWriter writer, ReadOnlySpan<byte> row, int before)
    {
        Write(ref writer, row, before + Shift - NumberOf(row));
        _opened.Add(before);
    }

    /// <summary>A row isn't written, and those behind it move up.</summary>
    /// <param name="number">Its own, in the file.</param>
    public void Close(int number) => _closed.Add(number);

    /// <summary>Writes rows, or parts of them, with the numbers that they have now.</summary>
    public void Write(ref SpanWriter writer, ReadOnlySpan<byte> rows)
    {
        if (Shift == 0) writer.Write(rows);
        else Write(ref writer, rows, Shift);
    }

    /// <summary>The number that the next row is written with.</summary>
    public int Now(int number) => Moved(number, Shift);

    /// <summary>Takes a reference to merged cells, such as A1:C3; one that isn't is left out.</summary>
    public void Merge(ReadOnlySpan<byte> reference)
    {
        if (CellRange.TryRead(reference, out var range)) _merged.Add(range);
    }

    /// <summary>Whether cells are merged over several rows of which some is behind another row.</summary>
    public bool MergesBehind(int row) => _merged.Exists(range => range.LastRow > row && range.LastRow > range.FirstRow);

    /// <summary>Writes which cells are merged, now that all rows are written.</summary>
    public void WriteMerged(ref SpanWriter writer)
    {
        var merged = _merged.Select(Moved).Where(range => range.LastRow >= range.FirstRow).ToList();
        if (merged.Count == 0) return;
        writer.Write("<mergeCells count=\""u8);
        SheetText.WriteInteger(ref writer, merged.Count);
        writer.Write("\">"u8);
        foreach (var range in merged)
        {
            writer.Write("<mergeCell ref=\""u8);
            writer.Write(Encoding.ASCII.GetBytes(range.ToString()));
            writer.Write("\"/>"u8);
        }

        writer.Write("</mergeCells>"u8);
    }

    /// <summary>Where cells are now: a range loses the rows that were taken out of it.</summary>
    private CellRange Moved(CellRange range) => range with
    {
        FirstRow = range.FirstRow + CountUpTo(_opened, range.FirstRow) - CountUpTo(_closed, range.FirstRow - 1),
        LastRow = range.LastRow + CountUpTo(_opened, range.LastRow) - CountUpTo(_closed, range.LastRow),
    };

    private static int Moved(int number, int shift) => number + shift <= MaxRow
        ? number + shift : throw new RecordException(RecordError.EntryRefused, 0, null, "a sheet with so many rows that no canary rows go between them; the profile has them put there");

    private static int CountUpTo(List<int> numbers, int row)
    {
        var at = numbers.BinarySearch(row);
        return at < 0 ? ~at : at + 1;
    }

    private static void Write(ref SpanWriter writer, ReadOnlySpan<byte> rows, int shift)
    {
        // In what cells say this bracket is escaped: each one here begins a tag.
        while (rows.IndexOf((byte)'<') is >= 0 and var tag)
        {
            var name = rows[tag..].StartsWith("<row r=\""u8) ? "<row r=\""u8.Length : rows[tag..].StartsWith("<c r=\""u8) ? "<c r=\""u8.Length : 1;
            writer.Write(rows[..(tag + name)]);
            rows = rows[(tag + name)..];
            if (name == 1) continue;
            var digits = rows.IndexOfAnyInRange((byte)'0', (byte)'9');
            var end = digits + rows[digits..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            writer.Write(rows[..digits]);
            SheetText.WriteInteger(ref writer, Moved(int.Parse(rows[digits..end], NumberStyles.None, CultureInfo.InvariantCulture), shift));
            rows = rows[end..];
        }

        writer.Write(rows);
    }

    /// <summary>Some cells: C3 or C3:D5.</summary>
    private readonly record struct CellRange(string FirstColumn, int FirstRow, string LastColumn, int LastRow)
    {
        public static bool TryRead(ReadOnlySpan<byte> reference, out CellRange range)
        {
            range = default;
            var colon = reference.IndexOf((byte)':');
            if (!TryReadCell(colon < 0 ? reference : reference[..colon], out var column, out var row)) return false;
            range = new CellRange(column, row, column, row);
            if (colon < 0) return true;
            if (!TryReadCell(reference[(colon + 1)..], out column, out row)) return false;
            range = range with { LastColumn = column, LastRow = row };
            return true;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{FirstColumn}{FirstRow}:{LastColumn}{LastRow}");

        private static bool TryReadCell(ReadOnlySpan<byte> cell, out string column, out int row)
        {
            var letters = cell.IndexOfAnyExceptInRange((byte)'A', (byte)'Z');
            (column, row) = ("", 0);
            if (letters is < 1 or > 3) return false;
            column = Encoding.ASCII.GetString(cell[..letters]);
            return int.TryParse(cell[letters..], NumberStyles.None, CultureInfo.InvariantCulture, out row) && row is > 0 and <= MaxRow;
        }
    }
}
