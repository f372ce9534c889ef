using System.Text;
using SecureExchange.Masking.Files.Encodings;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records;

/// <summary>Records of a fixed number of columns, on lines or one behind the other. What no field covers must be blank, or is
/// made so.</summary>
internal sealed class FixedWidthCodec : RecordCodec
{
    private readonly FixedLayout _layout;
    private readonly FixedField[] _fields;
    private readonly int[] _order;
    private readonly bool _isWide;
    private readonly int[] _offsets;

    public FixedWidthCodec(MaskingProfile profile, MaskingLimits limits, bool isReturn) : base(profile, limits, isReturn)
    {
        _layout = profile.Layout.Fixed!;
        _fields = [.. profile.Fields.Select(field => _layout.Of(field.Path.Canonical))];
        _order = [.. Enumerable.Range(0, _fields.Length).OrderBy(i => _fields[i].Start)];
        _isWide = profile.Layout.Encoding == FileEncoding.ShiftJis;
        _offsets = new int[_layout.RecordLength + 2];
    }

    public override bool CanBeCut => _layout.Ends != LineEnds.None;

    public override int Cut(ReadOnlySpan<byte> data, out int rows) => LineCut.Cut(data, blankPass: false, out rows);

    public override RecordException TooLarge() => Bad(RecordError.RecordTooLarge, null, $"longer than {Limits.MaxRecord} bytes");

    protected override int ReadBatch(ReadOnlySpan<byte> data, bool final)
    {
        var at = BehindMark(data, final);
        if (at < 0) return 0;
        while (at < data.Length)
        {
            Mark();
            try
            {
                var length = FindRecord(data[at..], final, out var next);
                if (length < 0) break;
                ReadRecord(data.Slice(at, length), at);
                AddRow(at, at + next);
                at += next;
            }
            catch (RecordException fault)
            {
                TakeBack();
                Fault = fault;
                break;
            }
        }

        return at;
    }

    protected override void WriteCell(ref SpanWriter writer, ReadOnlySpan<byte> original, int rule, CellColumn cells, int i)
    {
        var field = _fields[rule];
        var cell = cells[i];
        var room = field.End - field.Start - WidthOf(cell);
        if (room < 0)
            throw cells.Fault(i, RecordError.WrongLength,
                "what comes out hasn't room in the field; use a transform that keeps the length (fpe), or one that makes it shorter");
        if (!field.IsRight) writer.Write(cell);
        while (room-- > 0) writer.Write(field.Pad == '0' && !field.IsRight ? (byte)' ' : field.Pad);
        if (field.IsRight) writer.Write(cell);
    }

    /// <returns>Bytes of the record without its line end; -1 when it isn't whole yet.</returns>
    private int FindRecord(ReadOnlySpan<byte> data, bool final, out int next)
    {
        next = 0;
        if (_layout.Ends == LineEnds.None)
        {
            var at = 0;
            for (var column = 0; column < _layout.RecordLength; column++)
            {
                if (at == data.Length) return final ? throw Length() : -1;
                var status = Rune.DecodeFromUtf8(data[at..], out var rune, out var used);
                if (status == System.Buffers.OperationStatus.NeedMoreData && !final) return -1;
                if (status != System.Buffers.OperationStatus.Done) throw Bad(RecordError.NotUtf8, null, EncodingFault(data[at..][..used])?.What ?? "not UTF-8");
                if (IsWide(rune)) column++;
                at += used;
            }

            next = at;
            return at;
        }

        var end = data.IndexOf((byte)'\n');
        if (end < 0 && !final) return -1;
        next = end < 0 ? data.Length : end + 1;
        if (end < 0) end = data.Length;
        return end > 0 && data[end - 1] == '\r' ? end - 1 : end;
    }

    private void ReadRecord(ReadOnlySpan<byte> record, int offset)
    {
        if (record.Length > Limits.MaxRecord) throw TooLarge();
        if (EncodingFault(record) is { } bad) throw Bad(bad.Error, null, bad.What);
        MeasureColumns(record);
        var covered = 1;
        foreach (var rule in _order)
        {
            RequireBlank(record, covered, _fields[rule].Start, offset);
            covered = _fields[rule].End;
            ReadField(record, rule, offset);
        }

        RequireBlank(record, covered, _layout.RecordLength + 1, offset);
        BindSubjects();
        if (!IsReturn && Profile.RowKeyIndex is >= 0 and var key && !HasCell(Columns[key]))
            throw Bad(RecordError.MissingRowKey, Profile.RowKey, "empty, and the profile tells rows apart by it");
    }

    /// <summary>Finds where each column begins.</summary>
    private void MeasureColumns(ReadOnlySpan<byte> record)
    {
        var column = 1;
        for (var at = 0; at < record.Length;)
        {
            Rune.DecodeFromUtf8(record[at..], out var rune, out var used);
            var isWide = IsWide(rune);
            if (column + (isWide ? 1 : 0) > _layout.RecordLength) throw Length();
            if (rune.Value < 0x20) throw Bad(RecordError.WrongLength, null, "a control character within a record");
            _offsets[column++] = at;
            if (isWide) _offsets[column++] = -1; // Half a character: no field may begin here.
            at += used;
        }

        if (column != _layout.RecordLength + 1) throw Length();
        _offsets[column] = record.Length;
    }

    private void ReadField(ReadOnlySpan<byte> record, int rule, int offset)
    {
        var field = _fields[rule];
        var (start, end) = (_offsets[field.Start], _offsets[field.End]);
        if (start < 0 || end < 0) throw Bad(RecordError.WrongLength, Profile.Fields[rule].Name, "it begins or ends in the middle of a wide character");
        if (!IsGathered(rule)) return;
        var cells = Columns[rule];
        var value = record[start..end];
        // Zeros are digits of the value: what is encrypted with them must come back with them.
        if (field.Pad == '0' && !value.ContainsAnyExcept((byte)' ')) value = default;
        else if (field.Pad == ' ') value = field.IsRight ? value.TrimStart((byte)' ') : value.TrimEnd((byte)' ');
        cells.Add(value, Rows);
        if (value.IsEmpty) return;
        if (IsReplaced(Profile.Fields[rule])) Edits.Add(new Edit(offset + start, offset + end, rule, cells.Count - 1));
        else if (MarksKeys && rule == Profile.RowKeyIndex) Edits.Add(new Edit(offset + start, offset + end, Edit.Key, 0));
    }

    private void RequireBlank(ReadOnlySpan<byte> record, int from, int to, int offset)
    {
        if (from >= to) return;
        var (start, end) = (_offsets[from], _offsets[to]);
        if (start < 0 || end < 0) throw Bad(RecordError.WrongLength, null, "a field begins or ends in the middle of a wide character");
        if (IsReturn || !record[start..end].ContainsAnyExcept((byte)' ')) return;
        if (Profile.Unlisted == UnlistedFields.Refuse)
            throw Bad(RecordError.UnlistedField, $"column {from}", $"something stands in columns {from} to {to - 1}, where the profile has no field");
        for (var column = from; column < to; column++)
        {
            if (_offsets[column] >= 0) Edits.Add(new Edit(offset + _offsets[column], offset + EndOf(column), Edit.Blank, EndOf(column) == _offsets[column + 1] ? 1 : 2));
        }
    }

    private int EndOf(int column) => _offsets[column + 1] >= 0 ? _offsets[column + 1] : _offsets[column + 2];

    private int WidthOf(ReadOnlySpan<byte> text)
    {
        var width = 0;
        foreach (var rune in Encoding.UTF8.GetString(text).EnumerateRunes()) width += IsWide(rune) ? 2 : 1;
        return width;
    }

    /// <summary>In Shift-JIS columns are bytes, and all but ASCII and the narrow kana takes two.</summary>
    private bool IsWide(Rune rune) => _isWide && rune.Value is > 0x7F and not (>= 0xFF61 and <= 0xFF9F);

    private RecordException Length() => Bad(RecordError.WrongLength, null, $"a record has {_layout.RecordLength} columns, and this one hasn't");
}
