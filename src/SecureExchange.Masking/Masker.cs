using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Originals;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Risk;
using SecureExchange.Masking.Tracing;

namespace SecureExchange.Masking;

/// <summary>Masks one transfer: records in, masked records and the manifest out.</summary>
/// <remarks><code>
/// bytes ─► (1) batch ─► (2) read into columns ─► (3) transform each column ─► (4) write ─► (5) add to the manifest
/// </code>
/// (2) to (4) are done for several batches at once where the format and the profile let them be worked on by themselves, (5) in their order.
/// To be called by one thread at a time. After an exception the masker is done: what it wrote MUST be thrown away.</remarks>
public sealed class Masker : IDisposable
{
    private readonly MaskingProfile _profile;
    private readonly MaskLane[] _lanes;
    private readonly MaskLane _first; // The one that works alone where only one may.
    private readonly FileLayer _file;
    private readonly ManifestWriter? _manifest;
    private readonly long[] _counts;
    private readonly RiskMeter? _risk;
    private readonly LeakMeter? _leaks;
    private readonly IReadOnlyList<PlantedCheck> _planted;
    private IBufferWriter<byte>? _manifestOutput;
    private IBufferWriter<byte>? _originalsOutput;
    private OriginalsWriter? _originals;
    private long _records;
    private long _lines;
    private State _state;

    private enum State
    {
        Fresh,
        Streaming,
        ByRecord,
        Done,
    }

    /// <param name="profile">What becomes of which field.</param>
    /// <param name="keys">The agreement's; not disposed by the masker.</param>
    /// <param name="manifestKey">32 bytes, this transfer's own: the manifest's tags mean nothing without it.</param>
    /// <param name="limits">Null for the defaults.</param>
    public Masker(MaskingProfile profile, MaskingKeys keys, ReadOnlySpan<byte> manifestKey, MaskingLimits? limits = null)
        : this(profile, keys, limits ?? new MaskingLimits(), manifestKey.Length == 32 ? manifestKey : throw new ArgumentException("must be 32 bytes", nameof(manifestKey)))
    {
        _manifest = new ManifestWriter(profile, manifestKey, limits ?? new MaskingLimits());
        if (profile.HasCanaries) _first.Planter = new CanaryPlanter(profile, _first, _manifest);
    }

    /// <summary>Masks without a manifest: what comes back can be turned back, and not be checked.</summary>
    /// <param name="profile">What becomes of which field. What it says of tracing needs a manifest.</param>
    /// <param name="keys"><see cref="MaskingKeys.None"/> where the profile needs none.</param>
    /// <param name="limits">Null for the defaults.</param>
    public Masker(MaskingProfile profile, MaskingKeys keys, MaskingLimits? limits = null) : this(profile, keys, limits ?? new MaskingLimits(), default(ReadOnlySpan<byte>))
    {
    }

    private Masker(MaskingProfile profile, MaskingKeys keys, MaskingLimits limits, ReadOnlySpan<byte> manifestKey)
    {
        if (profile.IsTraced && manifestKey.IsEmpty) throw new ArgumentException("its copies are to be told apart, which needs a manifest key for each", nameof(profile));
        _profile = profile;
        _first = new MaskLane(profile, keys, limits, profile.IsTraced ? new TransferMark(manifestKey) : null);
        _lanes = new MaskLane[LaneLayer.Count(profile, _first.Codec, limits)];
        _lanes[0] = _first;
        for (var i = 1; i < _lanes.Length; i++) _lanes[i] = new MaskLane(profile, keys, limits, profile.IsTraced ? new TransferMark(manifestKey) : null);
        var lanes = _lanes.Length > 1 ? new LaneLayer(_lanes, lane => Finish((MaskLane)lane)) : null;
        _file = FileLayer.Create(profile, _first.Codec, limits, RunBatch, lanes: lanes);
        _counts = new long[profile.Fields.Count];
        if (profile.Risk is { } rules)
        {
            var kept = Enumerable.Range(0, _counts.Length).Where(i => _first.Transforms[i] is null).ToList();
            _risk = new RiskMeter(profile, rules.Quasi, rules.Sensitive, kept);
            if (rules.Search is { } search) _leaks = new LeakMeter(profile, search, kept);
        }

        _planted = [.. _first.TryPlanted(), .. ((PlantedCheck?[])[_leaks?.TryPlanted()]).OfType<PlantedCheck>()];
    }

    /// <summary>What was done so far.</summary>
    public MaskingReport Report
    {
        get
        {
            foreach (var lane in _lanes) lane.Settle();
            return new(_records, [.. _profile.Fields.Select((_, i) => CountOf(i))], _risk?.Report())
            {
                Leaks = _leaks?.Leaks() ?? [],
                Planted = _planted,
                Canaries = _first.Planter?.Count ?? 0,
                Format = _first.Codec.Findings.List,
                Suppressed = _lanes.Sum(lane => lane.Suppressed),
            };
        }
    }

    /// <summary>Masks the next piece of the file, cut anywhere. What is incomplete waits for the next call.</summary>
    /// <param name="plaintext">The piece.</param>
    /// <param name="masked">Receives masked records.</param>
    /// <param name="manifest">Receives the manifest; null for a masker that makes none.</param>
    /// <param name="originals">Receives the values that can't be turned back (<see cref="OriginalFields"/>), for <see cref="OriginalCell"/>;
    /// null where nobody is to have them.</param>
    /// <exception cref="RecordException">The file can't be masked as it stands.</exception>
    public void Mask(ReadOnlySpan<byte> plaintext, IBufferWriter<byte> masked, IBufferWriter<byte>? manifest = null, IBufferWriter<byte>? originals = null)
    {
        Enter(State.Streaming);
        (_manifestOutput, _originalsOutput) = (manifest, originals);
        _file.Push(plaintext, masked);
        _state = State.Streaming;
    }

    /// <summary>The file ends here: masks what is left and closes the manifest.</summary>
    /// <exception cref="RecordException">What is left isn't a whole record.</exception>
    public void Complete(IBufferWriter<byte> masked, IBufferWriter<byte>? manifest = null, IBufferWriter<byte>? originals = null)
    {
        var state = _state;
        Enter(_state == State.Fresh ? State.Streaming : _state);
        (_manifestOutput, _originalsOutput) = (manifest, originals);
        if (state != State.ByRecord) _file.Complete(masked);
        _manifest?.Complete(manifest!);
        if (originals is not null) (_originals ??= new OriginalsWriter(_profile)).Complete(originals);
    }

    /// <summary>Masks one NDJSON record by itself. On a fault nothing is written, and the next record may follow.</summary>
    /// <param name="line">One JSON object, with or without its line end; the output ends with one.</param>
    /// <param name="masked">Receives the masked line.</param>
    /// <param name="manifest">Receives the record's part of the manifest; <see cref="Complete"/> closes it.</param>
    /// <returns>Whether it is masked, or left out as the profile says (<see cref="MaskingReport.Suppressed"/>): then nothing is written.</returns>
    /// <param name="fault">Why the record was refused. Its row counts every line given so far, refused ones too.</param>
    /// <param name="originals">As of <see cref="Mask"/>.</param>
    /// <exception cref="InvalidOperationException">The profile's format isn't NDJSON, or <see cref="Mask"/> was used.</exception>
    public bool TryMaskRecord(
        ReadOnlySpan<byte> line, IBufferWriter<byte> masked, IBufferWriter<byte>? manifest,
        [NotNullWhen(false)] out RecordException? fault, IBufferWriter<byte>? originals = null)
    {
        if (_profile.Format != RecordFormat.Ndjson) throw new InvalidOperationException("only NDJSON is masked record by record");
        Enter(State.ByRecord);
        try
        {
            fault = ReadOne(line);
            if (fault is null) _first.Transform();
        }
        catch (RecordException e)
        {
            fault = e;
        }

        _state = State.ByRecord;
        if (fault is not null) return false;
        if (_first.Codec.Rows == 0) return true; // Left out.
        _first.Write(line, masked);
        (_manifestOutput, _originalsOutput) = (manifest, originals);
        Finish(_first);
        if (line[^1] != '\n') masked.Write("\n"u8);
        return true;
    }

    public void Dispose()
    {
        _state = State.Done;
        foreach (var lane in _lanes) lane.Dispose();
        _file.Dispose();
        _manifest?.Dispose();
        _risk?.Dispose();
        _leaks?.Dispose();
    }

    /// <summary>An exception leaves the state at Done, so that nothing can go on behind it.</summary>
    private void Enter(State state)
    {
        if (_state == State.Done || (_state != State.Fresh && _state != state))
            throw new InvalidOperationException("the masker was completed, failed, or used in the other way");
        _state = State.Done;
    }

    /// <summary>The layers around the records did (1) and (2).</summary>
    private void RunBatch(ReadOnlySpan<byte> batch, IBufferWriter<byte> masked)
    {
        _first.Work(batch, masked); // (3), (4)
        Finish(_first);
    }

    private RecordException? ReadOne(ReadOnlySpan<byte> line)
    {
        var codec = _first.Codec;
        codec.Restart(++_lines);
        var end = line.IndexOf((byte)'\n');
        if (end >= 0 && end < line.Length - 1)
            return new RecordException(RecordError.NotJson, _lines, null, $"record {_lines}: more than one line");
        var read = codec.Read(line, final: true);
        if (codec.Fault is not null) return codec.Fault;
        return codec.Rows == 1 && read == line.Length
            ? null
            : new RecordException(RecordError.NotAnObject, _lines, null, $"record {_lines}: empty; a record is one JSON object");
    }

    /// <summary>(5), and what else is told of a transfer: a batch that is written, in the order of the file.</summary>
    private void Finish(MaskLane lane)
    {
        var (codec, masked) = (lane.Codec, lane.Masked);
        if (_originalsOutput is not null) (_originals ??= new OriginalsWriter(_profile)).Add(codec.Columns, codec.Rows, lane.Canaries, _originalsOutput);
        _manifest?.Add(masked, codec.Rows, codec.Formulas, lane.Canaries, _manifestOutput!);
        _risk?.Add(masked, codec.Rows, _profile.Risk!.Quasi is not [var quasi, ..] || codec.Reads(quasi));
        _leaks?.Add(masked);
        _records += codec.Rows + lane.Canaries.Count;
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_first.Transforms[i] is not null) _counts[i] += masked[i].CountFilled();
        }
    }

    private FieldCount CountOf(int rule)
    {
        var field = _profile.Fields[rule];
        var entities = from lane in _lanes
                       from entity in lane.Transforms[rule]?.Entities ?? []
                       group entity.Count by entity.Entity into counts
                       orderby counts.Key
                       select new EntityCount(counts.Key, counts.Sum());
        return new FieldCount(field.Name, field.Transforms, _counts[rule]) { Failed = _lanes.Sum(lane => lane.Transforms[rule]?.Failures ?? 0), Entities = [.. entities] };
    }
}
