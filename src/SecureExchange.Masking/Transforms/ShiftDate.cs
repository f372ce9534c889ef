using SecureExchange.Cryptography;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Moves dates by a number of days that is secret and the same for one subject: order and intervals within a
/// person's dates stay, the dates don't.</summary>
/// <remarks>Intervals stay, and a rare one is as good as a name: not for people with a public history. Who knows one real date of a
/// person knows them all.</remarks>
internal sealed class ShiftDate(MaskingKeys keys, DateFormat format, int maxDays) : Transform
{
    private readonly AesCmac _cmac = new(keys.Date);
    private ulong[] _days = []; // For each subject of the batch, before they are cut to what the profile allows.

    public static TransformRule Declare(TransformOptions options)
    {
        var subject = options.Subject();
        var maxDays = (int)options.Section.Number("max-days", 1, 3650);
        var format = DateFormat.Read(options.Section);
        return new TransformRule((keys, _) => new ShiftDate(keys, format, maxDays))
        {
            IsKeyed = true,
            IsReversible = true,
            Spelling = JsonSpelling.SlashOnly,
            Subject = subject,
        };
    }

    public override void Mask(CellColumn cells, CellColumn masked)
    {
        WorkOutDays(cells.SubjectColumn);
        if (!TryShiftAll(cells, masked, 1)) base.Mask(cells, masked);
    }

    public override void Restore(CellColumn masked, CellColumn restored)
    {
        WorkOutDays(masked.SubjectColumn);
        if (!TryShiftAll(masked, restored, -1)) base.Restore(masked, restored);
    }

    protected override void ZeroKeys()
    {
        _cmac.Dispose();
        Array.Clear(_days);
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        if (cells.Kind(i) is not (CellKind.Text or CellKind.Slashed)) throw cells.Fault(i, RecordError.WrongType, "a date must be text");
        RequireSubject(cells, i);
        if (!format.TryRead(cells[i], out var date)) throw cells.Fault(i, RecordError.NotADate, $"not a date of the form {format.Name}");
        if (!TryShift(date, Days(cells, i), out date)) throw cells.Fault(i, RecordError.DateOutOfRange, "too close to the first or last day there is");
        Put(cells, i, date, masked);
    }

    protected override void RestoreCell(CellColumn masked, int i, CellColumn restored)
    {
        var subject = masked.Subject(i);
        if (masked.Kind(i) is CellKind.Text or CellKind.Slashed && !subject.IsEmpty
            && format.TryRead(masked[i], out var date) && TryShift(date, -Days(masked, i), out date))
            Put(masked, i, date, restored);
        else
            restored.AddBroken(masked.Row(i), CellState.Edited);
    }

    /// <summary>A column of nothing but plain dates and empty cells, as most are: copied at once, and written over.</summary>
    /// <returns>False where there is anything else, of which the ordinary way knows what is wrong with it.</returns>
    private bool TryShiftAll(CellColumn cells, CellColumn shifted, int direction)
    {
        shifted.CopyAll(cells);
        for (var i = 0; i < cells.Count; i++)
        {
            var cell = shifted.Written(i);
            if (cell.IsEmpty) continue;
            if (!format.IsPlain(cell) || cells.Kind(i) is not (CellKind.Text or CellKind.Slashed) || cells.Subject(i).IsEmpty
                || !format.TryRead(cell, out var date) || !TryShift(date, direction * Days(cells, i), out date))
            {
                shifted.Clear();
                return false;
            }

            format.Write(date, cell, cell);
        }

        return true;
    }

    /// <summary>-max to max, never 0: a date that happened to stay would be a real one.</summary>
    private int Days(CellColumn cells, int i)
    {
        var days = (int)(_days[cells.SubjectCell(i)] % (ulong)(2 * maxDays)) - maxDays;
        return days < 0 ? days : days + 1;
    }

    private void WorkOutDays(CellColumn? subjects)
    {
        if (subjects is null) return;
        if (_days.Length < subjects.Count) _days = new ulong[Math.Max(subjects.Count, 256)];
        _cmac.ComputeMany(subjects.Bytes, subjects.Ends, _days);
    }

    private static bool TryShift(DateOnly date, int days, out DateOnly shifted)
    {
        var number = date.DayNumber + days;
        var fits = number >= DateOnly.MinValue.DayNumber && number <= DateOnly.MaxValue.DayNumber;
        shifted = fits ? DateOnly.FromDayNumber(number) : default;
        return fits;
    }

    private void Put(CellColumn from, int i, DateOnly date, CellColumn output)
    {
        var bytes = output.Reserve(from[i].Length + DateFormat.MaxGrowth);
        output.AddReserved(format.Write(date, from[i], bytes), from.Row(i), from.Kind(i));
    }
}
