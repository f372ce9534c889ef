using System.Text;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Part of a date: its year, year and month, quarter, month or day of the week.</summary>
/// <remarks>A year is little, a year and month of birth beside a postcode is a person.</remarks>
internal sealed class DatePart(DateFormat format, DatePart.Part part) : Transform
{
    internal enum Part
    {
        Year,
        YearMonth,
        Quarter,
        Month,
        Weekday,
    }

    public static TransformRule Declare(TransformOptions options)
    {
        var part = options.Section.Choice<Part>(
            "part", null, ("year", Part.Year), ("year-month", Part.YearMonth), ("quarter", Part.Quarter), ("month", Part.Month), ("weekday", Part.Weekday));
        var format = DateFormat.Read(options.Section);
        return new TransformRule((_, _) => new DatePart(format, part));
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        if (!format.TryRead(cells[i], out var date)) throw cells.Fault(i, RecordError.NotADate, $"not a date of the form {format.Name}");
        var output = masked.Reserve(16);
        var (year, month) = (date.Year, date.Month);
        var length = 0;
        switch (part)
        {
            case Part.Year:
                Put(output, ref length, year, 4);
                break;
            case Part.YearMonth:
                Put(output, ref length, year, 4);
                output[length++] = (byte)'-';
                Put(output, ref length, month, 2);
                break;
            case Part.Quarter:
                Put(output, ref length, year, 4);
                "-Q"u8.CopyTo(output[length..]);
                length += 2;
                Put(output, ref length, (month + 2) / 3, 1);
                break;
            case Part.Month:
                Put(output, ref length, month, 2);
                break;
            default:
                length = Encoding.ASCII.GetBytes(date.DayOfWeek.ToString(), output);
                break;
        }

        masked.AddReserved(length, cells.Row(i));
    }

    private static void Put(Span<byte> output, ref int length, int number, int width)
    {
        for (var at = width - 1; at >= 0; at--, number /= 10) output[length + at] = (byte)('0' + (number % 10));
        length += width;
    }
}
