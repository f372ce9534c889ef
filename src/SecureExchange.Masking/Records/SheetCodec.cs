using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Files.Workbooks;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records.Xml;

namespace SecureExchange.Masking.Records;

/// <summary>The rows of a sheet (ECMA-376 part 1, 18.3). They are written anew, cell by cell: texts in the cell itself, formulas
/// as the values that they had.</summary>
internal sealed partial class SheetCodec(MaskingProfile profile, MaskingLimits limits, bool isReturn) : RecordCodec(profile, limits, isReturn), IDisposable
{
    private static readonly SearchValues<byte> s_number = SearchValues.Create("0123456789.+-Ee"u8);
    private static readonly SearchValues<byte> s_plain = SearchValues.Create("0123456789.:ABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);
    private readonly HeldBytes _literal = new();
    private readonly List<Slot> _slots = [];
    private readonly List<(int Column, string Name)> _names = [];
    private readonly SheetRows _rows = new();
    private readonly List<(int At, byte[] Row)> _inserted = [];
    private byte[] _scratch = new byte[1024];
    private SheetHeader? _header;
    private State _state;
    private int _row;
    private int _headerRow;

    private enum State
    {
        Head,
        Rows,
        Tail,
        Behind,
    }

    /// <summary>What cells refer to; set before a sheet begins.</summary>
    public SheetBook? Book { get; set; }

    public override int AddedColumns => IsReturn ? _header?.Added ?? 0 : 0;

    public override void BeginFile()
    {
        (_state, _header, _row) = (State.Head, null, 0);
        _names.Clear();
        _rows.Clear();
    }

    public override RecordException TooLarge() => Bad(RecordError.RecordTooLarge, null, $"longer than {Limits.MaxRecord} bytes");

    public override void Zero()
    {
        base.Zero();
        Dispose();
        CryptographicOperations.ZeroMemory(_scratch);
    }

    public void Dispose() => _literal.Dispose();

    protected override void Renumber(int[][] cells)
    {
        for (var i = 0; i < _slots.Count; i++) _slots[i] = _slots[i] with { Index = cells[_slots[i].Rule][_slots[i].Index] };
    }

    protected override int ReadBatch(ReadOnlySpan<byte> data, bool final)
    {
        _slots.Clear();
        _inserted.Clear();
        _literal.Clear();
        try
        {
            var at = _state == State.Head ? ReadHead(data, final) : 0;
            if (_state == State.Rows) at = ReadRows(data, at, final);
            if (_state == State.Tail && final && Fault is null) at = ReadTail(data, at);
            if (_state != State.Behind && final && Fault is null) throw WorkbookParts.NotOne("a sheet that is cut off");
            return at;
        }
        catch (XmlFault)
        {
            throw WorkbookParts.NotOne("a sheet that isn't XML");
        }
    }

    private int ReadHead(ReadOnlySpan<byte> data, bool final)
    {
        var tokens = new XmlTokens(data, 0, final);
        var start = -1;
        var (depth, keep) = (0, false);
        _literal.Clear();
        Put("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\""u8);
        Put(Encoding.ASCII.GetBytes(CellStyles.Namespace + "\">"));
        while (tokens.Next(out var token))
        {
            if (!token.OpensElement && token.Kind != XmlTokenKind.End) continue;
            var name = XmlPart.LocalName(data, token);
            if (token.OpensElement && depth == 1) keep = (name.SequenceEqual("dimension"u8) && !Profile.HasCanaries) || name.SequenceEqual("sheetFormatPr"u8) || name.SequenceEqual("cols"u8);
            if (token.OpensElement && depth == 1 && name.SequenceEqual("sheetData"u8))
            {
                Put("<sheetData>"u8);
                _state = token.Kind == XmlTokenKind.Empty ? State.Tail : State.Rows;
                if (_state == State.Tail) Put("</sheetData>"u8);
                return token.End;
            }

            if (depth >= 1 && keep) PutTag(data, token);
            if (token.Kind == XmlTokenKind.Start) depth++;
            else if (token.Kind == XmlTokenKind.End) depth--;
            start = token.End;
        }

        if (final) throw WorkbookParts.NotOne(start < 0 ? "an empty sheet" : "a sheet without cells");
        _literal.Clear();
        return 0;
    }

    private int ReadRows(ReadOnlySpan<byte> data, int at, bool final)
    {
        var tokens = new XmlTokens(data, at, final);
        while (tokens.Next(out var token))
        {
            if (token.Kind == XmlTokenKind.End && XmlPart.LocalName(data, token).SequenceEqual("sheetData"u8))
            {
                Put("</sheetData>"u8);
                _state = State.Tail;
                return token.End;
            }

            if (token.OpensElement)
            {
                if (!XmlPart.LocalName(data, token).SequenceEqual("row"u8)) throw WorkbookParts.NotOne("something else than rows among the rows");
                var content = token.End;
                if (token.Kind == XmlTokenKind.Start && !SkipTo(ref tokens, data, "row"u8)) return at;
                if (!TryReadRow(data, token, content, tokens.At)) return at;
            }
            else if (token.Kind is XmlTokenKind.Text && data[token.Start..token.End].ContainsAnyExcept(" \t\r\n"u8))
            {
                throw WorkbookParts.NotOne("text among the rows");
            }

            at = tokens.At;
        }

        return at;
    }

    private static bool SkipTo(ref XmlTokens tokens, ReadOnlySpan<byte> data, ReadOnlySpan<byte> name)
    {
        while (tokens.Next(out var token))
        {
            if (token.Kind == XmlTokenKind.End && XmlPart.LocalName(data, token).SequenceEqual(name)) return true;
        }

        return false;
    }

    private bool TryReadRow(ReadOnlySpan<byte> data, XmlToken tag, int content, int end)
    {
        Mark();
        var (literal, slots, row) = (_literal.Length, _slots.Count, _row);
        try
        {
            ReadRow(data, tag, content, end);
            return true;
        }
        catch (RecordException fault)
        {
            TakeBack();
            _slots.RemoveRange(slots, _slots.Count - slots);
            _literal.CutTo(literal);
            _row = row;
            Fault = fault;
            return false;
        }
    }

    private void ReadRow(ReadOnlySpan<byte> data, XmlToken tag, int content, int end)
    {
        if (EncodingFault(data[tag.Start..end]) is { } bad) throw Bad(bad.Error, null, bad.What);
        XmlText.RequireCharacters(data[tag.Start..end]);
        if (end - tag.Start > Limits.MaxRecord) throw TooLarge();
        var number = XmlPart.Attribute(data, tag, "r"u8);
        _row = number.IsEmpty ? _row + 1 : int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var r) && r > _row ? r : throw WorkbookParts.NotOne("rows out of order");
        var start = _literal.Length;
        Put("<row r=\""u8);
        PutNumber(_row);
        Put("\""u8);
        foreach (var name in (string[])["s", "customFormat", "ht", "customHeight", "hidden", "outlineLevel", "collapsed"]) PutPlain(data, tag, Encoding.ASCII.GetBytes(name));
        Put(">"u8);
        var isHeader = _header is null;
        var hasValues = false;
        var column = 0;
        var tokens = new XmlTokens(data[..end], content, final: true);
        while (tokens.Next(out var token))
        {
            if (!token.OpensElement || !XmlPart.LocalName(data, token).SequenceEqual("c"u8)) continue;
            column = SheetText.ColumnOf(XmlPart.Attribute(data, token, "r"u8), column);
            hasValues |= ReadCell(data, token, ref tokens, column, isHeader);
        }

        Put("</row>"u8);
        if (isHeader && hasValues)
        {
            (_header, _headerRow) = (SheetHeader.Read(_names, Profile, IsReturn, Present), _row);
            return;
        }

        if (!hasValues) return;
        BindSubjects();
        if (!IsReturn && Profile.RowKeyIndex is >= 0 and var key && !HasCell(Columns[key]))
            throw Bad(RecordError.MissingRowKey, Profile.RowKey, "absent or empty, and the profile tells records apart by it");
        AddRow(start, _literal.Length);
    }

    /// <returns>Whether there is a value in it.</returns>
    private bool ReadCell(ReadOnlySpan<byte> data, XmlToken tag, ref XmlTokens tokens, int column, bool isHeader)
    {
        var style = XmlPart.Attribute(data, tag, "s"u8);
        if (!style.IsEmpty && !int.TryParse(style, NumberStyles.None, CultureInfo.InvariantCulture, out _)) throw WorkbookParts.NotOne("a style that isn't a number");
        var type = XmlPart.Attribute(data, tag, "t"u8);
        var value = tag.Kind == XmlTokenKind.Start ? ReadContent(data, ref tokens) : default;
        var kind = Classify(type, style, ref value);
        if (isHeader)
        {
            if (value.IsEmpty) return false;
            var name = Encoding.UTF8.GetString(value);
            _names.Add((column, name));
            var isListed = IsReturn || Profile.Trees.Names!.Find(name) >= 0;
            if (isListed) PutCell(column, style, SheetCell.Text, value);
            return true;
        }

        var rule = _header!.Find(column);
        if (value.IsEmpty)
        {
            if (rule is not SheetHeader.Dropped) PutCell(column, style, SheetCell.Blank, default);
            return false;
        }

        if (rule is null && !IsReturn) throw Bad(RecordError.RaggedRow, $"column {column}", "a value in a column that has no name in the first row");
        if (rule is SheetHeader.Dropped) return true;
        if (rule is null or SheetHeader.Passed || !IsGathered(rule.Value))
        {
            PutCell(column, style, kind, value);
            return true;
        }

        var cells = Columns[rule.Value];
        cells.Add(value, Rows, kind == SheetCell.Number ? CellKind.Number : kind == SheetCell.Boolean ? CellKind.Literal : CellKind.Text, _header.Place(column));
        if (IsReplaced(Profile.Fields[rule.Value]) || (MarksKeys && rule == Profile.RowKeyIndex && kind != SheetCell.Error)) _slots.Add(new Slot(_literal.Length, rule.Value, cells.Count - 1, _row, column, StyleOf(style)));
        else PutCell(column, style, kind, value);
        return true;
    }

    /// <summary>The value within a cell's tags, in the scratch buffer, and behind it the tokens.</summary>
    private ReadOnlySpan<byte> ReadContent(ReadOnlySpan<byte> data, ref XmlTokens tokens)
    {
        var length = 0;
        var (inValue, inPhonetic) = (false, false);
        while (tokens.Next(out var token))
        {
            if (token.Kind is XmlTokenKind.Comment or XmlTokenKind.Instruction) continue;
            if (token.Kind is XmlTokenKind.Text or XmlTokenKind.CharacterData)
            {
                if (!inValue || inPhonetic) continue;
                var raw = data[token.Start..token.End];
                if (_scratch.Length - length < raw.Length) Array.Resize(ref _scratch, 2 * (length + raw.Length));
                var text = token.Kind == XmlTokenKind.Text ? XmlText.Decode(raw, _scratch.AsSpan(length)) : raw[9..^3];
                text.CopyTo(_scratch.AsSpan(length));
                length += text.Length;
                continue;
            }

            var name = XmlPart.LocalName(data, token);
            var opens = token.Kind == XmlTokenKind.Start;
            if (name.SequenceEqual("c"u8)) return _scratch.AsSpan(0, length);
            if (name.SequenceEqual("v"u8) || name.SequenceEqual("t"u8)) inValue = opens;
            else if (name.SequenceEqual("rPh"u8)) inPhonetic = opens;
            else if (name.SequenceEqual("f"u8) && token.OpensElement) TakeFormula();
        }

        throw WorkbookParts.NotOne("a cell without end");
    }

    private void TakeFormula()
    {
        if (IsReturn) return;
        if (Profile.Layout.Workbook.RefusesFormulas) throw Bad(RecordError.EntryRefused, null, "a formula, and the profile refuses them");
        Findings.Add("xlsx.formula-replaced");
    }

    private SheetCell Classify(ReadOnlySpan<byte> type, ReadOnlySpan<byte> style, ref ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return SheetCell.Blank;
        if (type.SequenceEqual("s"u8))
        {
            value = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < Book!.Strings.Count
                ? Book.Strings[i] : throw WorkbookParts.NotOne("a cell that refers to a text that isn't there");
            return value.IsEmpty ? SheetCell.Blank : SheetCell.Text;
        }

        if (type.SequenceEqual("inlineStr"u8) || type.SequenceEqual("str"u8) || type.SequenceEqual("d"u8)) return SheetCell.Text;
        if (type.SequenceEqual("b"u8)) return value is [(byte)'0' or (byte)'1'] ? SheetCell.Boolean : throw WorkbookParts.NotOne("a truth value that is none");
        if (type.SequenceEqual("e"u8)) return SheetCell.Error;
        if (value.ContainsAnyExcept(s_number) || value.Length > 32) throw WorkbookParts.NotOne("a number that is none");
        if (!Book!.Styles.IsDate(StyleOf(style)) || !SerialDate.TryRead(value, Book.From1904, _scratch.AsSpan(value.Length))) return SheetCell.Number;
        value = _scratch.AsSpan(value.Length, 10);
        return SheetCell.Date;
    }

    private int ReadTail(ReadOnlySpan<byte> data, int at)
    {
        var tokens = new XmlTokens(data, at, final: true);
        var depth = 1;
        var merges = false;
        while (tokens.Next(out var token))
        {
            if (!token.OpensElement && token.Kind != XmlTokenKind.End) continue;
            var name = XmlPart.LocalName(data, token);
            if (token.OpensElement && depth == 1)
            {
                merges = name.SequenceEqual("mergeCells"u8);
                if (!merges && !IsRoutine(name)) CountElement();
            }

            if (merges && depth == 2 && token.OpensElement) _rows.Merge(XmlPart.Attribute(data, token, "ref"u8));
            if (token.Kind == XmlTokenKind.Start) depth++;
            else if (token.Kind == XmlTokenKind.End) depth--;
        }

        if (depth != 0) throw WorkbookParts.NotOne("a sheet that is cut off");
        if (!IsReturn && Profile.HasCanaries && _rows.MergesBehind(_headerRow))
            throw Bad(RecordError.EntryRefused, null, "cells are merged over several rows below the header, and the profile puts canary rows between rows; take the merge out");
        _state = State.Behind;
        return data.Length;
    }

    private void CountElement()
    {
        if (IsReturn) return;
        if (Profile.Layout.Workbook.IsStrict) throw Bad(RecordError.EntryRefused, null, "a sheet has more than cells: validations, links, drawings or the like, and the profile refuses them");
        Findings.Add("xlsx.sheet-element-removed");
    }

    private static bool IsRoutine(ReadOnlySpan<byte> name) => name.SequenceEqual("pageMargins"u8) || name.SequenceEqual("pageSetup"u8)
        || name.SequenceEqual("printOptions"u8) || name.SequenceEqual("phoneticPr"u8) || name.SequenceEqual("sheetCalcPr"u8) || name.SequenceEqual("ignoredErrors"u8);

    private static int StyleOf(ReadOnlySpan<byte> style) => style.IsEmpty ? -1 : int.Parse(style, NumberStyles.None, CultureInfo.InvariantCulture);

    private void PutCell(int column, ReadOnlySpan<byte> style, SheetCell kind, ReadOnlySpan<byte> value)
    {
        var writer = new SpanWriter(_literal);
        SheetText.WriteStart(ref writer, _row, column, StyleOf(style));
        if (kind == SheetCell.Date && SerialDate.TryWrite(value, Book!.From1904, out var serial)) SheetText.WriteNumber(ref writer, Encoding.ASCII.GetBytes(serial.ToString(CultureInfo.InvariantCulture)));
        else if (kind == SheetCell.Number) SheetText.WriteNumber(ref writer, value);
        else if (kind is SheetCell.Boolean) SheetText.WriteTyped(ref writer, "b"u8, value);
        else if (kind is SheetCell.Error) SheetText.WriteTyped(ref writer, "e"u8, value);
        else if (kind is SheetCell.Blank) writer.Write("/>"u8);
        else SheetText.WriteText(ref writer, value);
        writer.Flush();
    }

    /// <summary>A tag of the vocabulary, with those of its attributes that can't say anything but numbers and places.</summary>
    private void PutTag(ReadOnlySpan<byte> data, XmlToken token)
    {
        Put(token.Kind == XmlTokenKind.End ? "</"u8 : "<"u8);
        Put(XmlPart.LocalName(data, token));
        if (token.OpensElement)
        {
            var attributes = new XmlAttributes(data, token.NameEnd, token.End - 1);
            while (attributes.Next())
            {
                if (!attributes.Name.Contains((byte)':') && IsPlain(attributes.Value)) Put(data[attributes.Start..(attributes.ValueEnd + 1)]);
            }
        }

        Put(token.Kind == XmlTokenKind.Empty ? "/>"u8 : ">"u8);
    }

    private void PutPlain(ReadOnlySpan<byte> data, XmlToken tag, ReadOnlySpan<byte> name)
    {
        var value = XmlPart.Attribute(data, tag, name);
        if (value.IsEmpty || !IsPlain(value)) return;
        Put(" "u8);
        Put(name);
        Put("=\""u8);
        Put(value);
        Put("\""u8);
    }

    /// <summary>A number, a truth value, or a reference such as A1:C3.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> value) => value.Length <= 24
        && (value.SequenceEqual("true"u8) || value.SequenceEqual("false"u8) || !value.ContainsAnyExcept(s_plain));

    private void PutNumber(int number)
    {
        var writer = new SpanWriter(_literal);
        SheetText.WriteInteger(ref writer, number);
        writer.Flush();
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_literal.GetSpan(bytes.Length));
        _literal.Advance(bytes.Length);
    }
}
