using System.Security.Cryptography;
using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Records.Xml;

/// <summary>XML 1.0 without DTDs: each element at a path is a record, and what is between them is read by paths of its own.
/// Tags, white space, prefixes and spelling outside replaced values stay as they are.</summary>
internal sealed class XmlCodec : RecordCodec
{
    private const int MaxAttributes = 256;
    private readonly XmlNode _record;
    private readonly XmlNode _outside;
    private readonly byte[][] _way;
    private readonly bool[] _isAttribute;
    private readonly XmlStack _open = new();
    private readonly XmlSpaces _spaces = new();
    private byte[] _scratch = new byte[1024];
    private State _state;
    private int _elements;

    private enum State
    {
        Start,
        Inside,
        Behind,
    }

    public XmlCodec(MaskingProfile profile, MaskingLimits limits, bool isReturn) : base(profile, limits, isReturn)
    {
        _record = profile.Trees.Xml!;
        _outside = profile.Trees.XmlOutside!;
        _way = [.. (profile.Layout.Records?.Steps ?? []).Select(step => Encoding.UTF8.GetBytes(step.Name[(step.Name.IndexOf(':', StringComparison.Ordinal) + 1)..]))];
        _isAttribute = [.. profile.Fields.Select(field => field.Path.Steps.Count > 0 && field.Path.Steps[^1].Name[0] == '@')];
    }

    public override void BeginFile()
    {
        _state = State.Start;
        _open.Clear();
        _spaces.Clear();
    }

    public override RecordException TooLarge() => Bad(RecordError.RecordTooLarge, null, $"longer than {Limits.MaxRecord} bytes");

    public override void Zero()
    {
        base.Zero();
        _open.Zero();
        CryptographicOperations.ZeroMemory(_scratch);
    }

    protected override int ReadBatch(ReadOnlySpan<byte> data, bool final)
    {
        var at = 0;
        if (_state == State.Start)
        {
            if (data.Length < 3 && !final) return 0;
            if (data.StartsWith("\uFEFF"u8)) at = 3;
        }

        while (true)
        {
            Mark();
            try
            {
                var length = FindPart(data[at..], final, out var isRecord);
                if (length < 0 && final) throw new XmlFault("cut off");
                if (length < 0) return at;
                if (length == 0) break;
                ReadPart(data, at, at + length, isRecord);
                at += length;
            }
            catch (XmlFault fault)
            {
                TakeBack();
                Fault = Bad(fault.IsDtd ? RecordError.DtdRefused : RecordError.NotXml, null, $"not XML as it is taken here: {fault.Message}");
                return at;
            }
            catch (RecordException fault)
            {
                TakeBack();
                Fault = fault;
                return at;
            }
        }

        if (final && _state != State.Behind) Fault = Bad(RecordError.NotXml, null, "not XML: the document ends before its last tag");
        return at;
    }

    public override ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> raw) => raw.Contains((byte)'<') ? JoinText(raw) : XmlText.Decode(raw, _scratch);

    protected override void WriteCell(ref SpanWriter writer, ReadOnlySpan<byte> original, int rule, CellColumn cells, int i)
    {
        if (cells.Kind(i) == CellKind.RawText) writer.Write(cells[i]);
        else XmlText.Write(ref writer, cells[i], _isAttribute[rule]);
    }

    /// <summary>A record, or all that stands in front of the next one.</summary>
    /// <returns>Its length; 0 at the end; -1 when it isn't whole yet.</returns>
    private int FindPart(ReadOnlySpan<byte> data, bool final, out bool isRecord)
    {
        isRecord = false;
        var depth = _open.Depth;
        var matched = 0;
        while (matched < depth && matched < _way.Length && IsStep(matched, _open.NameAt(matched))) matched++;
        var tokens = new XmlTokens(data, 0, final);
        while (tokens.Next(out var token))
        {
            if (token.OpensElement)
            {
                var name = data[(token.Start + 1)..token.NameEnd];
                var last = Math.Max(_way.Length - 1, 0);
                if (depth == last && matched == depth && (_way.Length == 0 || IsStep(depth, name)))
                {
                    if (token.Start > 0) return token.Start;
                    isRecord = true;
                    return token.Kind == XmlTokenKind.Empty ? token.End : FindEnd(ref tokens);
                }

                if (token.Kind == XmlTokenKind.Empty) continue;
                if (matched == depth && depth < _way.Length && IsStep(depth, name)) matched++;
                depth++;
            }
            else if (token.Kind == XmlTokenKind.End)
            {
                depth--;
                matched = Math.Min(matched, Math.Max(depth, 0));
            }
        }

        return final ? tokens.At : -1;
    }

    private static int FindEnd(ref XmlTokens tokens)
    {
        for (var depth = 1; tokens.Next(out var token);)
        {
            if (token.Kind == XmlTokenKind.Start) depth++;
            if (token.Kind == XmlTokenKind.End && --depth == 0) return token.End;
        }

        return -1;
    }

    private bool IsStep(int step, ReadOnlySpan<byte> name) => name[(name.IndexOf((byte)':') + 1)..].SequenceEqual(_way[step]);

    private void ReadPart(ReadOnlySpan<byte> data, int start, int end, bool isRecord)
    {
        var part = data[start..end];
        if (isRecord && part.Length > Limits.MaxRecord) throw TooLarge();
        if (EncodingFault(part) is { } bad) throw Bad(bad.Error, null, bad.What);
        XmlText.RequireCharacters(part);
        if (_scratch.Length < part.Length)
        {
            CryptographicOperations.ZeroMemory(_scratch);
            _scratch = new byte[2 * part.Length];
        }

        _elements = 0;
        var isRecordTag = isRecord;
        var tokens = new XmlTokens(data[..end], start, final: true);
        while (tokens.Next(out var token))
        {
            switch (token.Kind)
            {
                case XmlTokenKind.Start or XmlTokenKind.Empty:
                    Open(data, token, isRecordTag);
                    isRecordTag = false;
                    if (token.Kind == XmlTokenKind.Empty) Close(data, token.End, token.End);
                    break;
                case XmlTokenKind.End:
                    if (_open.Depth == 0 || !data[(token.Start + 2)..token.NameEnd].SequenceEqual(_open.NameAt(_open.Depth - 1)))
                        throw new XmlFault("an end tag that closes nothing");
                    Close(data, token.Start, token.End);
                    break;
                case XmlTokenKind.Comment or XmlTokenKind.Instruction:
                    ReadAside(data, token);
                    break;
                default:
                    ReadText(data, token);
                    break;
            }

            if (_state == State.Start) _state = State.Inside;
        }

        BindSubjects();
        if (isRecord && !IsReturn && Profile.RowKeyIndex is >= 0 and var key && !HasCell(Columns[key]))
            throw Bad(RecordError.MissingRowKey, Profile.RowKey, "absent or empty, and the profile tells records apart by it");
        if (isRecord) AddRow(start, end);
        else if (HasTaggedCells(Rows)) AddRow(-1, -1);
    }

    private void Open(ReadOnlySpan<byte> data, XmlToken token, bool isRecord)
    {
        if (_state == State.Behind) throw new XmlFault("a second element beside the outermost one");
        if (_open.Depth >= Limits.MaxDepth) throw Bad(RecordError.TooDeep, null, $"nested deeper than {Limits.MaxDepth}");
        var name = data[(token.Start + 1)..token.NameEnd];
        BindSpaces(data, token);
        var space = _spaces.Resolve(name, isAttribute: false, out var localName);
        var frame = new XmlFrame { TagStart = token.Start, ContentStart = token.End };
        if (isRecord) frame.Node = _record;
        else if (_open.Depth == 0) Enter(ref frame, _outside, 0, 0, localName, space);
        else Enter(ref frame, ref _open.Top, localName, space);
        if (frame.Use == XmlFrameUse.Read && frame.Node!.Rule >= 0) frame.Use = XmlFrameUse.Value;
        _open.Push(frame, name);
        ReadAttributes(data, token);
    }

    private void Enter(ref XmlFrame frame, ref XmlFrame parent, ReadOnlySpan<byte> localName, ReadOnlySpan<byte> space)
    {
        switch (parent.Use)
        {
            case XmlFrameUse.Read:
                Enter(ref frame, parent.Node!, parent.Place, parent.Element, localName, space);
                break;
            case XmlFrameUse.Value:
                if (!IsReturn && !Profile.Fields[parent.Node!.Rule].Rule.TakesContainers)
                    throw Bad(RecordError.NotAValue, parent.Node.Path, "elements, and the profile has a value there");
                parent.HasElements = true;
                frame.Use = XmlFrameUse.Inner;
                break;
            default:
                frame.Use = parent.Use;
                break;
        }
    }

    private void Enter(ref XmlFrame frame, XmlNode parent, ulong place, int element, ReadOnlySpan<byte> localName, ReadOnlySpan<byte> space)
    {
        var part = parent.Find(localName, space, isAttribute: false);
        if (part < 0)
        {
            frame.Use = Unlisted(parent, part);
            return;
        }

        var count = _open.Count(part);
        if (count > 1 && !parent.IsRepeated(part))
            throw Bad(RecordError.DuplicateKey, parent.At(part).Path, "the element is there twice; write [*] behind its name in the profile if it may be");
        frame.Node = parent.At(part);
        if (parent.IsPattern(part)) (frame.Place, frame.Element) = (PlaceOf(place, localName) + (ulong)count, element);
        else (frame.Place, frame.Element) = parent.IsRepeated(part) ? ((place * 0x9E3779B97F4A7C15) + (ulong)count, ++_elements) : (place, element);
    }

    /// <summary>A pattern's values are told apart by their names.</summary>
    private static ulong PlaceOf(ulong place, ReadOnlySpan<byte> name) => (place * 0x9E3779B97F4A7C15) + NamePattern.Place(name);

    private XmlFrameUse Unlisted(XmlNode within, int part = FieldNames.None)
    {
        if (IsReturn) return XmlFrameUse.Pass;
        if (part == FieldNames.Ambiguous)
            throw Bad(RecordError.AmbiguousField, within.Path.Length > 0 ? within.Path : null, "two patterns of the profile fit a name there; list it by itself among the fields");
        if (Profile.Unlisted == UnlistedFields.Drop) return XmlFrameUse.Drop;
        throw Bad(RecordError.UnlistedField, within.Path.Length > 0 ? within.Path : null,
            "an element, attribute or text that the profile doesn't have there; add it, or take it out of the file");
    }

    private void BindSpaces(ReadOnlySpan<byte> data, XmlToken token)
    {
        var attributes = new XmlAttributes(data, token.NameEnd, token.End - 1);
        for (var count = 0; attributes.Next(); count++)
        {
            // Each is compared with those in front of it.
            if (count == MaxAttributes) throw new XmlFault($"more than {MaxAttributes} attributes in a tag");
            if (attributes.Name.SequenceEqual("xmlns"u8)) _spaces.Bind(_open.Depth + 1, default, attributes.Value, isDefault: true);
            else if (attributes.Name.StartsWith("xmlns:"u8)) _spaces.Bind(_open.Depth + 1, attributes.Name[6..], attributes.Value, isDefault: false);
        }
    }

    private void ReadAttributes(ReadOnlySpan<byte> data, XmlToken token)
    {
        ref var frame = ref _open.Top;
        var attributes = new XmlAttributes(data, token.NameEnd, token.End - 1);
        while (attributes.Next())
        {
            RequireOnce(data, token, attributes);
            XmlText.Decode(attributes.Value, _scratch);
            if (attributes.Name.SequenceEqual("xmlns"u8) || attributes.Name.StartsWith("xmlns:"u8)) continue;
            var space = _spaces.Resolve(attributes.Name, isAttribute: true, out var localName);
            if (frame.Use is not (XmlFrameUse.Read or XmlFrameUse.Value)) continue;
            if (space.SequenceEqual(XmlSpaces.SchemaInstance) || attributes.Name.StartsWith("xml:"u8)) continue;
            var part = frame.Node!.Find(localName, space, isAttribute: true);
            if (part >= 0)
            {
                var at = frame.Node.IsPattern(part) ? PlaceOf(frame.Place, localName) : frame.Place;
                AddValue(data, attributes.ValueStart, attributes.ValueEnd, frame.Node.At(part).Rule, frame with { Place = at }, isContainer: false);
            }
            else if (Unlisted(frame.Node, part) == XmlFrameUse.Drop)
            {
                Edits.Add(new Edit(attributes.Start, attributes.ValueEnd + 1, Edit.Removal, 0));
            }
        }
    }

    private static void RequireOnce(ReadOnlySpan<byte> data, XmlToken token, XmlAttributes attribute)
    {
        var before = new XmlAttributes(data, token.NameEnd, token.End - 1);
        while (before.Next() && before.NameStart < attribute.NameStart)
        {
            if (before.Name.SequenceEqual(attribute.Name)) throw new XmlFault("an attribute twice in a tag");
        }
    }

    private void Close(ReadOnlySpan<byte> data, int contentEnd, int end)
    {
        ref var frame = ref _open.Top;
        var isDropped = frame.Use == XmlFrameUse.Drop && (_open.Depth == 1 || _open.At(_open.Depth - 2).Use != XmlFrameUse.Drop);
        if (isDropped) Edits.Add(new Edit(frame.TagStart, end, Edit.Removal, 0));
        if (frame.Use == XmlFrameUse.Value) AddValue(data, frame.ContentStart, contentEnd, frame.Node!.Rule, frame, frame.HasElements);
        _open.Pop();
        _spaces.CloseTo(_open.Depth);
        if (_open.Depth == 0) _state = State.Behind;
    }

    private void AddValue(ReadOnlySpan<byte> data, int start, int end, int rule, in XmlFrame frame, bool isContainer)
    {
        var raw = data[start..end];
        var isAttribute = _isAttribute[rule];
        var hasMarkup = !isAttribute && raw.Contains((byte)'<');
        if (!IsGathered(rule))
        {
            if (hasMarkup) RemoveAsides(data, start, end);
            return;
        }

        var field = Profile.Fields[rule];
        var cells = Columns[rule];
        if (isContainer)
        {
            cells.Add(raw, Rows, CellKind.RawText, frame.Place, frame.Element);
        }
        else
        {
            var text = hasMarkup ? JoinText(raw) : XmlText.Decode(raw, _scratch);
            // Detectors see the text, whatever references or sections it was written in.
            var isOurs = field.Rule.Spelling is JsonSpelling.Free or JsonSpelling.Raw || IsReturn || XmlText.IsOurs(raw, text, isAttribute);
            if (!isOurs && field.Rule.Spelling == JsonSpelling.SlashOnly)
                throw Bad(RecordError.EscapedValue, field.Name, "a spelling (CDATA, references, a comment) that the value couldn't come back in; write it plainly");
            if (isOurs || text.IsEmpty) cells.Add(text, Rows, CellKind.Text, frame.Place, frame.Element);
            else cells.Add(raw, Rows, CellKind.RawText, frame.Place, frame.Element);
        }

        if (IsReplaced(field) && !cells[cells.Count - 1].IsEmpty) Edits.Add(new Edit(start, end, rule, cells.Count - 1));
        else if (hasMarkup) RemoveAsides(data, start, end);
    }

    private ReadOnlySpan<byte> JoinText(ReadOnlySpan<byte> raw)
    {
        var length = 0;
        var tokens = new XmlTokens(raw, 0, final: true);
        while (tokens.Next(out var token))
        {
            if (token.Kind == XmlTokenKind.Text)
            {
                var text = XmlText.Decode(raw[token.Start..token.End], _scratch.AsSpan(length));
                text.CopyTo(_scratch.AsSpan(length));
                length += text.Length;
            }
            else if (token.Kind == XmlTokenKind.CharacterData)
            {
                var text = raw[(token.Start + 9)..(token.End - 3)];
                text.CopyTo(_scratch.AsSpan(length));
                length += text.Length;
            }
        }

        return _scratch.AsSpan(0, length);
    }

    private void ReadText(ReadOnlySpan<byte> data, XmlToken token)
    {
        var raw = data[token.Start..token.End];
        if (token.Kind == XmlTokenKind.Text)
        {
            if (raw.IndexOf("]]>"u8) >= 0) throw new XmlFault("]]> outside of CDATA");
            XmlText.Decode(raw, _scratch);
        }

        var isBlank = token.Kind == XmlTokenKind.Text && !raw.ContainsAnyExcept(" \t\r\n"u8);
        if (isBlank) return;
        if (_open.Depth == 0) throw new XmlFault("text outside of the outermost element");
        if (_open.Top.Use != XmlFrameUse.Read) return;
        if (Unlisted(_open.Top.Node!) == XmlFrameUse.Drop) Edits.Add(new Edit(token.Start, token.End, Edit.Removal, 0));
    }

    /// <summary>A comment or processing instruction: nobody who reads the records sees it, so nobody would miss what it gives away.</summary>
    private void ReadAside(ReadOnlySpan<byte> data, XmlToken token)
    {
        var raw = data[token.Start..token.End];
        if (token.Kind == XmlTokenKind.Instruction && raw[2..].StartsWith("xml"u8) && raw[5..].IndexOfAny(" \t\r\n?"u8) == 0)
        {
            if (_state != State.Start) throw new XmlFault("an XML declaration that isn't at the start");
            XmlDeclaration.Check(raw, Profile.Layout.Encoding);
            return;
        }

        // Within a value it is seen to when the value ends.
        if (_open.Depth > 0 && _open.Top.Use is not (XmlFrameUse.Read or XmlFrameUse.Pass)) return;
        Remove(token);
    }

    private void RemoveAsides(ReadOnlySpan<byte> data, int start, int end)
    {
        var tokens = new XmlTokens(data[..end], start, final: true);
        while (tokens.Next(out var token))
        {
            if (token.Kind is XmlTokenKind.Comment or XmlTokenKind.Instruction) Remove(token);
        }
    }

    private void Remove(XmlToken token)
    {
        if (IsReturn || Profile.Layout.Comments == XmlComments.Keep) return;
        var isComment = token.Kind == XmlTokenKind.Comment;
        if (Profile.Layout.Comments == XmlComments.Refuse)
            throw Bad(RecordError.UnlistedField, null, isComment ? "a comment, and the profile refuses them" : "a processing instruction, and the profile refuses them");
        Edits.Add(new Edit(token.Start, token.End, Edit.Removal, 0));
        Findings.Add(isComment ? "xml.comment-removed" : "xml.instruction-removed");
    }
}
