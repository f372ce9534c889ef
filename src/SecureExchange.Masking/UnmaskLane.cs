using System.Buffers;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Returns;

namespace SecureExchange.Masking;

/// <summary>Turns masked batches back: all that one batch needs no other for.</summary>
internal sealed class UnmaskLane : Lane
{
    private readonly MaskingProfile _profile;
    private bool[] _unguarded = [];

    /// <param name="profile">The one that the file was masked with.</param>
    /// <param name="keys">Not kept.</param>
    /// <param name="limits">What a file may ask for.</param>
    internal UnmaskLane(MaskingProfile profile, MaskingKeys keys, MaskingLimits limits)
        : base(RecordCodec.Create(profile, limits, isReturn: true), limits.MaxRecord)
    {
        _profile = profile;
        Fields = new RestoredFields(profile, keys, Codec);
    }

    internal RestoredFields Fields { get; }

    /// <summary>By which canary rows are told; null where there are none to take out.</summary>
    internal RowTags? Tags { get; init; }

    /// <summary>The canary rows, by their tags.</summary>
    internal IReadOnlySet<ulong> Canaries { get; set; } = new HashSet<ulong>();

    /// <inheritdoc/>
    public override void Work(ReadOnlySpan<byte> batch, IBufferWriter<byte> output)
    {
        Fields.Restore();
        if (FirstBroken() is { } broken) throw broken;
        if (_unguarded.Length < Codec.Formulas.Count) _unguarded = new bool[Codec.Formulas.Count];
        if (Canaries.Count > 0) RemoveCanaries();
        Codec.Write(batch, Fields.Columns, _unguarded, output);
    }

    protected override void DisposeWork()
    {
        Fields.Dispose();
        Tags?.Dispose();
    }

    private void RemoveCanaries()
    {
        Tags!.Compute(Codec.Columns, Codec.Rows);
        for (var row = 0; row < Codec.Rows; row++)
        {
            if (Canaries.Contains(Tags.Rows[row])) Codec.Remove(row);
        }
    }

    private RecordException? FirstBroken()
    {
        RecordException? first = null;
        for (var rule = 0; rule < _profile.Fields.Count; rule++)
        {
            if (!Fields.IsRestored(rule)) continue;
            var cells = Fields.Columns[rule];
            for (var i = 0; i < cells.Count; i++)
            {
                if (cells.State(i) == CellState.Sound) continue;
                cells.FirstRow = Codec.FirstRow;
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
