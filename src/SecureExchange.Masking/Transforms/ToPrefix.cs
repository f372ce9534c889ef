using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>The first few characters of a value: three of a postcode.</summary>
internal sealed class ToPrefix(int length) : Transform
{
    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        var cell = cells[i];
        var cut = Utf8Text.IndexOfCharacter(cell, length);
        if (cut == cell.Length)
            throw cells.Fault(i, RecordError.ValueTooShort, $"it has no more than {length} characters, so a prefix would be all of it");
        var prefix = masked.Reserve(cut);
        cell[..cut].CopyTo(prefix);
        FormulaText.Disarm(prefix);
        masked.AddReserved(cut, cells.Row(i));
    }
}
