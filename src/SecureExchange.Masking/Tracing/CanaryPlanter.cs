using System.Buffers;
using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Tracing;

/// <summary>Puts made-up rows between those of a file, masked like them, at places that only the transfer's key tells.</summary>
/// <remarks>Never in front of the first row nor behind the last. What a canary shows as it is, it takes from a real row elsewhere in
/// its batch.</remarks>
internal sealed class CanaryPlanter
{
    private const int MaxAttempts = 8;

    private readonly MaskingProfile _profile;
    private readonly RecordCodec _codec;
    private readonly IReadOnlyList<Transform?> _transforms;
    private readonly CellColumn[] _masked;
    private readonly bool[] _isLent;
    private readonly TransferMark _mark;
    private readonly ManifestWriter _manifest;
    private readonly CellColumn[] _plain;
    private readonly CellColumn[] _cells;
    private readonly int _every;
    private readonly List<Canary> _planted = [];
    private readonly ArrayBufferWriter<byte> _row = new();
    private long _next = 1;
    private long _rows;

    public CanaryPlanter(MaskingProfile profile, MaskLane lane, ManifestWriter manifest)
    {
        (_profile, _codec, _transforms, _masked, _mark, _manifest) = (profile, lane.Codec, lane.Transforms, lane.Masked, lane.Mark!, manifest);
        _isLent = LentFields(profile);
        _every = profile.Tracing!.CanaryEvery;
        _plain = [.. profile.Fields.Select(field => new CellColumn(field.Name))];
        _cells = [.. _transforms.Select((transform, i) => transform is null ? _plain[i] : new CellColumn(profile.Fields[i].Name))];
        for (var i = 0; i < _plain.Length; i++)
        {
            if (profile.Fields[i].Subject is >= 0 and var subject) _plain[i].SubjectColumn = _plain[subject];
        }

        Advance();
    }

    /// <summary>How many there are so far.</summary>
    public long Count { get; private set; }

    /// <summary>Plants what comes due in a batch that is masked and not yet written.</summary>
    /// <param name="batch">Its bytes.</param>
    /// <returns>In the order of their rows.</returns>
    public IReadOnlyList<Canary> Plant(ReadOnlySpan<byte> batch)
    {
        _planted.Clear();
        for (; _next <= _rows + _codec.Rows; Advance())
        {
            var before = (int)(_next - _rows - 1);
            // The row that lends its form is an earlier one: it ends with a line end, which the file's last needn't.
            var like = before < 1 ? -1 : (int)(_mark.Draw(Count, "like"u8) % (ulong)before);
            if (like < 0 || !TryMake(like) || !TryWrite(batch, like, before)) continue;
            _codec.InsertBefore(before, _row.WrittenSpan.ToArray());
            _planted.Add(new Canary(before, _manifest.EntryOf(_cells), [.. _plain.Select(PlainOf)]));
            Count++;
        }

        _rows += _codec.Rows;
        return _planted;
    }

    public void Zero()
    {
        foreach (var column in _plain) column.Zero();
        foreach (var column in _cells) column.Zero();
    }

    private void Advance() => _next += 1 + (long)(_mark.Draw(_next, "gap"u8) % (ulong)((2 * _every) - 1));

    private static byte[]? PlainOf(CellColumn column) =>
        column.Count == 0 ? null : column.Kind(0) == CellKind.RawText ? column.Plain(0) : column[0].ToArray();

    /// <summary>Fields that a canary has from the row that lends its form, masked and all: those with conditions, and those by which
    /// conditions are answered, so that going out and coming back they are answered alike.</summary>
    private static bool[] LentFields(MaskingProfile profile)
    {
        var lent = new bool[profile.Fields.Count];
        foreach (var asked in profile.ConditionsOf(isReturn: false).SelectMany(condition => condition.Fields)) lent[asked] = true;
        for (var i = 0; i < lent.Length; i++)
        {
            if (profile.Fields[i].Cases.Count == 0) continue;
            lent[i] = true;
            if (profile.Fields[i].Subject is >= 0 and var subject) lent[subject] = true;
        }

        return lent;
    }

    private bool TryWrite(ReadOnlySpan<byte> batch, int like, int before)
    {
        _row.ResetWrittenCount();
        try
        {
            _codec.WriteLike(batch, like, before, _cells, _row);
            return true;
        }
        catch (RecordException)
        {
            return false; // What was made up hasn't room in a field of fixed width.
        }
    }

    /// <summary>Fills the cells; false where nothing in them would be its own.</summary>
    private bool TryMake(int like)
    {
        var own = false;
        foreach (var column in _plain) column.Clear();
        for (var pass = 0; pass < 2; pass++)
        {
            for (var rule = 0; rule < _plain.Length; rule++)
            {
                if ((_profile.Fields[rule].Subject >= 0) == (pass == 1)) own |= Make(rule, like);
            }
        }

        return own;
    }

    private bool Make(int rule, int like)
    {
        var field = _profile.Fields[rule];
        if (_transforms[rule] is not { } transform)
        {
            // A subject that is kept is wanted for what hangs on it, and goes out as it is.
            var isKey = rule == _profile.RowKeyIndex;
            return Fill(rule, like, isKey) && isKey;
        }

        _cells[rule].Clear();
        if (_isLent[rule])
        {
            Fill(rule, like, invents: false);
            Lend(rule, like);
            return false;
        }

        var invents = CanaryValues.IsInvented(field.Transform);
        var isOwn = Fill(rule, like, invents);
        if (TryMask(rule, transform)) return isOwn && invents;
        // A check digit that isn't right, a date that isn't one: what a real row has will do.
        _plain[rule].Clear();
        Fill(rule, like, invents: false);
        if (!TryMask(rule, transform)) throw new InvalidOperationException("a value that was masked in its own row isn't in a canary's");
        return false;
    }

    /// <summary>Gives a field as many values as the row has that lends its form; says whether one of them is another than the row's.</summary>
    private bool Fill(int rule, int like, bool invents)
    {
        var field = _profile.Fields[rule];
        var source = _codec.Columns[rule];
        var isOwn = false;
        for (var i = source.FirstOfRow(like); i < source.Count && source.Row(i) == like; i++)
        {
            var value = source[i];
            var kind = source.Kind(i);
            if (kind == CellKind.RawText && _transforms[rule] is not null && !_isLent[rule])
            {
                value = _codec.Plain(value).ToArray();
                kind = CellKind.Text;
            }

            ReadOnlySpan<byte> made = field.Rule.IsFreeText && !_isLent[rule] ? [] : invents && !value.IsEmpty ? Invent(rule, value, kind) : value;
            isOwn |= !made.SequenceEqual(value);
            _plain[rule].Add(made, 0, kind, source.Place(i), source.Element(i));
            if (source.SubjectCell(i) is >= 0 and var subject) _plain[rule].BindSubject(_plain[rule].Count - 1, subject - _codec.Columns[field.Subject].FirstOfRow(like));
        }

        return isOwn;
    }

    private void Lend(int rule, int like)
    {
        var masked = _masked[rule];
        for (var i = masked.FirstOfRow(like); i < masked.Count && masked.Row(i) == like; i++)
            _cells[rule].Add(masked[i], 0, masked.Kind(i), masked.Place(i), masked.Element(i));
    }

    private bool TryMask(int rule, Transform transform)
    {
        var redacts = transform.RedactsFailures;
        try
        {
            transform.RedactsFailures = false;
            _cells[rule].Clear();
            transform.Mask(_plain[rule], _cells[rule]);
            if (_profile.Fields[rule].Path.HasElements) _cells[rule].TakePlaces(_plain[rule]);
            return true;
        }
        catch (RecordException)
        {
            return false;
        }
        finally
        {
            transform.RedactsFailures = redacts;
        }
    }

    private ReadOnlySpan<byte> Invent(int rule, ReadOnlySpan<byte> form, CellKind kind)
    {
        var field = _profile.Fields[rule];
        // A number stays one, and a record of fixed width has no room for more.
        var type = kind == CellKind.Text ? field.Type : null;
        var isHidden = kind == CellKind.Text && _profile.Format != RecordFormat.FixedWidth && _transforms[rule] is not null && CanaryValues.IsHidden(field.Transform);
        byte[] made = [];
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var round = attempt;
            ulong Draw(int n) => _mark.Draw(Count, field.KeyName, (round << 16) | n);
            made = isHidden ? CanaryValues.MakeHidden(form, Draw) : CanaryValues.Make(type, form, Draw);
            if (!form.SequenceEqual(made)) break;
        }

        return made;
    }
}

/// <summary>A canary row of a batch.</summary>
/// <param name="Before">In front of which row of the batch, from 0.</param>
/// <param name="Entry">Its entry in the manifest.</param>
/// <param name="Plain">For each rule its value before masking, or null.</param>
internal sealed record Canary(int Before, byte[] Entry, byte[]?[] Plain);
