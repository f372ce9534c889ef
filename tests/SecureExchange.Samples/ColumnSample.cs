namespace SecureExchange.Samples;

/// <summary>A CSV file with a header line, comma and LF, told column by column.</summary>
internal abstract class ColumnSample : Sample
{
    private readonly Column[] _columns;
    private readonly byte[][] _cells;

    private protected ColumnSample(params Column[] columns)
    {
        _columns = columns;
        _cells = [.. columns.Select(_ => Array.Empty<byte>())];
    }

    private protected delegate void Fill(long row, ref Chance chance, TextLine line);

    protected override void WriteHeader(TextLine line) => line.Add(System.Text.Encoding.UTF8.GetBytes(string.Join(',', _columns.Select(column => column.Name)) + "\n"));

    protected override void WriteRow(long row, ref Chance chance, TextLine line)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            if (i > 0) line.Add((byte)',');
            var start = line.Length;
            _columns[i].Fill(row, ref chance, line);
            _cells[i] = line.From(start).ToArray();
            if (_columns[i].IsPersonal) Plant(_columns[i].Name, line, start);
        }

        line.Add((byte)'\n');
    }

    /// <summary>What the row has in a column in front: free text repeats it.</summary>
    protected byte[] Cell(string name) => _cells[Array.FindIndex(_columns, column => column.Name == name)];

    private protected static Column Personal(string name, Fill fill) => new(name, true, fill);

    private protected static Column Plain(string name, Fill fill) => new(name, false, fill);

    private protected static Column Plain(string name, params string[] choices)
    {
        var all = TextLine.Utf8(choices);
        return new Column(name, false, (long _, ref Chance chance, TextLine line) => line.Add(chance.Of(all)));
    }

    private protected static Column Day(string name) => new(name, false, (long _, ref Chance chance, TextLine line) =>
        line.AddDate(DateOnly.FromDayNumber(new DateOnly(2026, 1, 1).DayNumber + chance.Below(300))));

    private protected static Column Amount(string name) => new(name, false, (long _, ref Chance chance, TextLine line) => line.AddAmount(chance.Between(1_000, 900_000)));

    private protected static Column Number(string name, string prefix, int width) => new(name, false, (long row, ref Chance _, TextLine line) =>
        line.Add(System.Text.Encoding.UTF8.GetBytes(prefix)).Add(row, width));

    private protected sealed record Column(string Name, bool IsPersonal, Fill Fill);

    // The parts of a person, in the form that columns take.
    private protected static void FullName(long row, ref Chance chance, TextLine line) => Names.AddFullName(ref chance, line);

    private protected static void Email(long row, ref Chance chance, TextLine line) => Person.AddEmail(ref chance, row, line);

    private protected static void Phone(long row, ref Chance chance, TextLine line) => Person.AddPhone(ref chance, line);

    private protected static void Street(long row, ref Chance chance, TextLine line) => Person.AddStreet(ref chance, line);

    private protected static void City(long row, ref Chance chance, TextLine line) => line.Add(chance.Of(Person.Cities));

    private protected static void Zip(long row, ref Chance chance, TextLine line) => line.Add(chance.Between(1001, 99950), 5);

    private protected static void Ssn(long row, ref Chance chance, TextLine line) => Person.AddSsn(ref chance, line);

    private protected static void Iban(long row, ref Chance chance, TextLine line) => Numbers.AddIban(ref chance, line);

    private protected static void Ip(long row, ref Chance chance, TextLine line) =>
        line.Add(chance.Between(11, 223)).Add((byte)'.').Add(chance.Below(256)).Add((byte)'.').Add(chance.Below(256)).Add((byte)'.').Add(chance.Between(1, 254));
}
