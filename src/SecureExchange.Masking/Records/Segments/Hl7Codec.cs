using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records.Segments;

/// <summary>HL7 version 2 (chapter 2): each message is a record. Batch and file headers are between records; MLLP's frame
/// stays where there is one.</summary>
internal sealed class Hl7Codec(MaskingProfile profile, MaskingLimits limits, bool isReturn) : SegmentCodec(profile, limits, isReturn)
{
    protected override bool MayDropSegments => true;

    protected override bool Begin(ReadOnlySpan<byte> data) =>
        data.TrimStart(" \r\n\t\v"u8) is { Length: > 8 } start && IsHeader(start[..3]) && ReadSyntax(start[..3], start) > 0;

    protected override int LengthOfSegment(ReadOnlySpan<byte> data) => data.IndexOfAny((byte)'\r', (byte)'\n');

    protected override ReadOnlySpan<byte> IdOf(ReadOnlySpan<byte> segment) =>
        segment.Length >= 3 && IsHeader(segment[..3]) ? segment[..3] : base.IdOf(segment);

    protected override bool StartsRecord(ReadOnlySpan<byte> id) => id.SequenceEqual("MSH"u8);

    protected override bool EndsRecord(ReadOnlySpan<byte> id) =>
        id.SequenceEqual("FHS"u8) || id.SequenceEqual("BHS"u8) || id.SequenceEqual("BTS"u8) || id.SequenceEqual("FTS"u8);

    protected override int ReadSyntax(ReadOnlySpan<byte> id, ReadOnlySpan<byte> segment)
    {
        if (!IsHeader(id)) return 0;
        if (segment.Length < 8) throw Bad(RecordError.NotAMessage, null, "a header segment without its separators");
        var declared = segment[3..8];
        for (var i = 0; i < declared.Length; i++)
        {
            if (declared[i] is <= 0x20 or >= 0x7F || char.IsAsciiLetterOrDigit((char)declared[i]) || declared[..i].Contains(declared[i]))
                throw Bad(RecordError.NotAMessage, null, "separators that are letters, or the same twice");
        }

        Syntax = new SegmentSyntax(declared[0], declared[2], declared[1], declared[4], declared[3]);
        return 2;
    }

    protected override ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> raw, Span<byte> scratch)
    {
        if (!raw.Contains(Syntax.Escape)) return raw;
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            var separator = raw[i] == Syntax.Escape && i + 2 < raw.Length && raw[i + 2] == Syntax.Escape ? Escaped(raw[i + 1]) : (byte)0;
            scratch[length++] = separator != 0 ? separator : raw[i];
            if (separator != 0) i += 2;
        }

        return scratch[..length];
    }

    protected override void WriteText(ref SpanWriter writer, ReadOnlySpan<byte> original, CellColumn cells, int i)
    {
        foreach (var b in cells[i])
        {
            if (!IsSpecial(b))
            {
                writer.Write(b is (byte)'\r' or (byte)'\n' ? (byte)' ' : b);
                continue;
            }

            writer.Write(Syntax.Escape);
            writer.Write(Letter(b));
            writer.Write(Syntax.Escape);
        }
    }

    protected override bool IsOurs(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> text)
    {
        var at = 0;
        foreach (var b in text)
        {
            if (!IsSpecial(b))
            {
                if (at >= raw.Length || raw[at++] != b) return false;
                continue;
            }

            if (at + 3 > raw.Length || raw[at] != Syntax.Escape || raw[at + 1] != Letter(b) || raw[at + 2] != Syntax.Escape) return false;
            at += 3;
        }

        return at == raw.Length;
    }

    private static bool IsHeader(ReadOnlySpan<byte> id) => id.SequenceEqual("MSH"u8) || id.SequenceEqual("FHS"u8) || id.SequenceEqual("BHS"u8);

    private bool IsSpecial(byte b) => b == Syntax.Escape || Syntax.Separates(b);

    private byte Escaped(byte letter) => letter switch
    {
        (byte)'F' => Syntax.Element,
        (byte)'S' => Syntax.Component,
        (byte)'T' => Syntax.Sub,
        (byte)'R' => Syntax.Repetition,
        (byte)'E' => Syntax.Escape,
        _ => 0,
    };

    private byte Letter(byte b) => b == Syntax.Escape ? (byte)'E' : b == Syntax.Element ? (byte)'F' : b == Syntax.Component ? (byte)'S' : b == Syntax.Sub ? (byte)'T' : (byte)'R';
}
