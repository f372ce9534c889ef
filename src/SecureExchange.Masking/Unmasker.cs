using System.Buffers;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Returns;

namespace SecureExchange.Masking;

/// <summary>Turns a masked file back with nothing but its profile and keys.</summary>
/// <remarks>For files that never left the hands of whoever holds the key. It sees a token that was altered or isn't of this key;
/// it doesn't see one that was moved to another row, nor an altered value of a format-preserving field: for what comes back
/// from somebody else there are manifests and <see cref="ReturnChecker"/>. After an exception what was written MUST be thrown
/// away. Not safe for several threads.</remarks>
public sealed class Unmasker : IDisposable
{
    private readonly UnmaskLane[] _lanes;
    private readonly FileLayer _file;
    private readonly SentRowsLoader? _sent;
    private long _records;
    private bool _done;

    /// <param name="profile">The profile that the file was masked with, for the same audience.</param>
    /// <param name="keys">The keys that it was masked with; not disposed here.</param>
    /// <param name="limits">Null for the defaults.</param>
    public Unmasker(MaskingProfile profile, MaskingKeys keys, MaskingLimits? limits = null) : this(profile, keys, limits ?? new MaskingLimits(), default(ReadOnlySpan<byte>))
    {
    }

    /// <summary>Takes canary rows out, which only the dispatch's manifest tells from others.</summary>
    /// <param name="profile">The profile that the file was masked with, for the same audience.</param>
    /// <param name="keys">The keys that it was masked with; not disposed here.</param>
    /// <param name="manifestKey">32 bytes, the dispatch's own.</param>
    /// <param name="limits">Null for the defaults.</param>
    public Unmasker(MaskingProfile profile, MaskingKeys keys, ReadOnlySpan<byte> manifestKey, MaskingLimits? limits = null) : this(profile, keys, limits ?? new MaskingLimits(), manifestKey.Length == 32 ? manifestKey : throw new ArgumentException("must be 32 bytes", nameof(manifestKey))) =>
        _sent = new SentRowsLoader(profile, new TaggedFields(profile), expectedRows: 0);

    private Unmasker(MaskingProfile profile, MaskingKeys keys, MaskingLimits limits, ReadOnlySpan<byte> manifestKey)
    {
        var first = New(manifestKey);
        _lanes = new UnmaskLane[LaneLayer.Count(profile, first.Codec, limits)];
        _lanes[0] = first;
        for (var i = 1; i < _lanes.Length; i++) _lanes[i] = New(default);
        var lanes = _lanes.Length > 1 ? new LaneLayer(_lanes, lane => Finish((UnmaskLane)lane)) : null;
        _file = FileLayer.Create(profile, first.Codec, limits, RunBatch, lanes: lanes);

        UnmaskLane New(ReadOnlySpan<byte> key) =>
            new(profile, keys, limits) { Tags = key.IsEmpty ? null : new RowTags(profile, new TaggedFields(profile), key) };
    }

    /// <summary>The dispatch's manifest, cut anywhere, before the file.</summary>
    /// <exception cref="RecordException">It is damaged, or of another profile.</exception>
    public void LoadManifest(ReadOnlySpan<byte> manifest)
    {
        _sent!.Read(manifest);
        _lanes[0].Canaries = _sent.Canaries; // Where a profile has any, there is one lane.
    }

    /// <summary>What was turned back so far.</summary>
    public MaskingReport Report
    {
        get
        {
            foreach (var lane in _lanes) lane.Settle();
            var counts = _lanes.SelectMany(lane => lane.Fields.Counts.Index()).GroupBy(one => one.Index, one => one.Item);
            return new(_records, [.. counts.Select(of => of.First() with { Count = of.Sum(one => one.Count) })]) { Format = _lanes[0].Codec.Findings.List };
        }
    }

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
        foreach (var lane in _lanes) lane.Dispose();
        _file.Dispose();
    }

    private void Enter()
    {
        if (_done) throw new InvalidOperationException("the unmasker was completed, or failed");
        _done = true; // Until the call ends well.
    }

    private void RunBatch(ReadOnlySpan<byte> batch, IBufferWriter<byte> clear)
    {
        _lanes[0].Work(batch, clear);
        Finish(_lanes[0]);
    }

    private void Finish(UnmaskLane lane)
    {
        lane.Fields.Count();
        _records += lane.Codec.Rows;
    }
}
