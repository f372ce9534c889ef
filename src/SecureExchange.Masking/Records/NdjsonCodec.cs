using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records;

/// <summary>One JSON object on each line; blank lines pass.</summary>
internal sealed class NdjsonCodec(MaskingProfile profile, MaskingLimits limits, bool isReturn) : JsonCodec(profile, limits, isReturn)
{
    public override bool CanBeCut => true;

    public override int Cut(ReadOnlySpan<byte> data, out int rows) => LineCut.Cut(data, blankPass: true, out rows);

    protected override int ReadBatch(ReadOnlySpan<byte> data, bool final)
    {
        var at = BehindMark(data, final);
        if (at < 0) return 0;
        while (at < data.Length)
        {
            var end = data[at..].IndexOf((byte)'\n');
            if (end < 0 && !final) break;
            var next = end < 0 ? data.Length : at + end + 1;
            var line = data[at..next];
            if (line.ContainsAnyExcept(" \t\r\n"u8))
            {
                Mark();
                try
                {
                    ReadRecord(line, at);
                    AddRow(at, next);
                }
                catch (RecordException fault)
                {
                    TakeBack();
                    Fault = fault;
                    break;
                }
            }

            at = next;
        }

        return at;
    }
}
