namespace SecureExchange.Samples;

/// <summary>What a company knows of its customers: twelve columns, half of them numbers that people are known by. Speed is measured over it.</summary>
internal sealed class Customers : ColumnSample
{
    private static readonly string[] s_notes =
    [
        "called about the last invoice and wants an answer by Friday", "moved house in spring; the old address is no longer valid",
        "asked for paper statements", "\"complaint settled, nothing is open\"", "",
    ];

    public Customers() : base(
        Number("id", "C", 9), Plain("name", FullName), Personal("email", Email), Personal("phone", Phone), Personal("ssn", Ssn),
        Personal("pan", (long _, ref Chance chance, TextLine line) => Numbers.AddCard(ref chance, line)), Personal("iban", Iban), Personal("born", Birth),
        Plain("street", Street), Plain("city", City), Amount("balance"), Plain("notes", s_notes))
    {
    }

    public override string Name => "customers";

    private static void Birth(long row, ref Chance chance, TextLine line) =>
        line.AddDate(DateOnly.FromDayNumber(chance.Between(new DateOnly(1940, 1, 1).DayNumber, new DateOnly(2006, 12, 31).DayNumber)));
}
