using System.Buffers;
using System.Globalization;
using System.Text;
using SecureExchange.Masking.Files.Workbooks;

namespace SecureExchange.Masking.Records;

/// <content>The way out: what was read, with masked cells, rows put in, and rows left out.</content>
internal sealed partial class SheetCodec
{
    private int _copied; // How far the literal bytes are written, and what goes in between or is left out.
    private int _removedSoFar;
    private int _insertedSoFar;

    public override void Write(ReadOnlySpan<byte> data, CellColumn[] replaced, ReadOnlySpan<bool> guarded, IBufferWriter<byte> output)
    {
        NumberRows(replaced);
        var writer = new SpanWriter(output);
        (_copied, _removedSoFar, _insertedSoFar) = (0, 0, 0);
        foreach (var slot in _slots)
        {
            CopyTo(ref writer, slot.At);
            if (slot.At < _copied) continue; // Of a row that is left out.
            var cells = replaced[slot.Rule];
            WriteCell(ref writer, slot with { Row = _rows.Now(slot.Row) }, cells[slot.Index], cells.Kind(slot.Index));
        }

        CopyTo(ref writer, _literal.Length);
        if (_state == State.Behind)
        {
            _rows.WriteMerged(ref writer);
            writer.Write("</worksheet>"u8);
        }

        writer.Flush();
    }

    /// <summary>Puts a row in front of one of the batch's, whose number it takes.</summary>
    public override void InsertBefore(int row, byte[] line) => _inserted.Add((SpanOf(SourceOf(row)).Start, line));

    public override void WriteLike(ReadOnlySpan<byte> data, int row, int before, CellColumn[] cells, IBufferWriter<byte> output)
    {
        var (at, end) = SpanOf(SourceOf(row));
        var writer = new SpanWriter(output);
        foreach (var slot in _slots)
        {
            if (slot.At < at) continue;
            if (slot.At > end) break;
            writer.Write(_literal.Written[at..slot.At]);
            at = slot.At;
            var own = cells[slot.Rule];
            var index = slot.Index - Columns[slot.Rule].FirstOfRow(row);
            WriteCell(ref writer, slot, own[index], own.Kind(index));
        }

        writer.Write(_literal.Written[at..end]);
        writer.Flush();
    }

    /// <summary>Copies what needn't be replaced, with rows put in and rows left out.</summary>
    private void CopyTo(ref SpanWriter writer, int end)
    {
        while (true)
        {
            var removed = _removedSoFar < Removed.Count ? Removed[_removedSoFar].Start : int.MaxValue;
            var inserted = _insertedSoFar < _inserted.Count ? _inserted[_insertedSoFar].At : int.MaxValue;
            var next = Math.Min(removed, inserted);
            if (next > end) break;
            _rows.Write(ref writer, _literal.Written[_copied..next]);
            if (next == inserted)
            {
                _rows.Insert(ref writer, _inserted[_insertedSoFar++].Row, SheetRows.NumberOf(_literal.Written[next..]));
                _copied = next;
                continue;
            }

            // In a return they are rows that a canary had put there; the sheet closes up again.
            if (IsReturn) _rows.Close(SheetRows.NumberOf(_literal.Written[next..]));
            _copied = Removed[_removedSoFar++].End;
        }

        if (end <= _copied) return;
        _rows.Write(ref writer, _literal.Written[_copied..end]);
        _copied = end;
    }

    protected override void WriteCell(ref SpanWriter writer, ReadOnlySpan<byte> original, int rule, CellColumn cells, int i) =>
        throw new NotSupportedException("sheets are written anew");

    private void WriteCell(ref SpanWriter writer, Slot slot, ReadOnlySpan<byte> text, CellKind kind)
    {
        SheetText.WriteStart(ref writer, slot.Row, slot.Column, slot.Style);
        if (text.IsEmpty) writer.Write("/>"u8);
        else if (kind == CellKind.Number && !text.ContainsAnyExcept(s_number)) SheetText.WriteNumber(ref writer, text);
        else if (kind == CellKind.Literal && text is [(byte)'0' or (byte)'1']) SheetText.WriteTyped(ref writer, "b"u8, text);
        else if (Book!.Styles.IsDate(slot.Style) && SerialDate.TryWrite(text, Book.From1904, out var serial))
            SheetText.WriteNumber(ref writer, Encoding.ASCII.GetBytes(serial.ToString(CultureInfo.InvariantCulture)));
        else SheetText.WriteText(ref writer, text);
    }

    /// <summary>A masked cell among what is written as it is.</summary>
    private readonly record struct Slot(int At, int Rule, int Index, int Row, int Column, int Style);
}
