using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Returns;

/// <summary>Turns the reversible fields of a masked batch back, each subject before what hangs on it.</summary>
internal sealed class RestoredFields : IDisposable
{
    private readonly MaskingProfile _profile;
    private readonly RecordCodec _codec;
    private readonly Transform?[] _transforms;
    private readonly long[] _counts;
    private readonly RecordCells? _records;

    public RestoredFields(MaskingProfile profile, MaskingKeys keys, RecordCodec codec)
    {
        _profile = profile;
        _codec = codec;
        _transforms = [.. profile.Fields.Select(field => field.IsReversible ? field.Bind(keys) : null)];
        Columns = [.. profile.Fields.Select((field, i) => _transforms[i] is null ? codec.Columns[i] : new CellColumn(field.Name))];
        for (var i = 0; i < Columns.Length; i++)
        {
            // Dates are shifted back by the subject's real value, so that one is restored first.
            if (_transforms[i] is not null && profile.Fields[i].Subject is >= 0 and var subject)
                codec.Columns[i].SubjectColumn = Columns[subject];
        }

        _counts = new long[profile.Fields.Count];
        if (profile.ConditionsOf(isReturn: true) is { Count: > 0 } conditions) _records = new RecordCells(codec, conditions);
    }

    /// <summary>For each rule the cells in clear, or as they came where they don't turn back.</summary>
    public CellColumn[] Columns { get; }

    /// <summary>Of the fields that turn back.</summary>
    public IReadOnlyList<FieldCount> Counts =>
        [.. Enumerable.Range(0, _counts.Length).Where(IsRestored).Select(i => new FieldCount(_profile.Fields[i].Name, _profile.Fields[i].Transforms, _counts[i]))];

    public bool IsRestored(int rule) => _transforms[rule] is not null;

    /// <summary>Turns the codec's batch back. What can't be is marked in its column.</summary>
    public void Restore()
    {
        for (var pass = 0; pass < 2; pass++)
        {
            // Which transform a value was masked by is told by other fields, which are in clear by then.
            if (pass == 1) Decide();
            for (var i = 0; i < _transforms.Length; i++)
            {
                if (_transforms[i] is not { } transform || (_profile.Fields[i].Subject >= 0 || transform is Conditional) != (pass == 1)) continue;
                Columns[i].Clear();
                transform.Restore(_codec.Columns[i], Columns[i]);
            }
        }
    }

    private void Decide()
    {
        if (_records is null) return;
        _records.Load(Columns, _codec.Rows);
        foreach (var transform in _transforms) (transform as Conditional)?.Decide(_records, _codec.Rows);
    }

    /// <summary>Counts the batch, when it is written.</summary>
    public void Count()
    {
        for (var i = 0; i < _transforms.Length; i++)
        {
            if (_transforms[i] is not null) _counts[i] += Columns[i].CountFilled();
        }
    }

    public void Dispose()
    {
        foreach (var column in Columns) column.Zero();
        foreach (var transform in _transforms) transform?.Dispose();
    }
}
