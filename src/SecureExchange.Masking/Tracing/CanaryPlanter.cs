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
    private readonly CsvCodec _codec;
    private readonly Transform?[] _transforms;
    private readonly TransferMark _mark;
    private readonly ManifestWriter _manifest;
    private readonly CellColumn[] _plain;
    private readonly CellColumn[] _cells;
    private readonly int _every;
    private readonly List<Canary> _planted = [];
    private readonly ArrayBufferWriter<byte> _row = new();
    private long _next = 1;

    public CanaryPlanter(MaskingProfile profile, CsvCodec codec, Transform?[] transforms, TransferMark mark, ManifestWriter manifest)
    {
        (_profile, _codec, _transforms, _mark, _manifest) = (profile, codec, transforms, mark, manifest);
        _every = profile.Tracing!.CanaryEvery;
        _plain = [.. profile.Fields.Select(field => new CellColumn(field.Name))];
        _cells = [.. transforms.Select((transform, i) => transform is null ? _plain[i] : new CellColumn(profile.Fields[i].Name))];
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
        for (; _next < _codec.FirstRow + _codec.Rows; Advance())
        {
            var before = (int)(_next - _codec.FirstRow);
            // The row that lends its form is an earlier one: it ends with a line end, which the file's last needn't.
            var like = before < 1 ? -1 : (int)(_mark.Draw(Count, "like"u8) % (ulong)before);
            if (like < 0 || !TryMake(like)) continue;
            _row.ResetWrittenCount();
            _codec.WriteLike(batch, like, _cells, _row);
            _codec.InsertBefore(before, _row.WrittenSpan.ToArray());
            _planted.Add(new Canary(before, _manifest.EntryOf(_cells), [.. _plain.Select(column => column.Count > 0 ? column[0].ToArray() : null)]));
            Count++;
        }

        return _planted;
    }

    public void Zero()
    {
        foreach (var column in _plain) column.Zero();
        foreach (var column in _cells) column.Zero();
    }

    private void Advance() => _next += 1 + (long)(_mark.Draw(_next, "gap"u8) % (ulong)((2 * _every) - 1));

    /// <summary>Fills the cells; false where nothing in them would be its own.</summary>
    private bool TryMake(int like)
    {
        var own = false;
        foreach (var column in _plain) column.Clear();
        for (var pass = 0; pass < 2; pass++)
        {
            for (var rule = 0; rule < _plain.Length; rule++)
            {
                if ((_profile.Fields[rule].Subject >= 0) != (pass == 1)) continue;
                var source = _codec.Columns[rule];
                if (source.FirstOfRow(like) is var at && (at == source.Count || source.Row(at) != like)) continue;
                own |= Make(rule, source[at]);
            }
        }

        return own;
    }

    private bool Make(int rule, ReadOnlySpan<byte> form)
    {
        var field = _profile.Fields[rule];
        if (_transforms[rule] is not { } transform)
        {
            if (rule == _profile.RowKeyIndex) return Add(rule, Invent(rule, form), form);
            // A subject that is kept is wanted for what hangs on it, and goes out as it is.
            _plain[rule].Add(form, row: 0);
            return false;
        }

        var invented = CanaryValues.IsInvented(field.Transform);
        var isOwn = Add(rule, field.Rule.IsFreeText ? [] : invented ? Invent(rule, form) : form, form);
        if (TryMask(rule, transform)) return isOwn && invented;
        // A check digit that isn't right, a date that isn't one: what a real row has will do.
        _plain[rule].Clear();
        Add(rule, form, form);
        if (!TryMask(rule, transform)) throw new InvalidOperationException("a value that was masked in its own row isn't in a canary's");
        return false;
    }

    private bool TryMask(int rule, Transform transform)
    {
        var redacts = transform.RedactsFailures;
        try
        {
            transform.RedactsFailures = false;
            _cells[rule].Clear();
            transform.Mask(_plain[rule], _cells[rule]);
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

    private bool Add(int rule, ReadOnlySpan<byte> value, ReadOnlySpan<byte> form)
    {
        _plain[rule].Add(value, row: 0);
        if (_profile.Fields[rule].Subject is >= 0 and var subject && _plain[subject].Count > 0) _plain[rule].BindSubject(0, 0);
        return !value.SequenceEqual(form);
    }

    private byte[] Invent(int rule, ReadOnlySpan<byte> form)
    {
        var field = _profile.Fields[rule];
        byte[] made = [];
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var round = attempt;
            ulong Draw(int n) => _mark.Draw(Count, field.KeyName, (round << 16) | n);
            made = _transforms[rule] is not null && CanaryValues.IsHidden(field.Transform) ? CanaryValues.MakeHidden(form, Draw) : CanaryValues.Make(field.Type, form, Draw);
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
