using System.Text;

namespace SecureExchange.Samples;

/// <summary>A kind of file that can be made in any size. Row n of a seed is always the same, however many rows there are.</summary>
public abstract class Sample
{
    private const int Piece = 1 << 16;
    private readonly TextLine _line = new();
    private Action<Planted>? _planted;
    private long _row;

    private protected Sample()
    {
    }

    /// <summary>As on the command line: <c>claims</c>.</summary>
    public abstract string Name { get; }

    public static IReadOnlyList<Sample> All =>
    [
        new Claims(), new Invoices(), new Tickets(), new Payments(), new Admissions(), new Payroll(), new Statements(),
        new Staff(), new Payables(), new CardTransactions(), new Incidents(), new Shipments(), new Calls(),
        new ProfessionalClaims(), new Remittances(), new Customers()];

    public static Sample? Find(string name) => All.FirstOrDefault(sample => sample.Name == name);

    /// <summary>Writes a file, in pieces: memory doesn't grow with its size.</summary>
    /// <param name="output">Receives UTF-8.</param>
    /// <param name="rows">Data rows or records.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="planted">Is told every personal value; null for nobody.</param>
    public void Write(Stream output, long rows, long seed, Action<Planted>? planted = null)
    {
        _planted = planted;
        _line.Clear();
        WriteHeader(_line);
        for (_row = 1; _row <= rows; _row++)
        {
            var chance = Chance.OfRow(seed, _row);
            WriteRow(_row, ref chance, _line);
            if (_line.Length < Piece) continue;
            output.Write(_line.Written);
            _line.Clear();
        }

        WriteFooter(_line);
        output.Write(_line.Written);
    }

    public byte[] ToArray(long rows, long seed, Action<Planted>? planted = null)
    {
        using var output = new MemoryStream();
        Write(output, rows, seed, planted);
        return output.ToArray();
    }

    protected abstract void WriteHeader(TextLine line);

    /// <summary>What stands behind the last row.</summary>
    protected virtual void WriteFooter(TextLine line)
    {
    }

    protected abstract void WriteRow(long row, ref Chance chance, TextLine line);

    /// <summary>Notes what was written since <paramref name="start"/> as planted.</summary>
    protected void Plant(string field, TextLine line, int start) =>
        _planted?.Invoke(new Planted(_row, field, Encoding.UTF8.GetString(line.From(start))));
}
