using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Originals;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Risk;
using SecureExchange.Masking.Tracing;
using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking;

/// <summary>Masks one transfer: records in, masked records and the manifest out.</summary>
/// <remarks><code>
/// bytes ─► (1) batch ─► (2) read into columns ─► (3) transform each column ─► (4) write ─► (5) add to the manifest
/// </code>
/// Not safe for several threads. After an exception the masker is done: what it wrote MUST be thrown away.</remarks>
public sealed class Masker : IDisposable
{
    private readonly MaskingProfile _profile;
    private readonly RecordCodec _codec;
    private readonly FileLayer _file;
    private readonly ManifestWriter? _manifest;
    private readonly Transform?[] _transforms;
    private readonly CellColumn[] _masked;
    private readonly long[] _counts;
    private readonly RiskMeter? _risk;
    private readonly LeakMeter? _leaks;
    private readonly IReadOnlyList<PlantedCheck> _planted;
    private readonly TransferMark? _mark;
    private readonly CanaryPlanter? _canaries;
    private IBufferWriter<byte>? _manifestOutput;
    private IBufferWriter<byte>? _originalsOutput;
    private OriginalsWriter? _originals;
    private readonly RecordCells? _cells;
    private bool[] _leftOut = [];
    private long _suppressed;
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
        : this(profile, keys, limits, profile.IsTraced && manifestKey.Length == 32 ? new TransferMark(manifestKey) : null)
    {
        if (manifestKey.Length != 32) throw new ArgumentException("must be 32 bytes", nameof(manifestKey));
        _manifest = new ManifestWriter(profile, manifestKey, limits ?? new MaskingLimits());
        if (profile.Tracing is { CanaryEvery: > 0 }) _canaries = new CanaryPlanter(profile, _codec, _transforms, _masked, _mark!, _manifest);
    }

    /// <summary>Masks without a manifest: what comes back can be turned back, and not be checked.</summary>
    /// <param name="profile">What becomes of which field. What it says of tracing needs a manifest.</param>
    /// <param name="keys"><see cref="MaskingKeys.None"/> where the profile needs none.</param>
    /// <param name="limits">Null for the defaults.</param>
    public Masker(MaskingProfile profile, MaskingKeys keys, MaskingLimits? limits = null) : this(profile, keys, limits, mark: null)
    {
        if (profile.IsTraced) throw new ArgumentException("its copies are to be told apart, which needs a manifest key for each", nameof(profile));
    }

    private Masker(MaskingProfile profile, MaskingKeys keys, MaskingLimits? limits, TransferMark? mark)
    {
        limits ??= new MaskingLimits();
        _mark = mark;
        _profile = profile;
        _codec = RecordCodec.Create(profile, limits, isReturn: false);
        _file = FileLayer.Create(profile, _codec, limits, RunBatch);
        _transforms = [.. profile.Fields.Select((field, i) => field.Bind(keys, profile.IsMarked(i) ? mark : null))];
        // What isn't transformed goes on as it was read, row keys for the manifest's tags among them.
        _masked = [.. profile.Fields.Select((field, i) => _transforms[i] is null ? _codec.Columns[i] : new CellColumn(field.Name))];
        _counts = new long[profile.Fields.Count];
        foreach (var transform in _transforms.OfType<Conditional>()) transform.Codec = _codec;
        if (profile.ConditionsOf(isReturn: false) is { Count: > 0 } conditions) _cells = new RecordCells(_codec, conditions);
        if (profile.Risk is { } rules)
        {
            var kept = Enumerable.Range(0, _transforms.Length).Where(i => _transforms[i] is null).ToList();
            _risk = new RiskMeter(profile, rules.Quasi, rules.Sensitive, kept);
            if (rules.Search is { } search) _leaks = new LeakMeter(profile, search, kept);
        }

        _planted = [.. _transforms.Select((transform, i) => transform?.TryPlanted(profile.Fields[i].Name)).Append(_leaks?.TryPlanted()).OfType<PlantedCheck>()];
    }

    /// <summary>What was done so far.</summary>
    public MaskingReport Report =>
        new(_records, [.. _profile.Fields.Select((rule, i) =>
            new FieldCount(rule.Name, rule.Transforms, _counts[i]) { Failed = _transforms[i]?.Failures ?? 0, Entities = _transforms[i]?.Entities ?? [] })], _risk?.Report())
        {
            Leaks = _leaks?.Leaks() ?? [],
            Planted = _planted,
            Canaries = _canaries?.Count ?? 0,
            Format = _codec.Findings.List,
            Suppressed = _suppressed,
        };

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
            if (fault is null) Transform();
        }
        catch (RecordException e)
        {
            fault = e;
        }

        _state = State.ByRecord;
        if (fault is not null) return false;
        if (_codec.Rows == 0) return true; // Left out.
        Write(line, masked, manifest, originals);
        if (line[^1] != '\n') masked.Write("\n"u8);
        return true;
    }

    public void Dispose()
    {
        _state = State.Done;
        _codec.Zero();
        _file.Dispose();
        _manifest?.Dispose();
        _canaries?.Zero();
        _mark?.Dispose();
        _risk?.Dispose();
        _leaks?.Dispose();
        foreach (var column in _masked) column.Zero();
        foreach (var transform in _transforms) transform?.Dispose();
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
        Transform();                                                    // (3)
        Write(batch, masked, _manifestOutput, _originalsOutput);        // (4), (5)
    }

    private RecordException? ReadOne(ReadOnlySpan<byte> line)
    {
        _codec.Restart(++_lines);
        var end = line.IndexOf((byte)'\n');
        if (end >= 0 && end < line.Length - 1)
            return new RecordException(RecordError.NotJson, _lines, null, $"record {_lines}: more than one line");
        var read = _codec.Read(line, final: true);
        if (_codec.Fault is not null) return _codec.Fault;
        return _codec.Rows == 1 && read == line.Length
            ? null
            : new RecordException(RecordError.NotAnObject, _lines, null, $"record {_lines}: empty; a record is one JSON object");
    }

    private void Transform()
    {
        if (_cells is not null) Decide(_cells);
        RecordException? first = null;
        for (var i = 0; i < _transforms.Length; i++)
        {
            if (_transforms[i] is not { } transform) continue;
            _masked[i].Clear();
            try
            {
                transform.Mask(_codec.Columns[i], _masked[i]);
                if (_profile.Fields[i].Path.HasElements) _masked[i].TakePlaces(_codec.Columns[i]);
            }
            catch (RecordException fault)
            {
                // Fields are worked off one after the other; the fault to name is the first in the file.
                if (first is null || fault.Row < first.Row) first = fault;
            }
        }

        if (first is not null) throw first;
    }

    /// <summary>Leaves out what isn't sent, and answers for the rest by which transform each value is masked.</summary>
    private void Decide(RecordCells cells)
    {
        cells.Load(_codec.Columns, _codec.Rows);
        if (_codec.Suppressed is { Count: > 0 } suppressed)
        {
            if (_leftOut.Length < _codec.Rows) _leftOut = new bool[Math.Max(_codec.Rows, 256)];
            for (var row = 0; row < _codec.Rows; row++)
            {
                cells.Row = row;
                _leftOut[row] = false;
                foreach (var condition in suppressed) _leftOut[row] |= condition.Holds(cells);
            }

            var count = _codec.LeaveOut(_leftOut);
            _suppressed += count;
            if (count > 0) cells.Load(_codec.Columns, _codec.Rows);
        }

        foreach (var transform in _transforms) (transform as Conditional)?.Decide(cells, _codec.Rows);
    }

    private void Write(ReadOnlySpan<byte> batch, IBufferWriter<byte> masked, IBufferWriter<byte>? manifest, IBufferWriter<byte>? originals)
    {
        var canaries = _canaries?.Plant(batch) ?? [];
        _codec.Write(batch, _masked, [], masked);
        if (originals is not null) (_originals ??= new OriginalsWriter(_profile)).Add(_codec.Columns, _codec.Rows, canaries, originals);
        _manifest?.Add(_masked, _codec.Rows, _codec.Formulas, canaries, manifest!);
        _risk?.Add(_masked, _codec.Rows, _profile.Risk!.Quasi is not [var quasi, ..] || _codec.Reads(quasi));
        _leaks?.Add(_masked);
        _records += _codec.Rows + canaries.Count;
        for (var i = 0; i < _transforms.Length; i++)
        {
            if (_transforms[i] is not null) _counts[i] += _masked[i].CountFilled();
        }
    }
}
