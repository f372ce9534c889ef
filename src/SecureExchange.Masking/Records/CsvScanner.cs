using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace SecureExchange.Masking.Records;

/// <summary>Finds the cells of CSV rows (RFC 4180), 64 bytes at a time: a bit for each quote, a running XOR over them tells
/// which bytes are inside quotes, and what is left of delimiters and line ends bounds the cells.</summary>
/// <remarks>What another reader might split differently is refused, not guessed: a quote within an unquoted cell, text
/// after a closing quote, a carriage return alone. Otherwise a vendor's program could see other cells than were masked.</remarks>
internal sealed class CsvScanner(byte delimiter, bool hasQuotes, int maxRecord)
{
    private const int Block = 64;
    private int[] _ends = new int[4096];
    private int[] _starts = new int[256];
    private int _cells;

    /// <summary>Whole rows found.</summary>
    public int Rows { get; private set; }

    /// <summary>Cells of each row.</summary>
    public int Columns { get; private set; }

    /// <summary>Bytes up to behind the last whole row's line end; with blank lines at the end of the file, those too.</summary>
    public int Consumed { get; private set; }

    /// <summary>What is wrong with the row behind the last whole one, or null.</summary>
    public (RecordError Error, string What)? Fault { get; private set; }

    public int Start(int row, int column) => column == 0 ? _starts[row] : _ends[(row * Columns) + column - 1] + 1;

    public int End(int row, int column) => _ends[(row * Columns) + column];

    public int RowStart(int row) => _starts[row];

    /// <summary>Where each row starts.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Rows + 1);

    /// <summary>Where each cell ends, row by row. The next one of its row starts one byte behind.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Rows * Columns);

    /// <summary>Scans for rows.</summary>
    /// <param name="data">From the start of a row.</param>
    /// <param name="columns">Cells that each row must have; 0 to take one row, the header, with as many as it has.</param>
    /// <param name="final">Whether the file ends with the data.</param>
    /// <param name="maxColumns">For a header.</param>
    public void Scan(ReadOnlySpan<byte> data, int columns, bool final, int maxColumns = int.MaxValue)
    {
        (Rows, _cells, Consumed, Fault, Columns) = (0, 0, 0, null, columns);
        var cellStart = 0;
        var lastQuote = -1;
        var loneReturn = int.MaxValue;
        var inside = 0UL; // All ones while a quote is open.
        var returnBefore = 0UL;
        for (var at = 0; at < data.Length; at += Block)
        {
            var bytes = Load(data, at);
            var quotes = hasQuotes ? Bits(bytes, (byte)'"') : 0;
            var quoted = Quoted(quotes, ref inside);
            var lines = Bits(bytes, (byte)'\n') & ~quoted;
            var returns = Bits(bytes, (byte)'\r') & ~quoted;
            var lone = ((returns << 1) | returnBefore) & ~lines;
            if (lone != 0 && loneReturn == int.MaxValue) loneReturn = at + BitOperations.TrailingZeroCount(lone) - 1;
            returnBefore = returns >> 63;
            var bounds = (Bits(bytes, delimiter) & ~quoted) | lines;
            if ((quotes | quoted) == 0 && lastQuote < cellStart && columns != 0)
            {
                AddEnds(bytes, at, bounds);
                if (!AddCells(data, at, bounds, lines, ref cellStart, loneReturn, final)) return;
                continue;
            }

            for (; bounds != 0; bounds &= bounds - 1)
            {
                var bit = BitOperations.TrailingZeroCount(bounds);
                var end = at + bit;
                var before = quotes & ((1UL << bit) - 1);
                if (before != 0) lastQuote = at + 63 - BitOperations.LeadingZeroCount(before);
                var endsRow = ((lines >> bit) & 1) != 0;
                var next = end + 1;
                if (endsRow && end > cellStart && data[end - 1] == '\r') end--;
                if (lastQuote >= cellStart && QuoteFault(data[cellStart..end]) is { } fault)
                {
                    Fault = fault;
                    return;
                }

                AddCell(end);
                cellStart = next;
                if (!endsRow) continue;
                if (!FinishRow(data, next, loneReturn, final, maxColumns)) return;
                if (columns == 0) return; // Only the header was asked for.
            }

            if (quotes != 0) lastQuote = at + 63 - BitOperations.LeadingZeroCount(quotes);
        }

        if (!final || Consumed == data.Length) return;
        if (inside != 0)
        {
            Fault = (RecordError.UnterminatedQuote, "a quote is opened and never closed");
            return;
        }

        if (data[^1] == '\r') loneReturn = Math.Min(loneReturn, data.Length - 1);
        if (lastQuote >= cellStart && QuoteFault(data[cellStart..]) is { } last)
        {
            Fault = last;
            return;
        }

        AddCell(data.Length);
        FinishRow(data, data.Length, loneReturn, final, maxColumns);
    }

    /// <summary>Where the last whole row ends that isn't a blank line, told from quotes and line ends alone.</summary>
    /// <param name="data">From the start of a row.</param>
    /// <param name="hasQuotes">Whether quotes mean anything.</param>
    /// <param name="isBlankRow">Whether a blank line is a row, as it is with one column. Else what it is shows only behind it.</param>
    /// <param name="rows">How many rows that makes.</param>
    public static int Cut(ReadOnlySpan<byte> data, bool hasQuotes, bool isBlankRow, out int rows)
    {
        var (end, inside) = (0, 0UL);
        rows = 0;
        for (var at = 0; at < data.Length; at += Block)
        {
            var bytes = Load(data, at);
            var quotes = hasQuotes ? Bits(bytes, (byte)'"') : 0;
            var quoted = Quoted(quotes, ref inside);
            var lines = Bits(bytes, (byte)'\n') & ~quoted;
            if (lines == 0) continue;
            rows += BitOperations.PopCount(lines);
            end = at + 64 - BitOperations.LeadingZeroCount(lines);
        }

        while (!isBlankRow && end > 0)
        {
            var line = data[..(end - 1)];
            if (line is [.., (byte)'\r']) line = line[..^1];
            if (line is not ([] or [.., (byte)'\n'])) break;
            (end, rows) = (line.Length, rows - 1);
        }

        return end;
    }

    /// <summary>The content of a cell: quotes off, doubled quotes made single.</summary>
    public static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> cell, ref byte[] scratch)
    {
        if (cell.IsEmpty || cell[0] != '"') return cell;
        cell = cell[1..^1];
        if (!cell.Contains((byte)'"')) return cell;
        if (scratch.Length < cell.Length)
        {
            CryptographicOperations.ZeroMemory(scratch);
            scratch = new byte[Math.Max(cell.Length, 2 * scratch.Length)];
        }

        var length = 0;
        for (var i = 0; i < cell.Length; i++)
        {
            scratch[length++] = cell[i];
            if (cell[i] == '"') i++;
        }

        return scratch.AsSpan(0, length);
    }

    private bool FinishRow(ReadOnlySpan<byte> data, int next, int loneReturn, bool final, int maxColumns)
    {
        var start = Consumed;
        var cells = _cells - (Rows * Columns);
        if (loneReturn < next)
        {
            Fault = (RecordError.LoneCarriageReturn, "a carriage return without a line feed, outside quotes; quote the cell or write CRLF");
            return false;
        }

        if (next - start > maxRecord)
        {
            Fault = (RecordError.RecordTooLarge, $"longer than {maxRecord} bytes");
            return false;
        }

        if (Columns == 0)
        {
            if (cells > maxColumns)
            {
                Fault = (RecordError.TooManyColumns, $"more than {maxColumns} columns");
                return false;
            }

            Columns = cells;
        }
        else if (cells != Columns)
        {
            if (cells != 1 || _ends[_cells - 1] != start || data[start..].ContainsAnyExcept((byte)'\r', (byte)'\n'))
            {
                Fault = (RecordError.RaggedRow, $"{cells} cells, and the header has {Columns}");
                return false;
            }

            // Blank lines, and nothing behind them so far. At the end of the file they are tolerated; elsewhere they are
            // ragged rows, and what they are can't be told yet.
            _cells--;
            if (!final) return false;
            Consumed = data.Length;
            return false;
        }

        if (Rows + 1 >= _starts.Length) Array.Resize(ref _starts, 2 * _starts.Length);
        _starts[Rows++] = start;
        _starts[Rows] = next;
        Consumed = next;
        return true;
    }

    /// <summary>The cells that end in a block without quotes, as most do: all at once, and then what is to be done for each row.</summary>
    /// <returns>False when the scan ends here.</returns>
    private bool AddCells(ReadOnlySpan<byte> data, int at, ulong bounds, ulong lines, ref int cellStart, int loneReturn, bool final)
    {
        if (bounds == 0) return true;
        var (first, count) = (_cells, BitOperations.PopCount(bounds));
        var ends = _ends.AsSpan(first, Block);
        for (; lines != 0; lines &= lines - 1)
        {
            var next = at + BitOperations.TrailingZeroCount(lines) + 1;
            var last = BitOperations.PopCount(bounds & (lines ^ (lines - 1))) - 1;
            if (next - 1 > (last == 0 ? cellStart : ends[last - 1] + 1) && data[next - 2] == '\r') ends[last]--;
            _cells = first + last + 1;
            if (!FinishRow(data, next, loneReturn, final, int.MaxValue)) return false;
        }

        _cells = first + count;
        cellStart = at + 64 - BitOperations.LeadingZeroCount(bounds);
        return true;
    }

    /// <summary>Where the cells of a block without quotes end. Some too many may be written: the next block's write over them.</summary>
    private void AddEnds(Vector512<byte> bytes, int at, ulong bounds)
    {
        if (_ends.Length - _cells < Block) Array.Resize(ref _ends, 2 * _ends.Length);
        var ends = _ends.AsSpan(_cells, Block);
        var count = BitOperations.PopCount(bounds);
        if (Avx512Vbmi2.IsSupported)
        {
            var isBound = Vector512.Equals(bytes, Vector512.Create(delimiter)) | Vector512.Equals(bytes, Vector512.Create((byte)'\n'));
            var places = Avx512Vbmi2.Compress(Vector512<byte>.Zero, isBound, Vector512<byte>.Indices);
            (Avx512F.ConvertToVector512Int32(places.GetLower().GetLower()) + Vector512.Create(at)).CopyTo(ends);
            if (count <= Vector512<int>.Count) return;
        }

        for (var i = 0; i < count; i += 4)
        {
            for (var j = i; j < i + 4; j++, bounds &= bounds - 1) ends[j] = at + BitOperations.TrailingZeroCount(bounds);
        }
    }

    private void AddCell(int end)
    {
        if (_cells == _ends.Length) Array.Resize(ref _ends, 2 * _ends.Length);
        _ends[_cells++] = end;
    }

    /// <summary>A cell with quotes in it must be one quoted text: quotes around, doubled within (RFC 4180 §2.5 to 2.7).</summary>
    private static (RecordError, string)? QuoteFault(ReadOnlySpan<byte> cell)
    {
        if (cell[0] != '"')
            return (RecordError.BadQuote, "a quote within a cell that isn't quoted; quote the cell and double the quote");
        var rest = cell[1..];
        while (true)
        {
            var quote = rest.IndexOf((byte)'"');
            if (quote == rest.Length - 1) return null;
            if (quote < 0 || rest[quote + 1] != '"')
                return (RecordError.BadQuote, "text behind a closing quote; a quote within a quoted cell must be doubled");
            rest = rest[(quote + 2)..];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Load(ReadOnlySpan<byte> data, int at) =>
        data.Length - at >= Block ? Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(data), (nuint)at) : Pad(data[at..]);

    /// <summary>Which bytes of a block are between quotes, the opening one included.</summary>
    /// <param name="quotes">A bit for each quote.</param>
    /// <param name="inside">All ones while a quote is open at the block's start; then, at its end.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Quoted(ulong quotes, ref ulong inside)
    {
        var quoted = quotes == 0 ? inside : PrefixXor(quotes) ^ inside;
        inside = (ulong)((long)quoted >> 63);
        return quoted;
    }

    private static Vector512<byte> Pad(ReadOnlySpan<byte> rest)
    {
        Span<byte> padded = stackalloc byte[Block];
        padded.Clear();
        rest.CopyTo(padded);
        return Vector512.Create<byte>(padded);
    }

    private static ulong Bits(Vector512<byte> bytes, byte value) => Vector512.Equals(bytes, Vector512.Create(value)).ExtractMostSignificantBits();

    /// <summary>Bit i is the XOR of bits 0 to i.</summary>
    private static ulong PrefixXor(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }
}
