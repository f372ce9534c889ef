namespace SecureExchange.Samples;

/// <summary>Incidents of an IT service desk.</summary>
internal sealed class Incidents : ColumnSample
{
    public Incidents() : base(
        Number("number", "INC", 7), Day("opened_on"), Personal("caller", FullName), Personal("caller_email", Email), Personal("caller_phone", Phone),
        Personal("device", (long _, ref Chance chance, TextLine line) => line.Add("LT-"u8).Add(chance.Below(1_000_000_000), 9)), Personal("ip", Ip),
        Plain("category", "network", "access", "hardware", "software"), Plain("short_description", "cannot sign in", "screen stays black", "printer offline", "needs a licence"),
        Plain("security", "no", "no", "no", "yes"), Personal("assigned_to", FullName), Plain("priority", "1", "2", "3", "4"), Plain("state", "new", "in progress", "resolved"),
        Plain("work_note_1", Note), Plain("work_note_2", (long _, ref Chance chance, TextLine line) => line.Add(chance.OneIn(2) ? "waits for a part"u8 : ""u8)))
    {
    }

    public override string Name => "incidents";

    private static void Note(long row, ref Chance chance, TextLine line)
    {
        line.Add("reach the caller under "u8);
        Person.AddPhone(ref chance, line);
    }
}
