using System.Buffers;
using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tracing;
using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking;

/// <summary>Masks batches: all that one batch needs no other for.</summary>
internal sealed class MaskLane : Lane
{
    private readonly MaskingProfile _profile;
    private readonly Transform?[] _transforms;
    private readonly RecordCells? _cells;
    private bool[] _leftOut = [];

    /// <param name="profile">What becomes of which field.</param>
    /// <param name="keys">Not kept.</param>
    /// <param name="limits">What a file may ask for.</param>
    /// <param name="mark">Disposed by the lane; null where copies aren't told apart.</param>
    internal MaskLane(MaskingProfile profile, MaskingKeys keys, MaskingLimits limits, TransferMark? mark)
        : base(RecordCodec.Create(profile, limits, isReturn: false), limits.MaxRecord)
    {
        _profile = profile;
        Mark = mark;
        _transforms = [.. profile.Fields.Select((field, i) => field.Bind(keys, profile.IsMarked(i) ? mark : null))];
        // What isn't transformed goes on as it was read, row keys for the manifest's tags among them.
        Masked = [.. profile.Fields.Select((field, i) => _transforms[i] is null ? Codec.Columns[i] : new CellColumn(field.Name))];
        foreach (var transform in _transforms.OfType<Conditional>()) transform.Codec = Codec;
        if (profile.ConditionsOf(isReturn: false) is { Count: > 0 } conditions) _cells = new RecordCells(Codec, conditions);
    }

    /// <summary>For each rule its cells as they go out.</summary>
    internal CellColumn[] Masked { get; }

    /// <summary>For each rule what is done with it; null for what goes out as it is.</summary>
    internal IReadOnlyList<Transform?> Transforms => _transforms;

    /// <summary>What tells this copy from others, or null.</summary>
    internal TransferMark? Mark { get; }

    /// <summary>Puts made-up rows between, or null.</summary>
    internal CanaryPlanter? Planter { get; set; }

    /// <summary>The made-up rows of the batch.</summary>
    internal IReadOnlyList<Canary> Canaries { get; private set; } = [];

    /// <summary>Records left out so far, as the profile says.</summary>
    internal long Suppressed { get; private set; }

    /// <summary>Which of the known values that are put before the detectors were let through.</summary>
    internal IEnumerable<PlantedCheck> TryPlanted() => _transforms.Select((transform, i) => transform?.TryPlanted(_profile.Fields[i].Name)).OfType<PlantedCheck>();

    /// <inheritdoc/>
    public override void Work(ReadOnlySpan<byte> batch, IBufferWriter<byte> output)
    {
        Transform();
        Write(batch, output);
    }

    /// <summary>Masks the cells that the codec has read.</summary>
    /// <exception cref="RecordException">One can't be masked: the first in the file.</exception>
    internal void Transform()
    {
        if (_cells is not null) Decide(_cells);
        RecordException? first = null;
        for (var i = 0; i < _transforms.Length; i++)
        {
            if (_transforms[i] is not { } transform) continue;
            Masked[i].Clear();
            try
            {
                transform.Mask(Codec.Columns[i], Masked[i]);
                if (_profile.Fields[i].Path.HasElements) Masked[i].TakePlaces(Codec.Columns[i]);
            }
            catch (RecordException fault)
            {
                // Fields are worked off one after the other; the fault to name is the first in the file.
                if (first is null || fault.Row < first.Row) first = fault;
            }
        }

        if (first is not null) throw first;
    }

    /// <summary>Writes the batch with the masked cells in it.</summary>
    internal void Write(ReadOnlySpan<byte> batch, IBufferWriter<byte> output)
    {
        Canaries = Planter?.Plant(batch) ?? [];
        Codec.Write(batch, Masked, [], output);
    }

    protected override void DisposeWork()
    {
        Planter?.Zero();
        foreach (var column in Masked) column.Zero();
        foreach (var transform in _transforms) transform?.Dispose();
        Mark?.Dispose();
    }

    /// <summary>Leaves out what isn't sent, and answers for the rest by which transform each value is masked.</summary>
    private void Decide(RecordCells cells)
    {
        cells.Load(Codec.Columns, Codec.Rows);
        if (Codec.Suppressed is { Count: > 0 } suppressed)
        {
            if (_leftOut.Length < Codec.Rows) _leftOut = new bool[Math.Max(Codec.Rows, 256)];
            for (var row = 0; row < Codec.Rows; row++)
            {
                cells.Row = row;
                _leftOut[row] = false;
                foreach (var condition in suppressed) _leftOut[row] |= condition.Holds(cells);
            }

            var count = Codec.LeaveOut(_leftOut);
            Suppressed += count;
            if (count > 0) cells.Load(Codec.Columns, Codec.Rows);
        }

        foreach (var transform in _transforms) (transform as Conditional)?.Decide(cells, Codec.Rows);
    }
}
