using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records;

/// <summary>Plain text: a transcript, Markdown, a note. Each line, paragraph or the whole document is a record with one field,
/// <c>text</c>, which any transform of free text takes like a cell.</summary>
internal sealed class TextCodec(MaskingProfile profile, MaskingLimits limits, bool isReturn) : RecordCodec(profile, limits, isReturn)
{
    /// <summary>The name of the field.</summary>
    public const string Field = "text";

    public override bool CanBeCut => Profile.Layout.Text == TextParts.Line;

    public override int Cut(ReadOnlySpan<byte> data, out int rows) => LineCut.Cut(data, blankPass: true, out rows);

    public override RecordException TooLarge() =>
        Bad(RecordError.RecordTooLarge, null, $"longer than {Limits.MaxRecord} bytes; say records: paragraph or line in the profile");

    protected override int ReadBatch(ReadOnlySpan<byte> data, bool final)
    {
        var at = BehindMark(data, final);
        if (at < 0) return 0;
        while (at < data.Length)
        {
            var length = LengthOfPart(data[at..], final);
            if (length < 0) break;
            var part = data.Slice(at, length);
            if (part.Length > Limits.MaxRecord) Fault = TooLarge();
            else if (EncodingFault(part) is { } bad) Fault = Bad(bad.Error, null, bad.What);
            if (Fault is not null) break;
            var text = part.TrimEnd("\r\n"u8);
            if (text.ContainsAnyExcept(" \t\r\n"u8)) AddText(text, at, at + length);
            at += length;
        }

        return at;
    }

    protected override void WriteCell(ref SpanWriter writer, ReadOnlySpan<byte> original, int rule, CellColumn cells, int i) => writer.Write(cells[i]);

    private void AddText(ReadOnlySpan<byte> text, int at, int end)
    {
        if (IsGathered(0))
        {
            Columns[0].Add(text, Rows);
            if (IsReplaced(Profile.Fields[0])) Edits.Add(new Edit(at, at + text.Length, 0, Columns[0].Count - 1));
        }

        AddRow(at, end);
    }

    /// <returns>Bytes up to behind the blank lines at a part's end; -1 when it may go on.</returns>
    private int LengthOfPart(ReadOnlySpan<byte> data, bool final)
    {
        if (Profile.Layout.Text == TextParts.Document) return final ? data.Length : -1;
        for (var at = 0; ;)
        {
            var end = data[at..].IndexOf((byte)'\n');
            if (end < 0) return final ? data.Length : -1;
            at += end + 1;
            if (Profile.Layout.Text == TextParts.Line) return at;
            var next = data[at..].TrimStart(" \t\r"u8);
            if (next.IsEmpty) return final ? data.Length : -1;
            if (next[0] == '\n') return data.Length - next.Length + 1;
        }
    }
}

/// <summary>What of a text is a record.</summary>
internal enum TextParts : byte
{
    Document,
    Paragraph,
    Line,
}
