using SecureExchange.Cryptography;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Format-preserving encryption (FF1): digits stay digits, separators stay where they are.</summary>
/// <remarks>Not authenticated: a changed value turns back into a wrong one, which only the manifest finds. The tweak is
/// the field, so equal values of two fields look different.</remarks>
internal sealed class Fpe : Transform
{
    private readonly Ff1 _ff1;
    private readonly FpeAlphabet _alphabet;
    private readonly bool _numbers;
    private readonly ushort[] _numerals = new ushort[Ff1.MaxLength];

    private Fpe(MaskingKeys keys, FieldName field, FpeAlphabet alphabet, bool numbers)
    {
        _alphabet = alphabet;
        _numbers = numbers;
        _ff1 = new Ff1(keys.Fpe, alphabet.Radix, field.Canonical);
    }

    public static TransformRule Declare(TransformOptions options)
    {
        var alphabet = FpeAlphabet.Read(options.Section);
        var numbers = options is { Format: RecordFormat.Ndjson or RecordFormat.Json or RecordFormat.Xlsx, Type: "number" };
        return new TransformRule((keys, field) => new Fpe(keys, field, alphabet, numbers))
        {
            IsKeyed = true,
            IsReversible = true,
            TellsRowsApart = true,
            Spelling = JsonSpelling.SlashOnly,
        };
    }

    protected override void ZeroKeys()
    {
        _ff1.Dispose();
        Array.Clear(_numerals);
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        if (cells.Kind(i) == CellKind.Literal || (cells.Kind(i) == CellKind.Number) != _numbers)
            throw cells.Fault(i, RecordError.WrongType, _numbers
                ? "not a JSON number, and the profile says type: number"
                : "not text; for JSON numbers say type: number in the profile");
        var cell = cells[i];
        var count = _alphabet.Collect(cell, _numerals);
        if (count == FpeAlphabet.Foreign)
            throw cells.Fault(i, RecordError.ForeignCharacter, "a character that is neither in the profile's alphabet nor a separator");
        if (count > Ff1.MaxLength) throw cells.Fault(i, RecordError.ValueTooLong, $"longer than {Ff1.MaxLength} characters");
        if (count < _ff1.MinLength)
            throw cells.Fault(i, RecordError.DomainTooSmall,
                $"format-preserving encryption needs at least {_ff1.MinLength} characters of this alphabet: with fewer there are "
                + "under a million possible values, and trying them all is easy; tokenise the field instead");
        _ff1.Encrypt(_numerals.AsSpan(0, count));
        Put(cell, count, masked, cells.Row(i), _numbers ? CellKind.Text : cells.Kind(i));
    }

    protected override void RestoreCell(CellColumn masked, int i, CellColumn restored)
    {
        var cell = masked[i];
        var count = masked.Kind(i) is CellKind.Text or CellKind.Slashed ? _alphabet.Collect(cell, _numerals) : FpeAlphabet.Foreign;
        if (count < _ff1.MinLength || count > Ff1.MaxLength)
        {
            restored.AddBroken(masked.Row(i), CellState.Edited);
            return;
        }

        _ff1.Decrypt(_numerals.AsSpan(0, count));
        Put(cell, count, restored, masked.Row(i), _numbers ? CellKind.Number : masked.Kind(i));
    }

    private void Put(ReadOnlySpan<byte> cell, int count, CellColumn output, int row, CellKind kind)
    {
        var bytes = output.Reserve(cell.Length);
        cell.CopyTo(bytes);
        _alphabet.Spread(_numerals.AsSpan(0, count), bytes);
        output.AddReserved(bytes.Length, row, kind);
    }
}
