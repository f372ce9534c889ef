using System.Buffers;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Profiles.Conditions;
using SecureExchange.Masking.Records.Mail;
using SecureExchange.Masking.Records.Segments;
using SecureExchange.Masking.Records.Xml;

namespace SecureExchange.Masking.Records;

/// <summary>Reads a batch of records of one format into columns, and writes it again with some cells replaced: a list of
/// edits over the bytes, so that whatever isn't replaced stays as it came.</summary>
internal abstract class RecordCodec
{
    private readonly bool[] _gathered;
    private readonly int[] _marks;
    private readonly List<(int Start, int End)>? _spans; // Of each row, where some may be left out.
    private int[][] _newCells = [];
    private int[] _newRows = [];
    private int[]? _sourceRows;
    private int _leftOut;
    private int _markedEdits;
    private bool _begun;

    /// <param name="profile">The fields.</param>
    /// <param name="limits">What a file may ask for.</param>
    /// <param name="isReturn">Whether it reads what came back.</param>
    /// <param name="columns">For each field where its cells are; null: in columns of its own.</param>
    private protected RecordCodec(MaskingProfile profile, MaskingLimits limits, bool isReturn, CellColumn[]? columns = null)
    {
        Profile = profile;
        Limits = limits;
        IsReturn = isReturn;
        Columns = columns ?? [.. profile.Fields.Select(field => new CellColumn(field.Name))];
        _marks = new int[Columns.Length];
        Present = [.. profile.Fields.Select(_ => true)];
        _gathered = [.. profile.Fields.Select((field, i) => IsReplaced(field) || i == profile.RowKeyIndex || (profile.IsMeasured && !isReturn))];
        foreach (var field in profile.Fields.Where(field => field.Subject >= 0)) _gathered[field.Subject] = true;
        foreach (var asked in profile.ConditionsOf(isReturn).SelectMany(condition => condition.Fields)) _gathered[asked] = true;
        if (profile.HasCanaries || (!isReturn && profile.Suppressed.Count > 0)) _spans = [];

        for (var i = 0; i < Columns.Length; i++)
        {
            if (profile.Fields[i].Subject is >= 0 and var subject) Columns[i].SubjectColumn = Columns[subject];
        }
    }

    /// <summary>For each rule, the cells of the batch; empty for rules whose cells nobody needs to see.</summary>
    public CellColumn[] Columns { get; }

    /// <summary>For each rule, whether the file has the field at all.</summary>
    public bool[] Present { get; }

    /// <summary>Cells that look like formulas: in a dispatch those that are kept, in a return those that aren't ours. Each with
    /// its column's name and a zero byte in front.</summary>
    public virtual CellColumn Formulas { get; } = new("");

    /// <summary>What was taken out or changed beside the records.</summary>
    public FormatFindings Findings { get; set; } = new();

    /// <summary>Rows of the batch.</summary>
    public int Rows { get; protected set; }

    /// <summary>The number in the file of the batch's first row, from 1.</summary>
    public long FirstRow { get; private set; } = 1;

    /// <summary>The number that the row behind the batch will have.</summary>
    public long NextRow => FirstRow + Rows + _leftOut;

    /// <summary>Records of the file that one of these holds of are left out.</summary>
    public virtual IReadOnlyList<Condition> Suppressed => Profile.Suppressed;

    /// <summary>Whether a field is one of the file that is being read.</summary>
    public virtual bool Reads(int rule) => true;

    /// <summary>What is wrong behind the batch's last row: for the caller to throw when the batch is done.</summary>
    public RecordException? Fault { get; protected set; }

    /// <summary>Columns of a return that the profile doesn't know.</summary>
    public virtual int AddedColumns => 0;

    protected MaskingProfile Profile { get; }

    protected MaskingLimits Limits { get; }

    /// <summary>Whether it reads what came back.</summary>
    public bool IsReturn { get; }

    protected List<Edit> Edits { get; } = [];

    /// <summary>Rows that go in between.</summary>
    protected List<byte[]> Inserted { get; } = [];

    public static RecordCodec Create(MaskingProfile profile, MaskingLimits limits, bool isReturn) =>
        profile.Format switch
        {
            RecordFormat.Csv => new CsvCodec(profile, limits, isReturn),
            RecordFormat.Hl7 => new Hl7Codec(profile, limits, isReturn),
            RecordFormat.X12 => new X12Codec(profile, limits, isReturn),
            RecordFormat.Text => new TextCodec(profile, limits, isReturn),
            RecordFormat.Eml => new MessageCodec(profile, limits, isReturn),
            RecordFormat.Xlsx => new SheetCodec(profile, limits, isReturn),
            RecordFormat.FixedWidth => new FixedWidthCodec(profile, limits, isReturn),
            RecordFormat.Xml => new XmlCodec(profile, limits, isReturn),
            RecordFormat.Json => new JsonDocumentCodec(profile, limits, isReturn),
            _ => new NdjsonCodec(profile, limits, isReturn),
        };

    /// <summary>Reads all whole records.</summary>
    /// <param name="data">What there is of the file, from the first byte that isn't worked off.</param>
    /// <param name="final">Whether the file ends here.</param>
    /// <returns>Bytes that belong to the batch.</returns>
    public int Read(ReadOnlySpan<byte> data, bool final)
    {
        FirstRow = NextRow;
        Rows = 0;
        _leftOut = 0;
        _sourceRows = null;
        _spans?.Clear();
        Removed.Clear();
        Edits.Clear();
        Inserted.Clear();
        Formulas.Clear();
        foreach (var column in Columns)
        {
            column.Clear();
            column.FirstRow = FirstRow;
            column.SourceRows = null;
        }

        return ReadBatch(data, final);
    }

    /// <summary>Writes the batch.</summary>
    /// <param name="data">The batch's bytes, as <see cref="Read"/> had them, up to where it said.</param>
    /// <param name="replaced">For each rule, the cells that go in the place of the file's.</param>
    /// <param name="guarded">For each cell of <see cref="Formulas"/>, whether it gets an apostrophe.</param>
    /// <param name="output">Receives the batch.</param>
    public virtual void Write(ReadOnlySpan<byte> data, CellColumn[] replaced, ReadOnlySpan<bool> guarded, IBufferWriter<byte> output)
    {
        NumberRows(replaced);
        var writer = new SpanWriter(output);
        var place = StartEdits();
        WriteEdits(ref writer, data, ref place, data.Length, replaced, guarded, output);
        writer.Write(data[place.At..]);
        writer.Flush();
    }

    /// <summary>Puts a row in front of one of the batch's; in the order of the rows.</summary>
    public virtual void InsertBefore(int row, byte[] line)
    {
        var at = SpanOf(SourceOf(row)).Start;
        Edits.Insert(FirstEdit(at), new Edit(at, at, Edit.Insertion, Inserted.Count));
        Inserted.Add(line);
    }

    /// <summary>Takes a row of the batch out; in the order of the rows.</summary>
    public void Remove(int row) => Removed.Add(SpanOf(row));

    /// <summary>Writes a row of the batch as it would be masked, with other cells, as it goes in front of another one.</summary>
    /// <param name="data">The batch's bytes.</param>
    /// <param name="row">Which has a line end.</param>
    /// <param name="before">The one that it goes in front of.</param>
    /// <param name="cells">For each rule as many cells as the row has, or none where the row's own stay.</param>
    /// <param name="output">Receives the row.</param>
    /// <exception cref="RecordException">A cell hasn't room in it.</exception>
    public virtual void WriteLike(ReadOnlySpan<byte> data, int row, int before, CellColumn[] cells, IBufferWriter<byte> output)
    {
        var (at, end) = SpanOf(SourceOf(row));
        var writer = new SpanWriter(output);
        writer.Write(data.Slice(SpanOf(SourceOf(before)).Start, SeparatorOf(SourceOf(before))));
        at += SeparatorOf(SourceOf(row));
        for (var i = FirstEdit(at); i < Edits.Count && Edits[i].Start < end; i++)
        {
            var edit = Edits[i];
            if (edit.Source == Edit.Insertion) continue;
            writer.Write(data[at..edit.Start]);
            at = edit.End;
            if (edit.Source == Edit.Key) WriteCell(ref writer, data[edit.Start..edit.End], Profile.RowKeyIndex, cells[Profile.RowKeyIndex], 0);
            else if (edit.Source == Edit.Blank) writer.Write("  "u8[..edit.Index]);
            else if (edit.Source >= 0) WriteCell(ref writer, data[edit.Start..edit.End], edit.Source, cells[edit.Source], edit.Index - Columns[edit.Source].FirstOfRow(row));
        }

        writer.Write(data[at..end]);
        writer.Flush();
    }

    /// <summary>Leaves records of the batch out, as if they weren't in the file: rows and cells are numbered anew.</summary>
    /// <param name="leftOut">For each row of the batch. One that is no record stays all the same.</param>
    /// <returns>How many were left out.</returns>
    public virtual int LeaveOut(Span<bool> leftOut)
    {
        if (_newRows.Length < Rows) _newRows = new int[Math.Max(Rows, 256)];
        var source = new int[Rows];
        var kept = 0;
        for (var row = 0; row < Rows; row++)
        {
            var span = SpanOf(row);
            leftOut[row] &= span.Start >= 0;
            if (span.Start >= 0) PlanRow(row, span, leftOut[row]);
            _newRows[row] = leftOut[row] ? -1 : kept;
            if (!leftOut[row]) source[kept++] = row;
        }

        if (kept == Rows) return 0;
        _sourceRows = source;
        if (_newCells.Length == 0) _newCells = [.. Columns.Select(_ => Array.Empty<int>()), []];
        for (var i = 0; i <= Columns.Length; i++)
        {
            var cells = i < Columns.Length ? Columns[i] : Formulas;
            if (_newCells[i].Length < cells.Count) _newCells[i] = new int[Math.Max(cells.Count, 256)];
            cells.Keep(_newRows, _newCells[i]);
        }

        for (var i = 0; i < Columns.Length; i++)
        {
            if (Profile.Fields[i].Subject is >= 0 and var subject) Columns[i].RebindSubjects(_newCells[subject]);
        }

        NumberRows(Columns);
        Renumber(_newCells);
        (_leftOut, Rows) = (Rows - kept, kept);
        return _leftOut;
    }

    /// <summary>The text of a value that is there in the spelling of the file (<see cref="CellKind.RawText"/>); until the next call.</summary>
    public virtual ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> raw) => raw;

    /// <summary>Another file of the same kind begins, in the same container: rows are counted on.</summary>
    public virtual void BeginFile() => _begun = false;

    /// <summary>Forgets what went wrong before, and numbers the next record: for records that come one by one.</summary>
    public void Restart(long row)
    {
        FirstRow = row;
        (Rows, _leftOut) = (0, 0);
        Fault = null;
    }

    /// <summary>Whether <see cref="Cut"/> can tell batches apart, and a batch needs nothing of those in front but what the first one says, nor has <see cref="Findings"/>.</summary>
    public virtual bool CanBeCut => false;

    /// <summary>Tells without reading the records where the last whole one ends; behind the file's first batch.</summary>
    /// <param name="data">From the start of a record.</param>
    /// <param name="rows">Whole records, if they are as they should be: what isn't is for <see cref="Read"/> to find, within them.</param>
    /// <returns>Bytes; 0 where no record ends.</returns>
    public virtual int Cut(ReadOnlySpan<byte> data, out int rows) => throw new InvalidOperationException("its records can't be told apart unread");

    /// <summary>Goes on where another codec of the same profile has read the head of the file.</summary>
    public virtual void Continue(RecordCodec first)
    {
        _begun = true;
        first.Present.CopyTo(Present, 0);
    }

    public virtual void Zero()
    {
        foreach (var column in Columns) column.Zero();
        Formulas.Zero();
    }

    /// <summary>The record doesn't fit the buffer even at its largest.</summary>
    public abstract RecordException TooLarge();

    /// <summary>What of the batch's bytes isn't written.</summary>
    protected List<(int Start, int End)> Removed { get; } = [];

    /// <summary>Whether rows may be left out.</summary>
    protected bool LeavesOut => !IsReturn && Profile.Suppressed.Count > 0;

    /// <summary>Whether a row key that stays has to be found again, since canary rows get one of their own.</summary>
    protected bool MarksKeys => !IsReturn && Profile.HasCanaries;

    /// <summary>Which of the rows that were read a row is, now that some are left out.</summary>
    protected int SourceOf(int row) => _sourceRows is null ? row : _sourceRows[row];

    /// <summary>Before the first of the edits.</summary>
    protected EditPlace StartEdits() => new() { Next = NextStop(0, 0) };

    /// <summary>Writes up to some place what there is to do beside the records' own order of cells: edits, and what is taken out.</summary>
    /// <param name="writer">Receives it.</param>
    /// <param name="data">The batch.</param>
    /// <param name="place">How far it is written.</param>
    /// <param name="until">Edits that start here or before are done.</param>
    /// <param name="replaced">As of <see cref="Write"/>.</param>
    /// <param name="guarded">As of <see cref="Write"/>.</param>
    /// <param name="output">Where the writer writes to.</param>
    protected void WriteEdits(
        ref SpanWriter writer, ReadOnlySpan<byte> data, ref EditPlace place, int until, CellColumn[] replaced, ReadOnlySpan<bool> guarded, IBufferWriter<byte> output)
    {
        var (at, removed, i) = (place.At, place.Removed, place.Edit);
        for (; i < Edits.Count && Edits[i].Start <= until; i++)
        {
            var edit = Edits[i];
            for (; removed < Removed.Count && Removed[removed].Start <= edit.Start; removed++)
            {
                writer.Write(data[at..Removed[removed].Start]);
                at = Removed[removed].End;
            }

            if (edit.Start < at) continue; // Of a row that is left out.
            writer.Write(data, at, edit.Start);
            at = edit.End;
            if (edit.Source >= 0) WriteCell(ref writer, data[edit.Start..edit.End], edit.Source, replaced[edit.Source], edit.Index);
            else if (edit.Source == Edit.Blank) writer.Write("  "u8[..edit.Index]);
            else if (edit.Source == Edit.Insertion) writer.Write(Inserted[edit.Index]);
            else if (edit.Source == Edit.Key) writer.Write(data[edit.Start..edit.End]);
            else if (edit.Source == Edit.Guard && guarded[edit.Index]) writer.Write((byte)'\'');
            else if (edit.Source == Edit.Gap) LeaveGap(edit.Index, ref writer, output);
        }

        for (; removed < Removed.Count && Removed[removed].Start <= until; removed++)
        {
            writer.Write(data[at..Removed[removed].Start]);
            at = Removed[removed].End;
        }

        place = new EditPlace { At = at, Removed = removed, Edit = i, Next = NextStop(i, removed) };
    }

    private int NextStop(int edit, int removed) => Math.Min(
        edit < Edits.Count ? Edits[edit].Start : int.MaxValue, removed < Removed.Count ? Removed[removed].Start : int.MaxValue);

    /// <summary>Where a row of the batch stands; a start below 0 for one that is no record.</summary>
    protected virtual (int Start, int End) SpanOf(int row) => _spans![row];

    /// <summary>How many bytes at the start of a row's span are between it and the row in front.</summary>
    protected virtual int SeparatorOf(int row) => 0;

    /// <summary>The first edit at a place or behind it.</summary>
    private int FirstEdit(int place)
    {
        var (first, end) = (0, Edits.Count);
        while (first < end)
        {
            var middle = (first + end) >>> 1;
            if (Edits[middle].Start < place) first = middle + 1;
            else end = middle;
        }

        return first;
    }

    /// <summary>Sees to what becomes of a row's bytes, row by row.</summary>
    protected virtual void PlanRow(int row, (int Start, int End) span, bool isLeftOut)
    {
        if (isLeftOut) Removed.Add(span);
    }

    /// <summary>Cells were numbered anew.</summary>
    protected virtual void Renumber(int[][] cells)
    {
        for (var i = 0; i < Edits.Count; i++)
        {
            if (Edits[i].Source >= 0) Edits[i] = Edits[i] with { Index = cells[Edits[i].Source][Edits[i].Index] };
        }
    }

    /// <summary>A row was read whole.</summary>
    protected void AddRow(int start, int end)
    {
        _spans?.Add((start, end));
        Rows++;
    }

    protected void NumberRows(CellColumn[] columns)
    {
        foreach (var column in columns) (column.FirstRow, column.SourceRows) = (FirstRow, _sourceRows);
    }

    /// <summary>Where the batch's records begin: behind the byte order mark at the start of a file; below 0 where there is too little to tell.</summary>
    protected int BehindMark(ReadOnlySpan<byte> data, bool final)
    {
        if (_begun) return 0;
        if (data.Length < 3 && !final) return -1;
        _begun = true;
        return data.StartsWith("\uFEFF"u8) ? 3 : 0;
    }

    protected abstract int ReadBatch(ReadOnlySpan<byte> data, bool final);

    /// <summary>Writes one cell in the place of another.</summary>
    /// <param name="writer">Receives it.</param>
    /// <param name="original">What stood there.</param>
    /// <param name="rule">Of which field.</param>
    /// <param name="cells">Its column.</param>
    /// <param name="i">The cell.</param>
    protected abstract void WriteCell(ref SpanWriter writer, ReadOnlySpan<byte> original, int rule, CellColumn cells, int i);

    /// <summary>Remembers where something goes that is worked on by itself.</summary>
    protected virtual void LeaveGap(int index, ref SpanWriter writer, IBufferWriter<byte> output) => throw new InvalidOperationException("nothing here is worked on by itself");

    /// <summary>A record begins, or something between records: <see cref="TakeBack"/> takes back what is read from here.</summary>
    protected void Mark()
    {
        for (var i = 0; i < Columns.Length; i++) _marks[i] = Columns[i].Count;
        _markedEdits = Edits.Count;
    }

    /// <summary>What was read since <see cref="Mark"/> turned out faulty.</summary>
    protected void TakeBack()
    {
        for (var i = 0; i < Columns.Length; i++) Columns[i].CutTo(_marks[i]);
        Edits.RemoveRange(_markedEdits, Edits.Count - _markedEdits);
    }

    /// <summary>Binds the cells of the record that was just read to the values that say whose they are.</summary>
    protected void BindSubjects()
    {
        for (var rule = 0; rule < Columns.Length; rule++)
        {
            if (Profile.Fields[rule].Subject >= 0) Columns[rule].BindRow(Rows, Columns[Profile.Fields[rule].Subject]);
        }
    }

    /// <summary>Whether the record that was just read has a value in a column.</summary>
    protected bool HasCell(CellColumn cells) => cells.Count > 0 && cells.Row(cells.Count - 1) == Rows && !cells[cells.Count - 1].IsEmpty;

    /// <summary>What is wrong with the record that is being read.</summary>
    protected RecordException Bad(RecordError error, string? field, string what)
    {
        var row = FirstRow + Rows;
        return new RecordException(error, row, field, field is null ? $"record {row}: {what}" : $"record {row}, {field}: {what}");
    }

    /// <summary>Whether a row has a cell by which a return is checked. What is around the records counts as a row of its own
    /// if it has one: going out and coming back must agree on that.</summary>
    protected bool HasTaggedCells(int row)
    {
        for (var i = 0; i < Columns.Length; i++)
        {
            var cells = Columns[i];
            if ((Profile.Fields[i].IsReversible || Profile.Fields[i].IsWitness || i == Profile.RowKeyIndex) && cells.Count > 0 && cells.Row(cells.Count - 1) == row) return true;
        }

        return false;
    }

    /// <summary>Whether cells of a field are read at all.</summary>
    protected bool IsGathered(int rule) => _gathered[rule];

    /// <summary>Whether cells of a field are written differently: masked on the way out, turned back on the way in.</summary>
    protected bool IsReplaced(FieldRule field) => field.Rule.Bind is not null && (!IsReturn || field.IsReversible);

    /// <summary>Whether a field is left out of the masked copy.</summary>
    protected bool IsDropped(FieldRule field) => field.Rule.IsDrop && !IsReturn;

    /// <summary>What is wrong with the encoding of some bytes, or null.</summary>
    protected static (RecordError Error, string What)? EncodingFault(ReadOnlySpan<byte> bytes) => FileSignature.EncodingFault(bytes);
}
