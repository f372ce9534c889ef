using System.Buffers;
using System.Text.Json;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records;

/// <summary>One JSON document: an object that is the record, or an array of records somewhere in it.</summary>
/// <remarks><code>
/// head  {"batch": 7, "claims": [      a batch of its own, and a row where it has cells that turn back
/// records       {…}, {…}, {…}         as many as are whole
/// tail  ], "total": 3}                like the head
/// </code></remarks>
internal sealed class JsonDocumentCodec : JsonCodec
{
    private readonly FieldPath? _records;
    private readonly JsonNode? _outside;
    private readonly KeySet _outsideKeys = new();
    private readonly List<JsonNode> _way = [];
    private JsonReaderState _state;
    private readonly List<int> _separators = []; // For each record, how much of its span is in front of it: the comma and blanks.
    private bool _anyKept;
    private Phase _phase;
    private Expected _expected;

    private enum Phase
    {
        Head,
        Records,
        Tail,
        Behind,
    }

    private enum Expected
    {
        RecordOrEnd,
        Record,
        CommaOrEnd,
    }

    public JsonDocumentCodec(MaskingProfile profile, MaskingLimits limits, bool isReturn) : base(profile, limits, isReturn)
    {
        _records = profile.Layout.Records;
        _outside = profile.Trees.JsonOutside;
    }

    public override void BeginFile() => (_phase, _anyKept) = (Phase.Head, false);

    public override void Write(ReadOnlySpan<byte> data, CellColumn[] replaced, ReadOnlySpan<bool> guarded, IBufferWriter<byte> output)
    {
        if (IsReturn && Profile.HasCanaries) CloseUp();
        base.Write(data, replaced, guarded, output);
    }

    /// <summary>A record that is left out goes with the comma in front of it, and where nothing is left in front the next one's goes too.</summary>
    protected override void PlanRow(int row, (int Start, int End) span, bool isLeftOut)
    {
        if (isLeftOut) Removed.Add(span);
        else if (!_anyKept && SeparatorOf(row) > 0) Removed.Add((span.Start, span.Start + SeparatorOf(row)));
        _anyKept |= !isLeftOut;
    }

    protected override int SeparatorOf(int row) => _separators[row];

    protected override int ReadBatch(ReadOnlySpan<byte> data, bool final)
    {
        _separators.Clear();
        try
        {
            return _phase switch
            {
                Phase.Head when _records is null => ReadWhole(data, final),
                Phase.Head => ReadHead(data, final),
                Phase.Records => ReadRecords(data, final),
                Phase.Tail => final ? ReadTail(data) : 0,
                _ => data.IsEmpty ? 0 : throw Bad(RecordError.NotJson, null, "something stands behind the document"),
            };
        }
        catch (JsonException)
        {
            // Its own message repeats what stands there.
            throw Bad(RecordError.NotJson, null, "what is around the records is not JSON");
        }
    }

    private int ReadWhole(ReadOnlySpan<byte> data, bool final)
    {
        if (!final) return 0;
        var mark = data.StartsWith("\uFEFF"u8) ? 3 : 0;
        ReadRecord(data[mark..], mark);
        AddRow(-1, -1);
        _phase = Phase.Behind;
        return data.Length;
    }

    private int ReadHead(ReadOnlySpan<byte> data, bool final)
    {
        if (data.Length < 3 && !final) return 0;
        var mark = data.StartsWith("\uFEFF"u8) ? 3 : 0;
        var length = FindRecords(data[mark..]);
        if (length < 0) return final ? throw Bad(RecordError.NotJson, null, "the document ends before its records") : 0;
        var head = data.Slice(mark, length);
        Begin(mark);
        _outsideKeys.Clear();
        _way.Clear();
        RequireText(head);
        var reader = new Utf8JsonReader(head, isFinalBlock: false, new JsonReaderState(Options));
        reader.Read();
        var node = _outside!;
        if (_records!.Steps.Count > 0)
        {
            do
            {
                RequireDepth(ref reader);
                _way.Add(node);
                node = ReadMembers(ref reader, node, _outsideKeys, _way.Count, keptEnd: -1, 0, 0)!;
            }
            while (node.Element is null);
        }

        _state = reader.CurrentState;
        (_phase, _expected) = (Phase.Records, Expected.RecordOrEnd);
        FinishOutside();
        return mark + length;
    }

    /// <summary>Finds the opening bracket of the records.</summary>
    /// <returns>Bytes up to behind it; -1 when it isn't there yet.</returns>
    private int FindRecords(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data, isFinalBlock: false, new JsonReaderState(Options));
        if (!reader.Read()) return -1;
        foreach (var step in _records!.Steps)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw NoRecords();
            while (true)
            {
                if (!reader.Read()) return -1;
                if (reader.TokenType == JsonTokenType.EndObject) throw NoRecords();
                if (reader.ValueTextEquals(step.Name)) break;
                if (!reader.TrySkip()) return -1;
            }

            if (!reader.Read()) return -1;
        }

        return reader.TokenType == JsonTokenType.StartArray ? (int)reader.BytesConsumed : throw NoRecords();
    }

    private int ReadRecords(ReadOnlySpan<byte> data, bool final)
    {
        var at = 0;
        var behind = 0; // The record that was read last.
        while (true)
        {
            var blank = data[at..].IndexOfAnyExcept(" \t\r\n"u8);
            if (blank < 0) break;
            at += blank;
            if (data[at] == ']' && _expected != Expected.Record)
            {
                _phase = Phase.Tail;
                return at > 0 || !final ? at : ReadTail(data);
            }

            Mark();
            try
            {
                if (_expected == Expected.CommaOrEnd)
                {
                    if (data[at] != ',') throw Bad(RecordError.NotJson, null, "neither a comma nor the end of the array in front of it");
                    at++;
                    _expected = Expected.Record;
                    continue;
                }

                var length = LengthOfValue(data[at..]);
                if (length < 0 && !final) return WithSeparator(at, behind);
                if (length < 0) throw Bad(RecordError.NotJson, null, "cut off");
                ReadRecord(data.Slice(at, length), at);
                var start = _expected == Expected.Record ? behind : at;
                _separators.Add(at - start);
                AddRow(start, at + length);
                behind = at += length;
                _expected = Expected.CommaOrEnd;
            }
            catch (RecordException fault)
            {
                TakeBack();
                Fault = fault;
                return at;
            }
        }

        if (final) Fault = Bad(RecordError.NotJson, null, "the array isn't closed");
        return WithSeparator(data.Length, behind);
    }

    /// <summary>Where a record may be left out or put in between, what is in front of it waits with it for the next batch.</summary>
    private int WithSeparator(int at, int behind)
    {
        if (!(LeavesOut || Profile.HasCanaries) || _expected == Expected.RecordOrEnd) return at;
        _expected = Expected.CommaOrEnd;
        return behind;
    }

    /// <summary>The first record that is left of a return has no comma in front.</summary>
    private void CloseUp()
    {
        var first = 0;
        while (first < Removed.Count && Removed[first] == SpanOf(first)) first++;
        if (_anyKept || first >= _separators.Count) return;
        _anyKept = true;
        var start = SpanOf(first).Start;
        if (_separators[first] > 0) Removed.Insert(first, (start, start + _separators[first]));
    }

    private int LengthOfValue(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data, isFinalBlock: false, new JsonReaderState(Options));
        try
        {
            return reader.Read() && reader.TrySkip() ? (int)reader.BytesConsumed : -1;
        }
        catch (JsonException)
        {
            throw Bad(RecordError.NotJson, null, $"not JSON, at or before byte {reader.BytesConsumed + 1} of the record");
        }
    }

    private int ReadTail(ReadOnlySpan<byte> data)
    {
        Begin(0);
        RequireText(data);
        // The state is that of an array just opened: the bracket that closes it may come next.
        var reader = new Utf8JsonReader(data, isFinalBlock: true, _state);
        reader.Read();
        for (var level = _way.Count; level > 0; level--)
            ReadMembers(ref reader, _way[level - 1], _outsideKeys, level, (int)reader.BytesConsumed, 0, 0);
        reader.Read();
        _phase = Phase.Behind;
        FinishOutside();
        return data.Length;
    }

    private void FinishOutside()
    {
        BindSubjects();
        if (HasTaggedCells(Rows)) AddRow(-1, -1);
    }

    private void RequireText(ReadOnlySpan<byte> bytes)
    {
        if (EncodingFault(bytes) is { } bad) throw Bad(bad.Error, null, bad.What);
    }

    private RecordException NoRecords() => Bad(RecordError.NotAnObject, null, "the document has no array where the profile says that the records are");
}
