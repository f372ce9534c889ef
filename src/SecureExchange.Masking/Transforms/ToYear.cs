using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>The year of a date, four digits.</summary>
internal sealed class ToYear(DateFormat format) : Transform
{
    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        if (!format.TryRead(cells[i], out var date)) throw cells.Fault(i, RecordError.NotADate, $"not a date of the form {format.Name}");
        var year = masked.Reserve(4);
        for (var (at, rest) = (3, date.Year); at >= 0; at--, rest /= 10) year[at] = (byte)('0' + (rest % 10));
        masked.AddReserved(4, cells.Row(i));
    }
}
