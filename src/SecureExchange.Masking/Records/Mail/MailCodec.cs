using System.Buffers;
using System.Text;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records.Mail;

/// <summary>An Internet message (RFC 5322) with its parts (RFC 2045): one record. A field is a header's name, <c>text</c> for parts of plain
/// text or <c>html</c>. Where a message or another file is in it a gap is left in what is written. What isn't replaced stays as it came.</summary>
internal sealed class MailCodec : RecordCodec
{
    /// <summary>Parts within parts.</summary>
    private const int MaxParts = 1000;

    private const int MaxNesting = 8;

    /// <summary>What says how a part is read.</summary>
    private static readonly HashSet<string> s_structure =
        ["mime-version", "content-type", "content-transfer-encoding", "content-disposition", "content-language"];

    /// <summary>Its parameters that say so too.</summary>
    private static readonly HashSet<string> s_parameters = ["charset", "boundary", "format", "delsp", "type", "report-type", "protocol", "micalg", "method", "size"];

    /// <summary>A message has one of them at least (RFC 2046, 5.2.1). By RFC 5322, 3.6, it would have both a date and an originator, and much
    /// of what is kept or forwarded hasn't. One that comes back has those headers, and only those, that the profile passed on.</summary>
    private static readonly HashSet<string> s_marks = ["from", "subject", "date"];

    private readonly Dictionary<string, int> _rules = [];
    private readonly HashSet<int> _seen = [];
    private readonly Dictionary<int, MailEncoding> _bodies = [];
    private readonly IReadOnlyList<AttachmentRule> _kinds;
    private readonly List<MailAttachment> _attachments = [];
    private readonly List<MailAttachment> _gaps = [];
    private bool _done;

    /// <param name="profile">The message's own.</param>
    /// <param name="kinds">The kinds of files that may be attached.</param>
    /// <param name="limits">What a file may ask for.</param>
    /// <param name="isReturn">Whether it reads what came back.</param>
    public MailCodec(MaskingProfile profile, IReadOnlyList<AttachmentRule> kinds, MaskingLimits limits, bool isReturn) : base(profile, limits, isReturn)
    {
        _kinds = kinds;
        for (var rule = 0; rule < profile.Fields.Count; rule++) _rules[profile.Fields[rule].Name.ToLowerInvariant()] = rule;
    }

    /// <summary>Parts read so far, of this message and of those around it.</summary>
    public int Parts { get; set; }

    public string NameOf(int kind) => _kinds[kind].Name;

    /// <summary>The files in the message that was written, in the order of their places.</summary>
    public IReadOnlyList<MailAttachment> TakeGaps()
    {
        List<MailAttachment> gaps = [.. _gaps];
        _gaps.Clear();
        return gaps;
    }

    public override void BeginFile() => _done = false;

    public override RecordException TooLarge() => Bad(RecordError.RecordTooLarge, null, $"longer than {Limits.MaxDocument} bytes");

    protected override int ReadBatch(ReadOnlySpan<byte> data, bool final)
    {
        if (!final) return 0;
        if (_done || data.IsEmpty) return _done ? data.Length : throw Bad(RecordError.NotAMessage, null, "the file is empty");
        if (FileSignature.Of(data) is { } other) throw Bad(RecordError.NotAMessage, null, $"the file is no message, but {other}");
        _done = true;
        _seen.Clear();
        _bodies.Clear();
        _attachments.Clear();
        _gaps.Clear();
        ReadEntity(data, 0, data.Length, depth: 0, isMessage: true);
        BindSubjects();
        AddRow(0, data.Length);
        return data.Length;
    }

    protected override void LeaveGap(int index, ref SpanWriter writer, IBufferWriter<byte> output)
    {
        writer.Flush();
        _attachments[index].Place = ((HeldBytes)output).Length; // The layer around puts the files in where they go.
        _gaps.Add(_attachments[index]);
    }

    protected override void WriteCell(ref SpanWriter writer, ReadOnlySpan<byte> original, int rule, CellColumn cells, int i)
    {
        using var output = new HeldBytes();
        if (!TrySame(original, rule, cells[i], i, output))
            throw new RecordException(RecordError.NotEncodable, 0, Profile.Fields[rule].Name, $"{Profile.Fields[rule].Name}: what comes out has a character that the part's character set doesn't have; say brackets: square, or send UTF-8");
        writer.Write(output.Written);
    }

    /// <summary>Writes the cell as the original was written, or the original itself where it says the same.</summary>
    private bool TrySame(ReadOnlySpan<byte> original, int rule, ReadOnlySpan<byte> cell, int i, HeldBytes output)
    {
        using var text = new HeldBytes();
        if (_bodies.TryGetValue(Body(rule, i), out var encoding))
        {
            if (encoding.TryDecode(original, text) && text.Written.SequenceEqual(cell))
            {
                output.Write(original);
                return true;
            }

            return encoding.TryEncode(original, cell, IsReturn, output);
        }

        if (HeaderText.TryDecode(original, text) && text.Written.SequenceEqual(cell)) output.Write(original);
        else HeaderText.Write(cell, original.Contains((byte)'\r') || !original.Contains((byte)'\n') ? "\r\n"u8 : "\n"u8, output);
        return true;
    }

    private static int Body(int rule, int cell) => (rule << 16) | cell;

    private void ReadEntity(ReadOnlySpan<byte> data, int start, int end, int depth, bool isMessage)
    {
        if (depth > MaxNesting) throw Bad(RecordError.TooDeep, null, $"parts within parts, more than {MaxNesting} deep");
        if (++Parts > Math.Min(MaxParts, Limits.MaxEntries)) throw Bad(RecordError.ContainerTooLarge, null, "more parts than a message may have");
        var headers = ReadHeaders(data, start, end, out var body);
        if (isMessage && !IsReturn && headers.Count == 0) throw Bad(RecordError.NotAMessage, null, "the file doesn't begin with the headers of a message");
        if (isMessage && !IsReturn && !headers.Exists(header => s_marks.Contains(header.Name)))
            throw Bad(RecordError.NotAMessage, null, "none of the headers From, Subject and Date, of which a message has one at least; is the file of another format?");
        var type = ("text/plain", (IReadOnlyDictionary<string, string>)new Dictionary<string, string>());
        var disposition = ("", type.Item2);
        var transfer = "";
        foreach (var header in headers)
        {
            var raw = data[header.Value];
            if (header.Name == "content-type") type = MailHeader.Parse(raw);
            else if (header.Name == "content-transfer-encoding") transfer = MailHeader.Parse(raw).Value;
            else if (header.Name == "content-disposition") disposition = MailHeader.Parse(raw);
        }

        var (media, parameters) = type;
        var isAttached = disposition.Item1 == "attachment";
        var (kind, name) = isAttached || media is not ("text/plain" or "text/html") ? FindKind(media, parameters, disposition.Item2) : (-1, null);
        foreach (var header in headers) TakeHeader(data, header, name);
        if (media.StartsWith("multipart/", StringComparison.Ordinal)) ReadParts(data, body, end, parameters, transfer, depth);
        else if (media == "message/rfc822" && transfer is ("" or "7bit" or "8bit")) AddGap(-1, body, end, TransferEncoding.Find(transfer)!);
        else if (kind < 0) ReadBody(data, body, end, media, parameters, transfer, isAttached);
        else if (data[body..end].ContainsAnyExcept(" \t\r\n"u8)) AddAttachment(data, body, end, kind, parameters, transfer);
    }

    /// <summary>Which kind of attached file a part is, and the name that may stand in its headers; -1: none.</summary>
    private (int Kind, string? Name) FindKind(string media, IReadOnlyDictionary<string, string> type, IReadOnlyDictionary<string, string> disposition)
    {
        var names = new[] { FileName.Read(disposition, "filename"), FileName.Read(type, "name") }.OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        for (var i = 0; i < _kinds.Count; i++)
        {
            if (!_kinds[i].Takes(names.Count > 0 ? names[0] : null, media, out var pattern)) continue;
            if (pattern is null) return (i, null);
            // A name that the profile doesn't spell out may say whose file it is.
            return (i, FilePattern.IsSpelt(pattern) && names.Count == 1 ? names[0] : FilePattern.Numbered(pattern, _attachments.Count + 1));
        }

        return (-1, null);
    }

    private void AddAttachment(ReadOnlySpan<byte> data, int body, int end, int kind, IReadOnlyDictionary<string, string> parameters, string transfer)
    {
        if (TransferEncoding.Find(transfer) is not { } found)
            throw Bad(RecordError.NotInEncoding, null, $"the attachment on line {Line(data, body)} is in a transfer encoding that isn't known");
        if (parameters.TryGetValue("charset", out var charset) && _kinds[kind].Profile is { } profile && !MailEncoding.Agrees(charset.ToLowerInvariant(), profile.Layout.Encoding))
            throw Bad(RecordError.NotInEncoding, null, $"the attachment on line {Line(data, body)} says another character set than the profile has for {_kinds[kind].Name}");
        AddGap(kind, body, end, found);
    }

    private void AddGap(int kind, int body, int end, TransferEncoding transfer)
    {
        _attachments.Add(new MailAttachment(kind, body, end, transfer));
        Edits.Add(new Edit(body, end, Edit.Gap, _attachments.Count - 1));
    }

    private List<MailHeader> ReadHeaders(ReadOnlySpan<byte> data, int start, int end, out int body)
    {
        var headers = new List<MailHeader>();
        for (var at = start; ;)
        {
            var line = LineAt(data, at, end);
            if (line == at || data[at..line].Trim("\r\n"u8).IsEmpty)
            {
                body = line;
                return headers;
            }

            var behind = line;
            while (behind < end && data[behind] is (byte)' ' or (byte)'\t') behind = LineAt(data, behind, end);
            var colon = data[at..line].IndexOf((byte)':');
            if (colon <= 0 || data.Slice(at, colon).ContainsAnyExceptInRange((byte)'!', (byte)'~'))
                throw Bad(RecordError.NotAMessage, null, $"line {Line(data, at)} isn't a header, and no blank line ends the headers before it");
            var value = at + colon + 1;
            while (value < behind && data[value] is (byte)' ' or (byte)'\t') value++;
            var last = value + data[value..behind].TrimEnd("\r\n"u8).Length;
            headers.Add(new MailHeader(Encoding.ASCII.GetString(data.Slice(at, colon)).ToLowerInvariant(), at, value..last, behind));
            at = behind;
        }
    }

    /// <param name="data">The message.</param>
    /// <param name="header">One of its headers.</param>
    /// <param name="name">The name of a file that may stand in it; null: none.</param>
    private void TakeHeader(ReadOnlySpan<byte> data, MailHeader header, string? name)
    {
        if (s_structure.Contains(header.Name))
        {
            TakeStructure(data, header, name);
            return;
        }

        if (!_rules.TryGetValue(header.Name, out var rule) || header.Name is "text" or "html")
        {
            if (IsReturn) return; // What mail servers add on the way.
            if (Profile.Unlisted != UnlistedFields.Drop)
                throw Bad(RecordError.UnlistedField, header.PlainName, $"the profile has no field for {header.PlainName ?? "the header"} on line {Line(data, header.Start)}; add it there, or say unlisted: drop");
            Remove(header.Start, header.End, "eml.header-removed");
            return;
        }

        if (IsDropped(Profile.Fields[rule]))
        {
            Edits.Add(new Edit(header.Start, header.End, Edit.Removal, 0));
            return;
        }

        if (!IsGathered(rule)) return;
        using var text = new HeldBytes();
        if (!HeaderText.TryDecode(data[header.Value], text))
            throw Bad(RecordError.NotInEncoding, Profile.Fields[rule].Name, "an encoded word that can't be read, or in a character set that isn't known");
        TakeCell(rule, data[header.Value], text.Written, header.Value, encoding: null);
    }

    /// <summary>Of a header that says how a part is read, what says so passes. Comments go; so do other parameters, or the message is refused.
    /// A file's name may say whose it is: another one takes its place where one may stand there.</summary>
    private void TakeStructure(ReadOnlySpan<byte> data, MailHeader header, string? name)
    {
        if (IsReturn) return;
        var (first, start, isThere) = (Edits.Count, header.Value.Start.Value, false);
        var pieces = HeaderPiece.Read(data[header.Value], out var comments);
        if (header.Name != "content-language" && pieces[0].Text.Trim().AsSpan().ContainsAny(' ', '\t'))
            throw Bad(RecordError.NotAMessage, null, $"the header on line {Line(data, header.Start)} says how a part is read, and more words than that");
        foreach (var comment in comments) Remove(start + comment.Start, start + comment.End, "eml.comment-removed");
        foreach (var piece in pieces.Skip(1))
        {
            var parameter = piece.Name.Split('*')[0];
            if (s_parameters.Contains(parameter) || piece.Text.Trim().Length == 0) continue;
            var isName = parameter is "name" or "filename";
            if (isName && name is not null)
            {
                if (isThere) Remove(start + piece.Start, start + piece.End, "eml.file-name-removed");
                else if (piece.Name != parameter || piece.Value != name) ReplaceName(start + piece.Start, start + piece.End, parameter, name);
                isThere = true;
                continue;
            }

            if (Profile.Unlisted != UnlistedFields.Drop)
                throw Bad(RecordError.UnlistedField, null, $"the header on line {Line(data, header.Start)} has {(isName ? "the name of a file, which may say whose it is" : "a parameter that isn't known")}; say unlisted: drop to have it left out");
            Remove(start + piece.Start, start + piece.End, isName ? "eml.file-name-removed" : "eml.parameter-removed");
        }

        Edits.Sort(first, Edits.Count - first, Comparer<Edit>.Create((one, other) => one.Start.CompareTo(other.Start)));
    }

    private void ReplaceName(int start, int end, string parameter, string name)
    {
        Inserted.Add(Encoding.UTF8.GetBytes($"; {parameter}=\"{name}\""));
        Edits.Add(new Edit(start, end, Edit.Insertion, Inserted.Count - 1));
        Findings.Add("eml.file-name-replaced");
    }

    private void ReadParts(ReadOnlySpan<byte> data, int body, int end, IReadOnlyDictionary<string, string> parameters, string transfer, int depth)
    {
        if (!parameters.TryGetValue("boundary", out var boundary) || boundary.Length is 0 or > 70 || transfer is not ("" or "7bit" or "8bit" or "binary"))
            throw Bad(RecordError.NotAMessage, null, "a part of several parts that doesn't say where they end");
        var mark = Encoding.Latin1.GetBytes($"--{boundary}");
        var (at, part) = (body, -1);
        while (at < end)
        {
            var next = LineAt(data, at, end);
            var line = data[at..next].TrimEnd(" \t\r\n"u8);
            var isLast = line.Length == mark.Length + 2 && line.EndsWith("--"u8);
            if (line.StartsWith(mark) && (line.Length == mark.Length || isLast))
            {
                // The line end in front of a boundary is the boundary's.
                if (part >= 0) ReadEntity(data, part, Math.Max(part, at - (at >= 2 && data[at - 2] == '\r' ? 2 : 1)), depth + 1, isMessage: false);
                else DropText(data, body, at);
                part = next;
                if (isLast)
                {
                    DropText(data, next, end);
                    return;
                }
            }

            at = next;
        }

        throw Bad(RecordError.NotAMessage, null, "a part of several parts is cut off: its last boundary is missing");
    }

    /// <summary>What stands around parts is shown to nobody, and could say anything.</summary>
    private void DropText(ReadOnlySpan<byte> data, int start, int end)
    {
        if (IsReturn || !data[start..end].ContainsAnyExcept(" \t\r\n"u8)) return;
        Remove(start, start + data[start..end].TrimEnd("\r\n"u8).Length, "eml.text-around-parts-removed");
    }

    private void ReadBody(ReadOnlySpan<byte> data, int body, int end, string media, IReadOnlyDictionary<string, string> parameters, string transfer, bool isAttached)
    {
        if (!data[body..end].ContainsAnyExcept(" \t\r\n"u8)) return;
        var name = isAttached ? null : media switch { "text/plain" => "text", "text/html" => "html", _ => null };
        if (name is null || !_rules.TryGetValue(name, out var rule))
        {
            if (IsReturn || Profile.Unlisted != UnlistedFields.Drop)
                throw Bad(RecordError.EntryRefused, null, $"the part on line {Line(data, body)} is {(isAttached ? "an attachment" : name is null ? "of a type that isn't read" : $"{name}, which the profile has no field for")}; take it out{(IsReturn ? "" : ", name its kind below attachments, or say unlisted: drop")}");
            Remove(body, end, "eml.part-removed");
            return;
        }

        if (IsDropped(Profile.Fields[rule]))
        {
            Edits.Add(new Edit(body, end, Edit.Removal, 0));
            return;
        }

        if (!IsGathered(rule)) return;
        var charset = parameters.TryGetValue("charset", out var said) ? said.ToLowerInvariant() : "";
        if (MailEncoding.Find(transfer, charset) is not { } encoding)
            throw Bad(RecordError.NotInEncoding, name, $"the part on line {Line(data, body)} is in an encoding or a character set that isn't known");
        using var text = new HeldBytes();
        if (!encoding.TryDecode(data[body..end], text))
            throw Bad(RecordError.NotInEncoding, name, $"the part on line {Line(data, body)} isn't written as its headers say, or wouldn't come back as it is");
        TakeCell(rule, data[body..end], text.Written, body..end, encoding);
    }

    private void TakeCell(int rule, ReadOnlySpan<byte> raw, ReadOnlySpan<byte> text, Range place, MailEncoding? encoding)
    {
        var field = Profile.Fields[rule];
        if (!_seen.Add(rule) && field.IsReversible && !field.Rule.IsFreeText)
            throw Bad(RecordError.DuplicateKey, field.Name, "there more than once, and it turns back: only scan takes several");
        if (encoding is not null) _bodies[Body(rule, Columns[rule].Count)] = encoding;
        Columns[rule].Add(text, Rows);
        if (!IsReplaced(field)) return;
        Edits.Add(new Edit(place.Start.Value, place.End.Value, rule, Columns[rule].Count - 1));
        if (!IsReturn && field.IsReversible && !IsUsual(raw, text, encoding)) Findings.Add("eml.recoded");
    }

    /// <summary>Whether a text that comes back is written as it was.</summary>
    private static bool IsUsual(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> text, MailEncoding? encoding)
    {
        using var again = new HeldBytes();
        if (encoding is null) HeaderText.Write(text, "\r\n"u8, again);
        else if (!encoding.TryEncode(raw, text, isReturn: true, again)) return false;
        return again.Written.SequenceEqual(raw);
    }

    private void Remove(int start, int end, string finding)
    {
        Edits.Add(new Edit(start, end, Edit.Removal, 0));
        Findings.Add(finding);
    }

    /// <summary>Behind the line that begins at a place.</summary>
    private static int LineAt(ReadOnlySpan<byte> data, int at, int end) =>
        data[at..end].IndexOf((byte)'\n') is var length && length < 0 ? end : at + length + 1;

    private static int Line(ReadOnlySpan<byte> data, int at) => data[..at].Count((byte)'\n') + 1;
}
