using System.Buffers;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Profiles.Conditions;

namespace SecureExchange.Masking.Records.Mail;

/// <summary>A message with the files attached to it: the codec of whichever of them is being worked on. The columns of all stand one behind
/// the other, as their fields do in the profile, so that whoever transforms or checks cells sees records of one file.</summary>
internal sealed class MessageCodec : RecordCodec
{
    private readonly RecordCodec?[] _codecs; // The message's own, and each kind of attached file's; null: those are messages.
    private readonly int[] _offsets;
    private readonly IReadOnlyList<Condition>[] _suppressed; // Of each kind of file.
    private RecordCodec _current;
    private int _file; // Which of the codecs it is.

    public MessageCodec(MaskingProfile profile, MaskingLimits limits, bool isReturn) : this(
        profile, limits, isReturn,
        [
            new MailCodec(profile.Message, profile.Attachments, limits, isReturn),
            .. profile.Attachments.Select(one => one.Profile is null ? null : Create(one.Profile, limits, isReturn)),
        ])
    {
    }

    private MessageCodec(MaskingProfile profile, MaskingLimits limits, bool isReturn, RecordCodec?[] codecs)
        : base(profile, limits, isReturn, [.. codecs.SelectMany(codec => codec?.Columns ?? [])])
    {
        _codecs = codecs;
        _offsets = new int[codecs.Length];
        for (var i = 1; i < codecs.Length; i++) _offsets[i] = _offsets[i - 1] + (codecs[i - 1]?.Columns.Length ?? 0);
        _suppressed = [.. _offsets.Select((offset, i) => profile.Suppressed.Where(condition => condition.Fields.All(field => field >= offset && field < offset + (codecs[i]?.Columns.Length ?? 0))).ToList())];
        foreach (var codec in codecs.OfType<RecordCodec>()) codec.Findings = Findings;
        Mail = (MailCodec)codecs[0]!;
        _current = Mail;
    }

    /// <summary>Reads the message itself.</summary>
    public MailCodec Mail { get; }

    public override IReadOnlyList<Condition> Suppressed => _suppressed[_file];

    public override bool Reads(int rule) => rule >= _offsets[_file] && rule < _offsets[_file] + _current.Columns.Length;

    public override CellColumn Formulas => _current.Formulas;

    public override int AddedColumns => _codecs.Sum(codec => codec?.AddedColumns ?? 0);

    /// <summary>How a kind of attached file is read; null: as a message.</summary>
    public (MaskingProfile Profile, RecordCodec Codec)? Attached(int kind) =>
        _codecs[kind + 1] is { } codec ? (Profile.Attachments[kind].Profile!, codec) : null;

    /// <summary>A file begins: the message, or one that is attached. Rows are counted on.</summary>
    /// <param name="kind">Which kind of attached file; -1: a message.</param>
    public void Begin(int kind)
    {
        var next = _current.NextRow;
        _current = _codecs[kind + 1]!;
        _file = kind + 1;
        _current.Restart(next);
        _current.BeginFile();
    }

    /// <summary>The file's codec has read a batch, which is this one's now. Of other files no cell is left.</summary>
    public void TakeBatch()
    {
        foreach (var codec in _codecs)
        {
            if (codec is null || codec == _current) continue;
            foreach (var column in codec.Columns) column.Clear();
        }

        Restart(_current.FirstRow);
        (Rows, Fault) = (_current.Rows, _current.Fault);
    }

    public override void Write(ReadOnlySpan<byte> data, CellColumn[] replaced, ReadOnlySpan<bool> guarded, IBufferWriter<byte> output) =>
        _current.Write(data, replaced[_offsets[_file]..(_offsets[_file] + _current.Columns.Length)], guarded, output);

    public override int LeaveOut(Span<bool> leftOut)
    {
        var count = _current.LeaveOut(leftOut);
        Rows = _current.Rows;
        return count;
    }

    public override ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> raw) => _current.Plain(raw);

    public override RecordException TooLarge() => _current.TooLarge();

    public override void Zero()
    {
        foreach (var codec in _codecs) codec?.Zero();
    }

    protected override int ReadBatch(ReadOnlySpan<byte> data, bool final) => throw new InvalidOperationException("the layer around reads each file with its own codec");

    protected override void WriteCell(ref SpanWriter writer, ReadOnlySpan<byte> original, int rule, CellColumn cells, int i) =>
        throw new InvalidOperationException("each file's own codec writes its cells");
}
