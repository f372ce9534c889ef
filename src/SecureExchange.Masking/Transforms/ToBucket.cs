using System.Buffers;
using System.Buffers.Text;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>The lower end of the bucket that a number falls into: 12,345 in buckets of 1,000 is 12000, -5 is -1000.</summary>
internal sealed class ToBucket(long size) : Transform
{
    private static readonly SearchValues<byte> s_plain = SearchValues.Create("0123456789.-"u8);

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        var cell = cells[i];
        if (cell.Length > 28 || cell.ContainsAnyExcept(s_plain)
            || !Utf8Parser.TryParse(cell, out decimal number, out var read) || read != cell.Length)
            throw cells.Fault(i, RecordError.NotANumber, "not a number written with digits, a point and a minus only");
        var bucket = decimal.Floor(number / size) * size;
        var output = masked.Reserve(40);
        Utf8Formatter.TryFormat(bucket, output, out var length, new StandardFormat('F', 0));
        masked.AddReserved(length, cells.Row(i), cells.Kind(i) == CellKind.Number ? CellKind.Number : CellKind.Text);
    }
}
