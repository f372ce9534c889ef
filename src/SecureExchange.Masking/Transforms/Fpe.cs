using SecureExchange.Cryptography;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Format-preserving encryption (FF1): digits stay digits, separators stay where they are, and check digits right where the
/// profile asks for it.</summary>
/// <remarks>Not authenticated: a changed value turns back into a wrong one, which only the manifest finds. The tweak is
/// the field, so equal values of two fields look different; with <c>tweak: subject</c> those of two subjects do as well. What
/// <c>keep-first</c> and <c>keep-last</c> leave goes out in clear. Where no program checks the form, take tokenise.</remarks>
internal sealed class Fpe : Transform
{
    private readonly byte[] _key;
    private readonly byte[] _field;
    private readonly FpeOptions _options;
    private readonly FpeAlphabet _alphabet;
    private readonly ushort[] _numerals = new ushort[Ff1.MaxLength];
    private readonly FpeBatch _batch;
    private readonly FpeDigits? _digits;
    private byte[] _masked = new byte[256];
    private byte[] _subject = [];
    private Ff1 _ff1;

    private Fpe(MaskingKeys keys, FieldName field, FpeOptions options)
    {
        (_key, _field, _options, _alphabet) = (keys.Fpe, field.Canonical, options, options.Alphabet);
        _ff1 = new Ff1(_key, _alphabet.Radix, _field);
        _batch = new FpeBatch(_ff1);
        _digits = FpeDigits.Create(_ff1, options);
    }

    public static TransformRule Declare(TransformOptions options)
    {
        var read = FpeOptions.Read(options);
        return new TransformRule((keys, field) => new Fpe(keys, field, read))
        {
            IsKeyed = true,
            IsReversible = true,
            TellsRowsApart = read.Subject is null,
            Spelling = JsonSpelling.SlashOnly,
            ShowsEnds = read.KeepFirst + read.KeepLast > 0,
            Subject = read.Subject,
        };
    }

    /// <summary>Whether values are first looked at and copied, and then encrypted together, in the copies.</summary>
    private bool IsBatched => _options.Subject is null && _alphabet.MaxGrowth == 1;

    public override void Mask(CellColumn cells, CellColumn masked)
    {
        BeginBatch();
        if (!TryCopy(cells, masked)) base.Mask(cells, masked);
        FinishBatch(masked, decrypt: false);
    }

    public override void Restore(CellColumn masked, CellColumn restored)
    {
        BeginBatch();
        if (!TryCopy(masked, restored)) base.Restore(masked, restored);
        FinishBatch(restored, decrypt: true);
    }

    protected override void ZeroKeys()
    {
        _ff1.Dispose();
        _batch.Zero();
        _digits?.Zero();
        Array.Clear(_numerals);
        Array.Clear(_masked);
        Array.Clear(_subject);
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        if (_digits is not null && _digits.TryAdd(cells, i, masked.Count))
        {
            masked.Add(cells[i], cells.Row(i), cells.Kind(i));
            return;
        }

        if (cells.Kind(i) == CellKind.Literal || (cells.Kind(i) == CellKind.Number) != _options.Numbers)
            throw cells.Fault(i, RecordError.WrongType, _options.Numbers
                ? "not a JSON number, and the profile says type: number"
                : "not text; for JSON numbers say type: number in the profile");
        var cell = cells[i];
        var (count, from, to) = Collect(cell);
        if (count == FpeAlphabet.Foreign)
            throw cells.Fault(i, RecordError.ForeignCharacter, "a character that is neither in the profile's alphabet nor a separator");
        if (count > Ff1.MaxLength) throw cells.Fault(i, RecordError.ValueTooLong, $"longer than {Ff1.MaxLength} characters");
        if (_options.Check is { } check && !check.IsValid(cell))
            throw cells.Fault(i, RecordError.BadCheckDigit, "its check digits aren't right, so that masked ones couldn't be turned back; correct it, or leave out check");
        if (count < _ff1.MinLength)
            throw cells.Fault(i, RecordError.DomainTooSmall,
                $"format-preserving encryption needs at least {_ff1.MinLength} characters of this alphabet: with fewer there are "
                + "under a million possible values, and trying them all is easy; tokenise the field instead");
        var kind = _options.Numbers ? CellKind.Text : cells.Kind(i);
        if (IsBatched)
        {
            _batch.Add(masked.Count, _numerals.AsSpan(0, count), from, to);
            masked.Add(cell, cells.Row(i), kind);
            return;
        }

        if (_options.Subject is not null) BindSubject(RequireSubject(cells, i));
        _ff1.Encrypt(_numerals.AsSpan(0, count));
        Put(cell, count, from, to, masked, cells.Row(i), kind);
    }

    protected override void RestoreCell(CellColumn masked, int i, CellColumn restored)
    {
        if (_digits is not null && _digits.TryAdd(masked, i, restored.Count))
        {
            restored.Add(masked[i], masked.Row(i), masked.Kind(i));
            return;
        }

        var cell = masked[i];
        var (count, from, to) = masked.Kind(i) is CellKind.Text or CellKind.Slashed ? Collect(cell) : (FpeAlphabet.Foreign, 0, 0);
        var subject = masked.Subject(i);
        if (count < _ff1.MinLength || count > Ff1.MaxLength || (_options.Check is { } check && !check.IsValid(cell))
            || (_options.Subject is not null && subject.IsEmpty))
        {
            restored.AddBroken(masked.Row(i), CellState.Edited);
            return;
        }

        var kind = _options.Numbers ? CellKind.Number : masked.Kind(i);
        if (IsBatched)
        {
            _batch.Add(restored.Count, _numerals.AsSpan(0, count), from, to);
            restored.Add(cell, masked.Row(i), kind);
            return;
        }

        if (_options.Subject is not null) BindSubject(subject);
        _ff1.Decrypt(_numerals.AsSpan(0, count));
        Put(cell, count, from, to, restored, masked.Row(i), kind);
    }

    /// <summary>The numerals to encrypt, how many, and where in the value they stand.</summary>
    private (int Count, int From, int To) Collect(ReadOnlySpan<byte> cell)
    {
        var (leading, trailing) = (_options.KeepFirst, _options.KeepLast);
        if (leading + trailing == 0 && _options.Check is null) return (_alphabet.Collect(cell, _numerals), 0, cell.Length);
        if (_options.Check is { Leading: > 0 } iban)
        {
            // The country, which a digits-only alphabet doesn't have, and the check digits.
            var start = 0;
            for (var seen = 0; start < cell.Length && seen < iban.Leading; start++) seen += char.IsAsciiLetterOrDigit((char)cell[start]) ? 1 : 0;
            return (_alphabet.Collect(cell[start..], _numerals), start, cell.Length);
        }

        var all = _alphabet.Collect(cell, _numerals);
        if (all == FpeAlphabet.Foreign) return (all, 0, 0);
        trailing += _options.Check?.Trailing ?? 0;
        if (all <= leading + trailing) return (0, 0, 0);
        var (from, to) = (_alphabet.IndexOf(cell, leading), _alphabet.IndexOf(cell, all - trailing));
        return (_alphabet.Collect(cell[from..to], _numerals), from, to);
    }

    private void Put(ReadOnlySpan<byte> cell, int count, int from, int to, CellColumn output, int row, CellKind kind)
    {
        var bytes = output.Reserve(cell.Length * _alphabet.MaxGrowth);
        cell[..from].CopyTo(bytes);
        var length = from + _alphabet.Write(cell[from..to], _numerals.AsSpan(0, count), bytes[from..]);
        cell[to..].CopyTo(bytes[length..]);
        length += cell.Length - to;
        _options.Check?.Mend(bytes[..length]);
        output.AddReserved(length, row, kind);
    }

    /// <summary>Forgets what a batch left that ended in a fault: records that come one by one go on behind it.</summary>
    private void BeginBatch()
    {
        _batch.Clear();
        _digits?.Clear();
    }

    /// <summary>Copies a column at once, where all of it goes the fast way.</summary>
    private bool TryCopy(CellColumn cells, CellColumn output)
    {
        if (_digits is null) return false;
        output.CopyAll(cells);
        if (_digits.TryAddAll(output)) return true;
        output.Clear();
        return false;
    }

    private void FinishBatch(CellColumn copies, bool decrypt)
    {
        _digits?.Finish(copies, decrypt);
        _batch.Crypt(decrypt);
        for (var i = 0; i < _batch.Count; i++) Finish(_batch.Numerals(i), copies.Written(_batch.Cell(i)), _batch.From(i), _batch.To(i));
    }

    /// <summary>Writes a batch's numerals over those of the copied value.</summary>
    private void Finish(ReadOnlySpan<ushort> numerals, Span<byte> value, int from, int to)
    {
        if (_masked.Length < to - from) _masked = new byte[2 * (to - from)];
        _alphabet.Write(value[from..to], numerals, _masked);
        _masked.AsSpan(0, to - from).CopyTo(value[from..]);
        _options.Check?.Mend(value);
    }

    private void BindSubject(ReadOnlySpan<byte> subject)
    {
        if (_subject.AsSpan().SequenceEqual(subject)) return;
        _subject = subject.ToArray();
        _ff1.Dispose();
        _ff1 = new Ff1(_key, _alphabet.Radix, [.. _field, 0, .. "subject"u8, 0, .. subject]);
    }
}
