using System.Buffers;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Returns;

namespace SecureExchange.Masking;

/// <summary>Turns a masked file back with nothing but its profile and keys.</summary>
/// <remarks>For files that never left the hands of whoever holds the key. It sees a token that was altered or isn't of this key;
/// it doesn't see one that was moved to another row, nor an altered value of a format-preserving field: for what comes back
/// from somebody else there are manifests and <see cref="ReturnChecker"/>. After an exception what was written MUST be thrown
/// away. Not safe for several threads.</remarks>
public sealed class Unmasker : IDisposable
{
    private readonly MaskingProfile _profile;
    private readonly RecordCodec _codec;
    private readonly FileLayer _file;
    private readonly RestoredFields _fields;
    private readonly RowTags? _tags;
    private readonly SentRowsLoader? _sent;
    private bool[] _unguarded = [];
    private long _records;
    private bool _done;

    /// <param name="profile">The profile that the file was masked with, for the same audience.</param>
    /// <param name="keys">The keys that it was masked with; not disposed here.</param>
    /// <param name="limits">Null for the defaults.</param>
    public Unmasker(MaskingProfile profile, MaskingKeys keys, MaskingLimits? limits = null)
    {
        limits ??= new MaskingLimits();
        _profile = profile;
        _codec = RecordCodec.Create(profile, limits, isReturn: true);
        _file = FileLayer.Create(profile, _codec, limits, RunBatch);
        _fields = new RestoredFields(profile, keys, _codec);
    }

    /// <summary>Takes canary rows out, which only the dispatch's manifest tells from others.</summary>
    /// <param name="profile">The profile that the file was masked with, for the same audience.</param>
    /// <param name="keys">The keys that it was masked with; not disposed here.</param>
    /// <param name="manifestKey">32 bytes, the dispatch's own.</param>
    /// <param name="limits">Null for the defaults.</param>
    public Unmasker(MaskingProfile profile, MaskingKeys keys, ReadOnlySpan<byte> manifestKey, MaskingLimits? limits = null) : this(profile, keys, limits)
    {
        var fields = new TaggedFields(profile);
        _tags = new RowTags(profile, fields, manifestKey);
        _sent = new SentRowsLoader(profile, fields, expectedRows: 0);
    }

    /// <summary>The dispatch's manifest, cut anywhere, before the file.</summary>
    /// <exception cref="RecordException">It is damaged, or of another profile.</exception>
    public void LoadManifest(ReadOnlySpan<byte> manifest) => _sent!.Read(manifest);

    /// <summary>What was turned back so far.</summary>
    public MaskingReport Report => new(_records, _fields.Counts) { Format = _codec.Findings.List };

    /// <summary>Turns the next piece of the file back, cut anywhere.</summary>
    /// <exception cref="RecordException">The file can't be read, or a value in it isn't one that this key made.</exception>
    public void Unmask(ReadOnlySpan<byte> masked, IBufferWriter<byte> clear)
    {
        Enter();
        _file.Push(masked, clear);
        _done = false;
    }

    /// <summary>The file ends here.</summary>
    /// <exception cref="RecordException">What is left isn't a whole record, or can't be turned back.</exception>
    public void Complete(IBufferWriter<byte> clear)
    {
        Enter();
        _file.Complete(clear);
    }

    public void Dispose()
    {
        _done = true;
        _codec.Zero();
        _file.Dispose();
        _fields.Dispose();
        _tags?.Dispose();
    }

    private void Enter()
    {
        if (_done) throw new InvalidOperationException("the unmasker was completed, or failed");
        _done = true; // Until the call ends well.
    }

    private void RunBatch(ReadOnlySpan<byte> batch, IBufferWriter<byte> clear)
    {
        _fields.Restore();
        if (FirstBroken() is { } broken) throw broken;
        if (_unguarded.Length < _codec.Formulas.Count) _unguarded = new bool[_codec.Formulas.Count];
        if (_sent is { Canaries.Count: > 0 }) RemoveCanaries(_sent.Canaries);
        _codec.Write(batch, _fields.Columns, _unguarded, clear);
        _fields.Count();
        _records += _codec.Rows;
    }

    private void RemoveCanaries(HashSet<ulong> canaries)
    {
        _tags!.Compute(_codec.Columns, _codec.Rows);
        for (var row = 0; row < _codec.Rows; row++)
        {
            if (canaries.Contains(_tags.Rows[row])) _codec.Remove(row);
        }
    }

    private RecordException? FirstBroken()
    {
        RecordException? first = null;
        for (var rule = 0; rule < _profile.Fields.Count; rule++)
        {
            if (!_fields.IsRestored(rule)) continue;
            var cells = _fields.Columns[rule];
            for (var i = 0; i < cells.Count; i++)
            {
                if (cells.State(i) == CellState.Sound) continue;
                cells.FirstRow = _codec.FirstRow;
                var fault = cells.State(i) == CellState.Foreign
                    ? cells.Fault(i, RecordError.ForeignToken, "a token of another key; was the file masked with this key file?")
                    : cells.Fault(i, RecordError.EditedToken, "not a value that this profile and key make; it was altered, or is of another field");
                if (first is null || fault.Row < first.Row) first = fault;
                break;
            }
        }

        return first;
    }
}
