using System.Buffers.Text;
using System.Globalization;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>The age in whole years on a day that the profile names, from the date of birth; from a cap on only that it is that or more.</summary>
/// <remarks>The day is part of the profile, so that the same file always gives the same ages. Beside a shifted date of birth it
/// gives the shift away to within a year: one of them is enough.</remarks>
internal sealed class Age(DateFormat format, DateOnly on, int cap) : Transform
{
    public static TransformRule Declare(TransformOptions options)
    {
        var section = options.Section;
        if (!DateOnly.TryParseExact(section.Text("on"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on))
            throw section.Wrong("on", "on is the day that ages are told on: 2026-01-01");
        var cap = (int)section.Number("cap", 1, 200, otherwise: 200);
        var format = DateFormat.Read(section);
        return new TransformRule((_, _) => new Age(format, on, cap));
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        if (!format.TryRead(cells[i], out var born)) throw cells.Fault(i, RecordError.NotADate, $"not a date of the form {format.Name}");
        var age = on.Year - born.Year - ((on.Month, on.Day).CompareTo((born.Month, born.Day)) < 0 ? 1 : 0);
        if (age < 0) throw cells.Fault(i, RecordError.DateOutOfRange, "born after the day that the profile tells ages on");
        var output = masked.Reserve(8);
        Utf8Formatter.TryFormat(Math.Min(age, cap), output, out var length);
        if (age >= cap) output[length++] = (byte)'+';
        masked.AddReserved(length, cells.Row(i));
    }
}
