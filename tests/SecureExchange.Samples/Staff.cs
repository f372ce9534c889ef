namespace SecureExchange.Samples;

/// <summary>What a payroll office knows of staff.</summary>
internal sealed class Staff : ColumnSample
{
    public Staff() : base(
        Personal("employee_no", (long _, ref Chance chance, TextLine line) => line.Add("E"u8).Add(chance.Below(1_000_000_000), 9)),
        Personal("full_name", FullName), Personal("date_of_birth", Birth), Personal("ssn", Ssn), Personal("email", Email), Personal("phone", Phone), Personal("street", Street),
        Plain("city", City), Plain("zip", Zip), Plain("department", "Finance", "Logistics", "Sales", "Research", "Support"), Plain("grade", "A1", "A2", "B1", "B2", "C1"), Amount("salary"),
        Personal("iban", Iban), Day("hired_on"), Plain("sick_days", "0", "2", "5", "11", "37"), Plain("leave_reason", "", "", "parental", "medical", "unpaid"), Plain("status", "active", "active", "leaving", "left"),
        Plain("remark", "see file", ""))
    {
    }

    public override string Name => "staff";

    private static void Birth(long row, ref Chance chance, TextLine line) =>
        line.AddDate(DateOnly.FromDayNumber(chance.Between(new DateOnly(1961, 1, 1).DayNumber, new DateOnly(2006, 12, 31).DayNumber)));
}
