using System.Text;

namespace SecureExchange.Samples;

/// <summary>A payroll run as a mainframe writes it: records of 80 columns, LF.</summary>
internal sealed class Payroll : Sample
{
    public override string Name => "payroll";

    protected override void WriteHeader(TextLine line)
    {
    }

    protected override void WriteRow(long row, ref Chance chance, TextLine line)
    {
        line.Add(row, 8);
        var start = line.Length;
        Names.AddFullName(ref chance, line);
        Plant("name", line, start);
        Fill(line, start, 30);
        start = line.Length;
        line.Add(chance.Between(101, 665)).Add(chance.Between(1, 99), 2).Add(chance.Between(1, 9999), 4);
        Plant("ssn", line, start);
        start = line.Length;
        line.Add(chance.Between(1_000_000_000, 2_000_000_000), 12);
        Plant("account", line, start);
        line.Add(chance.Between(100_000, 999_999), 9).Add("EUR20261130"u8);
        start = line.Length;
        Fill(line, start, 1);
        line.Add((byte)'\n');
    }

    private static void Fill(TextLine line, int start, int width)
    {
        for (var used = Encoding.UTF8.GetCharCount(line.From(start)); used < width; used++) line.Add((byte)' ');
    }
}
