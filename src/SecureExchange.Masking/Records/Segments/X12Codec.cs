using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records.Segments;

/// <summary>ASC X12 interchanges, such as 837 and 835: a record is a loop that begins with the profile's segment (CLM, CLP, HL
/// or ST). Counts of segments stay right, since none is ever taken out.</summary>
internal sealed class X12Codec(MaskingProfile profile, MaskingLimits limits, bool isReturn) : SegmentCodec(profile, limits, isReturn)
{
    private const int HeaderSize = 106;
    private readonly byte[] _record = System.Text.Encoding.ASCII.GetBytes(profile.Layout.Loop);
    private byte _terminator;

    protected override bool MayDropSegments => false;

    protected override bool Begin(ReadOnlySpan<byte> data) => data.StartsWith("ISA"u8) && data.Length >= HeaderSize && TryDeclare(data);

    protected override int LengthOfSegment(ReadOnlySpan<byte> data) => data.IndexOf(_terminator);

    protected override bool StartsRecord(ReadOnlySpan<byte> id) => id.SequenceEqual(_record);

    protected override bool EndsRecord(ReadOnlySpan<byte> id) =>
        id.SequenceEqual("SE"u8) || id.SequenceEqual("GE"u8) || id.SequenceEqual("IEA"u8) || id.SequenceEqual("ST"u8) || id.SequenceEqual("GS"u8) || id.SequenceEqual("ISA"u8)
        || (!StartsRecord("ST"u8) && (id.SequenceEqual("HL"u8) || id.SequenceEqual("PLB"u8) || (StartsRecord("CLP"u8) && id.SequenceEqual("LX"u8))));

    protected override int ReadSyntax(ReadOnlySpan<byte> id, ReadOnlySpan<byte> segment)
    {
        if (!id.SequenceEqual("ISA"u8)) return 0;
        // A second interchange in a file must have the separators of the first: the segments were found by them.
        if (segment.Length != HeaderSize - 1 || segment[3] != Syntax.Element || segment[104] != Syntax.Component)
            throw Bad(RecordError.NotAMessage, null, "an ISA segment that isn't 106 bytes long, or with other separators than the first");
        return 0;
    }

    protected override ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> raw, Span<byte> scratch) => raw.TrimEnd((byte)' ');

    protected override bool IsOurs(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> text)
    {
        foreach (var b in text)
        {
            if (Syntax.Separates(b)) return false;
        }

        return true;
    }

    protected override void WriteText(ref SpanWriter writer, ReadOnlySpan<byte> original, CellColumn cells, int i)
    {
        var cell = cells[i];
        foreach (var b in cell)
        {
            if (b == _terminator || Syntax.Separates(b))
                throw cells.Fault(i, RecordError.NotEncodable, "what comes out holds one of the interchange's separators, and X12 has no escapes; mask takes another character: with: X");
        }

        writer.Write(cell);
        // What was filled up with blanks, as in the ISA segment, keeps its length.
        if (original[^1] != ' ') return;
        if (cell.Length > original.Length) throw cells.Fault(i, RecordError.WrongLength, "what comes out hasn't room in an element of fixed length");
        for (var blanks = original.Length - cell.Length; blanks > 0; blanks--) writer.Write((byte)' ');
    }

    private bool TryDeclare(ReadOnlySpan<byte> header)
    {
        var (element, repetition, component) = (header[3], header[82], header[104]);
        _terminator = header[105];
        if (char.IsAsciiLetterOrDigit((char)repetition) || repetition == ' ') repetition = 0; // Before 5010 it is a version of the standard.
        foreach (var separator in (ReadOnlySpan<byte>)[element, component, _terminator])
        {
            if (char.IsAsciiLetterOrDigit((char)separator) || separator is (byte)' ' or 0 or >= 0x7F) return false;
        }

        if (element == component || element == _terminator || component == _terminator) return false;
        Syntax = new SegmentSyntax(element, repetition, component, 0, 0);
        return true;
    }
}
