using System.Buffers;
using System.Security.Cryptography;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Records.Segments;

/// <summary>Messages of segments and elements with separators between them. Whatever isn't replaced stays as it is, separators and
/// line ends included.</summary>
internal abstract class SegmentCodec : RecordCodec
{
    private static readonly SearchValues<byte> s_idBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8);
    private static readonly SearchValues<byte> s_framing = SearchValues.Create(" \r\n\t\v\u001c"u8);
    private readonly IReadOnlyList<SegmentRule> _rules;
    private readonly List<SegmentRule> _here = [];
    private readonly int[] _hits;
    private readonly Dictionary<int, ulong> _seen = [];
    private byte[] _scratch = new byte[1024];
    private int _segments;
    private bool _started;

    private protected SegmentCodec(MaskingProfile profile, MaskingLimits limits, bool isReturn) : base(profile, limits, isReturn)
    {
        _rules = profile.Trees.Segments!;
        _hits = new int[profile.Fields.Count];
    }

    /// <summary>As the message that is being read declares it.</summary>
    protected SegmentSyntax Syntax { get; set; }

    public override void BeginFile() => _started = false;

    public override RecordException TooLarge() => Bad(RecordError.RecordTooLarge, null, $"longer than {Limits.MaxRecord} bytes");

    public override void Zero()
    {
        base.Zero();
        CryptographicOperations.ZeroMemory(_scratch);
    }

    protected sealed override int ReadBatch(ReadOnlySpan<byte> data, bool final)
    {
        var at = 0;
        if (!_started)
        {
            if (data.Length < 128 && !final) return 0;
            if (data.StartsWith("\uFEFF"u8)) at = 3;
            if (!Begin(data[at..])) throw Bad(RecordError.NotAMessage, null, "the file doesn't begin like a message of this format");
            _started = true;
        }

        while (at < data.Length)
        {
            Mark();
            try
            {
                var length = FindPart(data[at..], final, out var isRecord);
                if (length <= 0) break;
                ReadPart(data, at, at + length, isRecord);
                at += length;
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

    public override ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> raw) => Decode(raw, _scratch);

    protected override void WriteCell(ref SpanWriter writer, ReadOnlySpan<byte> original, int rule, CellColumn cells, int i)
    {
        if (cells.Kind(i) == CellKind.RawText) writer.Write(cells[i]);
        else WriteText(ref writer, original, cells, i);
    }

    /// <summary>Reads the separators of the first message.</summary>
    protected abstract bool Begin(ReadOnlySpan<byte> data);

    /// <summary>The length of a segment without its end; -1 where that isn't there.</summary>
    protected abstract int LengthOfSegment(ReadOnlySpan<byte> data);

    protected abstract bool StartsRecord(ReadOnlySpan<byte> id);

    protected abstract bool EndsRecord(ReadOnlySpan<byte> id);

    /// <summary>A segment that declares separators. They are taken, and how many of its elements are such.</summary>
    protected abstract int ReadSyntax(ReadOnlySpan<byte> id, ReadOnlySpan<byte> segment);

    /// <summary>The text of an element with its escapes resolved.</summary>
    protected abstract ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> raw, Span<byte> scratch);

    protected abstract void WriteText(ref SpanWriter writer, ReadOnlySpan<byte> original, CellColumn cells, int i);

    /// <summary>Whether the spelling is the one that <see cref="WriteText"/> would choose.</summary>
    protected abstract bool IsOurs(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> text);

    /// <summary>Whether a segment that the profile hasn't may go as a whole, or has to stay with nothing in it.</summary>
    protected abstract bool MayDropSegments { get; }

    /// <summary>The name of a segment, behind whatever frames a message.</summary>
    protected virtual ReadOnlySpan<byte> IdOf(ReadOnlySpan<byte> segment)
    {
        var end = segment.IndexOf(Syntax.Element);
        return end < 0 ? segment : segment[..end];
    }

    private int FindPart(ReadOnlySpan<byte> data, bool final, out bool isRecord)
    {
        isRecord = false;
        var isFirst = true;
        for (var at = 0; at < data.Length;)
        {
            var length = LengthOfSegment(data[at..]);
            if (length < 0 && !final) return -1;
            if (length < 0) length = data.Length - at;
            var segment = data.Slice(at, length);
            if (segment.ContainsAnyExcept(s_framing))
            {
                var id = IdOf(segment.TrimStart(" \r\n\t\v"u8));
                if (isFirst) isRecord = StartsRecord(id);
                else if (StartsRecord(id) || (isRecord && EndsRecord(id))) return at;
                isFirst = false;
            }

            at += Math.Min(length + 1, data.Length - at);
        }

        return final ? data.Length : -1;
    }

    private void ReadPart(ReadOnlySpan<byte> data, int start, int end, bool isRecord)
    {
        var part = data[start..end];
        if (part.Length > Limits.MaxRecord) throw TooLarge();
        if (EncodingFault(part) is { } bad) throw Bad(bad.Error, null, bad.What);
        if (_scratch.Length < part.Length) Array.Resize(ref _scratch, 2 * part.Length);
        Array.Clear(_hits);
        _seen.Clear();
        _segments = 0;
        for (var at = start; at < end;)
        {
            var length = LengthOfSegment(data[at..end]);
            if (length < 0) length = end - at;
            var from = at;
            while (from < at + length && data[from] is (byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'\t' or 0x0B or 0x1C) from++;
            if (from < at + length) ReadSegment(data, from, at + length, Math.Min(at + length + 1, end));
            at = Math.Min(at + length + 1, end);
        }

        BindSubjects();
        if (isRecord && !IsReturn && Profile.RowKeyIndex is >= 0 and var key && !HasCell(Columns[key]))
            throw Bad(RecordError.MissingRowKey, Profile.RowKey, "absent or empty, and the profile tells records apart by it");
        if (isRecord) AddRow(start, end);
        else if (HasTaggedCells(Rows)) AddRow(-1, -1);
    }

    private void ReadSegment(ReadOnlySpan<byte> data, int start, int end, int behind)
    {
        var id = IdOf(data[start..end]);
        if (id.Length is < 2 or > 3 || id.ContainsAnyExcept(s_idBytes)) throw Bad(RecordError.NotAMessage, null, "a segment without a name");
        var declared = ReadSyntax(id, data[start..end]);
        var first = start + id.Length + 1;
        var qualifier = first <= end ? Piece(data[first..end], Syntax.Element) : default;
        _here.Clear();
        foreach (var rule in _rules)
        {
            if (rule.IsOf(id, qualifier)) _here.Add(rule);
        }

        _segments++;
        if (_here.Count == 0 && declared == 0 && first < end)
        {
            if (!IsReturn && Profile.Unlisted == UnlistedFields.Refuse)
                throw Bad(RecordError.UnlistedField, System.Text.Encoding.ASCII.GetString(id), "a segment that the profile has nothing of; add it there, or take it out of the file");
            if (!IsReturn && MayDropSegments)
            {
                Edits.Add(new Edit(start, behind, Edit.Removal, 0));
                return;
            }
        }

        if (first > end) return;
        // The separators themselves are the first elements of a segment that declares them.
        var number = declared > 0 ? declared - 1 : 0;
        for (var at = first + SkipDeclared(data[first..end], declared); at <= end; at++)
        {
            var length = Piece(data[at..end], Syntax.Element).Length;
            number++;
            if (length > 0) ReadElement(data, at, at + length, declared > 0 ? number + 1 : number);
            at += length;
        }
    }

    private int SkipDeclared(ReadOnlySpan<byte> rest, int declared) =>
        declared < 2 ? 0 : Math.Min(Piece(rest, Syntax.Element).Length + 1, rest.Length + 1);

    private void ReadElement(ReadOnlySpan<byte> data, int start, int end, int element)
    {
        var whole = _here.Find(rule => rule.Element == element && rule.Component == 0);
        if (whole is { HasRepetitions: false })
        {
            AddCell(data, start, end, whole, 0);
            return;
        }

        var index = 0UL;
        for (var at = start; at <= end; at++)
        {
            var length = Piece(data[at..end], Syntax.Repetition).Length;
            index++;
            if (length > 0 && whole is not null) AddCell(data, at, at + length, whole, index);
            else if (length > 0) ReadComponents(data, at, at + length, element, index);
            at += length;
        }
    }

    private void ReadComponents(ReadOnlySpan<byte> data, int start, int end, int element, ulong repetition)
    {
        if (!_here.Exists(rule => rule.Element == element))
        {
            Leave(data, start, end);
            return;
        }

        var component = 0;
        for (var at = start; at <= end; at++)
        {
            var length = Piece(data[at..end], Syntax.Component).Length;
            component++;
            if (length > 0) ReadSubs(data, at, at + length, element, component, repetition);
            at += length;
        }
    }

    private void ReadSubs(ReadOnlySpan<byte> data, int start, int end, int element, int component, ulong repetition)
    {
        if (_here.Find(rule => rule.Element == element && rule.Component == component && rule.Sub == 0) is { } whole)
        {
            AddCell(data, start, end, whole, repetition);
            return;
        }

        var sub = 0;
        for (var at = start; at <= end; at++)
        {
            var length = Piece(data[at..end], Syntax.Sub).Length;
            sub++;
            if (length > 0 && _here.Find(rule => rule.Element == element && rule.Component == component && rule.Sub == sub) is { } rule) AddCell(data, at, at + length, rule, repetition);
            else if (length > 0) Leave(data, at, at + length);
            at += length;
        }
    }

    /// <summary>Something that no field names.</summary>
    private void Leave(ReadOnlySpan<byte> data, int start, int end)
    {
        if (IsReturn || _here.Exists(rule => rule.Element == 0)) return;
        if (Profile.Unlisted == UnlistedFields.Refuse)
            throw Bad(RecordError.UnlistedField, _here.Count > 0 ? System.Text.Encoding.ASCII.GetString(_here[0].Segment) : null,
                "an element that the profile doesn't have; add it there, or take it out of the file");
        if (data[start..end].Length > 0) Edits.Add(new Edit(start, end, Edit.Removal, 0));
    }

    private void AddCell(ReadOnlySpan<byte> data, int start, int end, SegmentRule rule, ulong repetition)
    {
        if (++_hits[rule.Rule] > 1 && !rule.IsRepeated)
            throw Bad(RecordError.DuplicateKey, Profile.Fields[rule.Rule].Name, "it is there twice in a record; write [*] in its name in the profile if it may be");
        if (!IsGathered(rule.Rule)) return;
        var (place, element) = (0UL, 0);
        if (rule.IsRepeated)
        {
            var occurrence = _seen[rule.Rule] = _seen.GetValueOrDefault(rule.Rule) + 1;
            (place, element) = ((occurrence * 0x9E3779B97F4A7C15) + repetition, _segments);
        }

        var field = Profile.Fields[rule.Rule];
        var raw = data[start..end];
        var text = Decode(raw, _scratch);
        var isPlain = IsOurs(raw, text);
        if (!isPlain && !IsReturn && field.Rule.Spelling == JsonSpelling.SlashOnly)
            throw Bad(RecordError.EscapedValue, field.Name, "components or escapes in it, which the value couldn't come back with; name its components");
        var isRaw = !isPlain && !IsReturn && field.Rule.Spelling == JsonSpelling.Carried;
        Columns[rule.Rule].Add(isRaw ? raw : text, Rows, isRaw ? CellKind.RawText : CellKind.Text, place, element);
        if (IsReplaced(field) && !text.IsEmpty) Edits.Add(new Edit(start, end, rule.Rule, Columns[rule.Rule].Count - 1));
    }

    private static ReadOnlySpan<byte> Piece(ReadOnlySpan<byte> data, byte separator)
    {
        var end = separator == 0 ? -1 : data.IndexOf(separator);
        return end < 0 ? data : data[..end];
    }
}
