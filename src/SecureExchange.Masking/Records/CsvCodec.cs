using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records;

/// <summary>CSV as RFC 4180 has it, with any delimiter. What isn't replaced keeps its quotes, line ends and byte
/// order mark.</summary>
internal sealed class CsvCodec : RecordCodec
{
    private enum Use : byte
    {
        /// <summary>Copied as it is.</summary>
        Pass,

        /// <summary>Copied, and looked at for formulas.</summary>
        Watch,

        Replace,
        Drop,
    }

    /// <summary>Where a column's cells are among those of its rule: a pattern's has those of all its columns, row by row.</summary>
    private readonly record struct Column(int Stride, int Offset, ulong Place);

    /// <summary>A column whose cells are replaced by those of a rule.</summary>
    private readonly record struct Replaced(int Index, int Rule, Column Cells);

    private readonly byte[] _guardName = new byte[1];
    private CsvHeader? _header;
    private CsvScanner _scanner = new((byte)',', hasQuotes: true, 0);
    private readonly bool[] _mayNeedQuotes;
    private Use[] _uses = [];
    private int[] _watched = []; // The columns that are looked at, or left out.
    private Replaced[] _replaced = [];
    private byte[][] _names = [];
    private Column[] _columns = [];
    private SearchValues<byte> _quoted = SearchValues.Create("\"\r\n"u8);
    private byte[] _scratch = new byte[256];
    private int _bodyStart;

    public CsvCodec(MaskingProfile profile, MaskingLimits limits, bool isReturn) : base(profile, limits, isReturn) =>
        _mayNeedQuotes = new bool[Columns.Length];

    public override int AddedColumns => IsReturn && _header is not null ? _header.Rules.Count(rule => rule < 0) : 0;

    public override void WriteLike(ReadOnlySpan<byte> data, int row, int before, CellColumn[] cells, IBufferWriter<byte> output)
    {
        LookForQuoted(cells);
        row = SourceOf(row);
        var body = data[_bodyStart..];
        var writer = new SpanWriter(output);
        var isFirst = true;
        for (var column = 0; column < _uses.Length; column++)
        {
            if (_uses[column] == Use.Drop) continue;
            var (rule, start, end) = (_header!.Rules[column], _scanner.Start(row, column), _scanner.End(row, column));
            if (!isFirst) writer.Write(_header.Delimiter);
            isFirst = false;
            if (rule >= 0 && _columns[column].Offset is var cell && cells[rule].Count > cell && end > start) WriteCell(ref writer, body[start..end], rule, cells[rule], cell);
            else writer.Write(body[start..end]);
        }

        writer.Write(body[_scanner.End(row, _uses.Length - 1).._scanner.RowStart(row + 1)]);
        writer.Flush();
    }

    public override void BeginFile() => _header = null;

    public override bool CanBeCut => true;

    public override int Cut(ReadOnlySpan<byte> data, out int rows) => CsvScanner.Cut(data, Profile.Layout.HasQuotes, isBlankRow: _uses.Length == 1, out rows);

    public override void Continue(RecordCodec first)
    {
        if (first == this) return;
        base.Continue(first);
        var other = (CsvCodec)first;
        _header = other._header;
        _scanner = new CsvScanner(_header!.Delimiter, Profile.Layout.HasQuotes, Limits.MaxRecord);
        (_uses, _watched, _replaced, _names, _columns, _quoted) = (other._uses, other._watched, other._replaced, other._names, other._columns, other._quoted);
    }

    public override RecordException TooLarge() => _header is null
        ? CsvHeader.Bad(RecordError.RecordTooLarge, null, $"longer than {Limits.MaxRecord} bytes")
        : RowFault(Rows, (RecordError.RecordTooLarge, $"longer than {Limits.MaxRecord} bytes; is a quote never closed?"));

    public override void Zero()
    {
        base.Zero();
        CryptographicOperations.ZeroMemory(_scratch);
    }

    protected override int ReadBatch(ReadOnlySpan<byte> data, bool final)
    {
        var start = 0;
        if (_header is null && !ReadHeader(data, final, out start)) return 0;

        var body = data[start..];
        _bodyStart = start;
        _scanner.Scan(body, _uses.Length, final);
        Rows = _scanner.Rows;
        var fault = _scanner.Fault;
        if (EncodingFault(body[.._scanner.Consumed]) is not null) fault = FirstBadRow(body) ?? fault;
        if (fault is { } f) Fault = RowFault(Rows, f);
        Gather(body);
        AddEdits(body, start);
        return start + (Fault is null ? _scanner.Consumed : Rows == 0 ? 0 : _scanner.RowStart(Rows));
    }

    protected override (int Start, int End) SpanOf(int row) => (_bodyStart + _scanner.RowStart(row), _bodyStart + _scanner.RowStart(row + 1));

    /// <summary>Row by row, from cell to cell that is replaced; <see cref="RecordCodec.Edits"/> has what else there is to do.</summary>
    public override void Write(ReadOnlySpan<byte> data, CellColumn[] replaced, ReadOnlySpan<bool> guarded, IBufferWriter<byte> output)
    {
        NumberRows(replaced);
        LookForQuoted(replaced);
        var writer = new SpanWriter(output);
        var place = StartEdits();
        var starts = _scanner.Starts;
        var ends = _scanner.Ends;
        var rest = writer.Rest;
        var (used, at, next) = (0, 0, place.Next);
        for (var row = 0; row < Rows; row++)
        {
            var source = SourceOf(row);
            foreach (ref readonly var column in _replaced.AsSpan())
            {
                var bound = (source * _uses.Length) + column.Index;
                var start = _bodyStart + (column.Index == 0 ? starts[source] : ends[bound - 1] + 1);
                var end = _bodyStart + ends[bound];
                if (start == end) continue;
                var cells = replaced[column.Rule];
                var cell = (row * column.Cells.Stride) + column.Cells.Offset;
                if (start < next && start >= at && data[start] != '"' && !_mayNeedQuotes[column.Rule] && ShortCopy.Try(data, at, start, rest, used))
                {
                    used += start - at;
                    var (from, to) = (cell == 0 ? 0 : cells.Ends[cell - 1], cells.Ends[cell]);
                    at = end;
                    if (ShortCopy.Try(cells.Padded, from, to, rest, used))
                    {
                        used += to - from;
                        continue;
                    }

                    writer.Take(used);
                    writer.Write(cells[cell]);
                }
                else
                {
                    writer.Take(used);
                    place.At = at;
                    WriteReplaced(ref writer, data, start, end, ref place, replaced, guarded, column, cell, output);
                    (at, next) = (place.At, place.Next);
                }

                rest = writer.Rest;
                used = 0;
            }
        }

        writer.Take(used);
        place.At = at;
        WriteEdits(ref writer, data, ref place, data.Length, replaced, guarded, output);
        writer.Write(data[place.At..]);
        writer.Flush();
    }

    /// <summary>Writes up to a cell and what goes in its place: quoted, long, or behind something else that there is to do.</summary>
    private void WriteReplaced(
        ref SpanWriter writer, ReadOnlySpan<byte> data, int start, int end, ref EditPlace place, CellColumn[] replaced, ReadOnlySpan<bool> guarded, Replaced column, int cell, IBufferWriter<byte> output)
    {
        if (start >= place.Next) WriteEdits(ref writer, data, ref place, start, replaced, guarded, output);
        if (start < place.At) return; // Of a row that is taken out.
        if (data[start] == '"' && Columns[column.Rule][cell].IsEmpty) return;
        writer.Write(data[place.At..start]);
        WriteCell(ref writer, data[start..end], column.Rule, replaced[column.Rule], cell);
        place.At = end;
    }

    protected override void WriteCell(ref SpanWriter writer, ReadOnlySpan<byte> original, int rule, CellColumn cells, int i)
    {
        var cell = cells[i];
        if (!_mayNeedQuotes[rule] && original[0] != '"')
        {
            writer.Write(cell);
            return;
        }

        if (!Profile.Layout.HasQuotes && cell.ContainsAny(_quoted))
            throw new RecordException(RecordError.NotEncodable, 0, null, "what comes out holds a delimiter or a line end, and the profile says quotes: none");
        if (!Profile.Layout.HasQuotes || (original[0] != '"' && !cell.ContainsAny(_quoted)))
        {
            writer.Write(cell);
            return;
        }

        writer.Write((byte)'"');
        for (int quote; (quote = cell.IndexOf((byte)'"')) >= 0; cell = cell[(quote + 1)..])
        {
            writer.Write(cell[..(quote + 1)]);
            writer.Write((byte)'"');
        }

        writer.Write(cell);
        writer.Write((byte)'"');
    }

    /// <summary>Looks once in all cells of a column for what has to be quoted: most have nothing.</summary>
    private void LookForQuoted(CellColumn[] replaced)
    {
        for (var rule = 0; rule < replaced.Length; rule++) _mayNeedQuotes[rule] = replaced[rule].Bytes.ContainsAny(_quoted);
    }

    /// <returns>Whether it is there whole.</returns>
    private bool ReadHeader(ReadOnlySpan<byte> data, bool final, out int length)
    {
        length = 0;
        var mark = data.StartsWith("\uFEFF"u8) ? 3 : 0;
        if (data.Length == mark) return final ? throw CsvHeader.Bad(RecordError.HeaderMissing, null, "the file is empty") : false;
        // Before it is scanned: a file in UTF-16 should be told that, not that its columns are unknown.
        var line = data[mark..];
        var end = line.IndexOf((byte)'\n');
        if (end < 0 && !final) return false;
        if (EncodingFault(end < 0 ? line : line[..end]) is { } bad) throw CsvHeader.Bad(bad.Error, null, bad.What);
        var header = CsvHeader.Read(line, final, Profile, Limits, IsReturn && Profile.Layout.HasHeader ? (byte)0 : Profile.Layout.Delimiter);
        if (header is null) return false;
        if (EncodingFault(line[..header.Length]) is { } hidden) throw CsvHeader.Bad(hidden.Error, null, hidden.What);
        Plan(header);
        _header = header;
        for (var i = 0; i < _uses.Length; i++)
        {
            var (cell, behind) = (mark + header.Scanner.Start(0, i), mark + header.Scanner.End(0, i));
            if (_uses[i] == Use.Drop && Profile.Layout.HasHeader) AddDrop(i, cell, behind);
            else if (IsReturn && header.Rules[i] < 0 && Profile.Layout.HasHeader) Watch(data, cell, behind, 0, _guardName);
        }

        _scanner = header.Scanner;
        length = mark + header.Length;
        return true;
    }

    private void Plan(CsvHeader header)
    {
        _uses = new Use[header.Names.Length];
        _names = new byte[_uses.Length][];
        _columns = ColumnsOf(header);
        Array.Clear(Present);
        for (var i = 0; i < _uses.Length; i++)
        {
            var rule = header.Rules[i];
            _names[i] = rule < 0 ? [] : [.. Profile.Fields[rule].Path.Utf8, 0];
            if (rule >= 0)
            {
                Present[rule] = true;
                _uses[i] = IsDropped(Profile.Fields[rule]) ? Use.Drop
                    : IsReplaced(Profile.Fields[rule]) ? Use.Replace
                    : IsReturn || Profile.Fields[rule].Rule.Bind is null ? Use.Watch : Use.Pass;
            }
            else if (IsReturn)
            {
                _names[i] = _guardName;
                _uses[i] = Use.Watch;
            }
            else if (rule == FieldNames.Ambiguous)
            {
                throw CsvHeader.Ambiguous(header.Describe(i));
            }
            else if (Profile.Unlisted == UnlistedFields.Drop)
            {
                _uses[i] = Use.Drop;
            }
            else
            {
                throw CsvHeader.Bad(RecordError.UnlistedField, header.Describe(i),
                    $"the profile has no field for {header.Describe(i)} (column {i + 1}); add it there, or take it out of the file");
            }
        }

        _watched = [.. Enumerable.Range(0, _uses.Length).Where(i => _uses[i] is Use.Watch or Use.Drop)];
        _replaced = [.. Enumerable.Range(0, _uses.Length).Where(i => _uses[i] == Use.Replace).Select(i => new Replaced(i, header.Rules[i], _columns[i]))];
        if (!_uses.AsSpan().ContainsAnyExcept(Use.Drop))
            throw CsvHeader.Bad(RecordError.HeaderNotRecognised, null, "the profile drops every column of this file; is it another file?");
        for (var rule = 0; !IsReturn && rule < Present.Length; rule++)
        {
            var field = Profile.Fields[rule];
            if (!Present[rule] && !field.IsOptional)
                throw CsvHeader.Bad(RecordError.MissingField, field.Name, $"there is no column {field.Name}; the profile has it (and doesn't say optional: true)");
            if (Present[rule] && field.Subject >= 0 && !Present[field.Subject])
                throw CsvHeader.Bad(RecordError.MissingField, Profile.Fields[field.Subject].Name, $"there is no column for the subject of {field.Name}");
        }

        if (!IsReturn && Profile.RowKeyIndex >= 0 && !Present[Profile.RowKeyIndex])
            throw CsvHeader.Bad(RecordError.MissingField, Profile.RowKey, $"there is no column {Profile.RowKey}, the row key");
        _quoted = SearchValues.Create(Profile.Layout.HasQuotes
            ? [(byte)'"', (byte)'\r', (byte)'\n', header.Delimiter]
            : [(byte)'\r', (byte)'\n', header.Delimiter]);
    }

    private void Gather(ReadOnlySpan<byte> body)
    {
        for (var column = 0; column < _uses.Length; column++)
        {
            var rule = _header!.Rules[column];
            if (rule < 0 || !IsGathered(rule)) continue;
            var cells = Columns[rule];
            if (!Profile.Fields[rule].IsPattern) GatherRows(body, column, cells);
            else if (_columns[column].Offset == 0) GatherAll(body, rule, cells);
            if (Profile.Fields[rule].Subject is >= 0 and var subject && Present[subject]) cells.BindRows();
        }

        if (!IsReturn && Profile.RowKeyIndex is >= 0 and var key) RequireRowKey(Columns[key]);
    }

    private void GatherRows(ReadOnlySpan<byte> body, int column, CellColumn cells)
    {
        var starts = _scanner.Starts;
        var ends = _scanner.Ends;
        var rows = new RowCells(cells, Rows);
        for (var row = 0; row < Rows; row++)
        {
            var at = (row * _uses.Length) + column;
            var (start, end) = (column == 0 ? starts[row] : ends[at - 1] + 1, ends[at]);
            if (start < end && body[start] == '"') rows.Add(Content(body[start..end]));
            else rows.Add(body, start, end);
        }

        rows.Close();
    }

    private void GatherAll(ReadOnlySpan<byte> body, int rule, CellColumn cells)
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < _uses.Length; column++)
            {
                if (_header!.Rules[column] != rule) continue;
                cells.Add(Content(body[_scanner.Start(row, column).._scanner.End(row, column)]), row, CellKind.Text, _columns[column].Place);
            }
        }
    }

    private Column[] ColumnsOf(CsvHeader header)
    {
        var columns = new Column[header.Names.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            var rule = header.Rules[i];
            columns[i] = rule < 0 || !Profile.Fields[rule].IsPattern
                ? new Column(1, 0, 0)
                : new Column(header.Rules.Count(r => r == rule), header.Rules.AsSpan(0, i).Count(rule), NamePattern.Place(Encoding.UTF8.GetBytes(header.Names[i])));
        }

        return columns;
    }

    private ReadOnlySpan<byte> Content(ReadOnlySpan<byte> cell) =>
        cell.IsEmpty || cell[0] != '"' || !Profile.Layout.HasQuotes ? cell : CsvScanner.Content(cell, ref _scratch);

    private void RequireRowKey(CellColumn keys)
    {
        for (var row = 0; row < Rows; row++)
        {
            if (!keys[row].IsEmpty) continue;
            Fault = keys.Fault(row, RecordError.MissingRowKey, "empty, and the profile tells rows apart by it");
            Rows = row;
            foreach (var column in Columns) column.RemoveFrom(row);
            return;
        }
    }

    /// <summary>Finds what there is to do beside replacing cells.</summary>
    private void AddEdits(ReadOnlySpan<byte> body, int offset)
    {
        var starts = _scanner.Starts;
        var ends = _scanner.Ends;
        for (var (row, at) = (0, 0); row < Rows; row++, at += _uses.Length)
        {
            foreach (var column in _watched)
            {
                var (start, end) = (column == 0 ? starts[row] : ends[at + column - 1] + 1, ends[at + column]);
                if (_uses[column] == Use.Drop) AddDrop(column, offset + start, offset + end);
                else if ((uint)start < (uint)body.Length && FormulaText.MayStartOne(body[start]) && end > start) Watch(body, start, end, offset, _names[column]);
            }
        }
    }

    /// <summary>Notes a cell that looks like a formula, and in a return the place where its apostrophe would go.</summary>
    private void Watch(ReadOnlySpan<byte> data, int start, int end, int offset, ReadOnlySpan<byte> name)
    {
        if (start == end) return;
        var first = data[start] == '"' && Profile.Layout.HasQuotes ? 1 : 0;
        if (!FormulaText.StartsLikeOne(data[(start + first)..end])) return;
        var content = Content(data[start..end]);
        if (!FormulaText.IsOne(content)) return;
        if (IsReturn) Edits.Add(new Edit(offset + start + first, offset + start + first, Edit.Guard, Formulas.Count));
        var cell = Formulas.Reserve(name.Length + content.Length);
        name.CopyTo(cell);
        content.CopyTo(cell[name.Length..]);
        Formulas.AddReserved(cell.Length, Rows);
    }

    /// <summary>A dropped cell goes with the delimiter in front of it, or, where nothing in front is left, the one behind.</summary>
    private void AddDrop(int column, int start, int end)
    {
        // Some column stays, so a row of nothing but dropped cells can't be.
        var isFirst = !_uses.AsSpan(0, column).ContainsAnyExcept(Use.Drop);
        Edits.Add(isFirst ? new Edit(start, end + 1, Edit.Removal, 0) : new Edit(start - 1, end, Edit.Removal, 0));
    }

    /// <summary>Cuts the batch before the first row with bytes that aren't text, and says what is wrong with it.</summary>
    private (RecordError, string)? FirstBadRow(ReadOnlySpan<byte> body)
    {
        for (var row = 0; row < Rows; row++)
        {
            if (EncodingFault(body[_scanner.RowStart(row).._scanner.RowStart(row + 1)]) is not { } fault) continue;
            Rows = row;
            return fault;
        }

        return null;
    }

    private RecordException RowFault(int row, (RecordError Error, string What) fault) =>
        new(fault.Error, FirstRow + row, null, $"row {FirstRow + row}: {fault.What}");
}
