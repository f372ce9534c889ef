using System.Buffers;
using System.Buffers.Text;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Numbers written with digits, a point and a minus only: which of point and comma is the decimal one isn't guessed.</summary>
internal static class PlainNumber
{
    private const int MaxLength = 28;
    private static readonly SearchValues<byte> s_plain = SearchValues.Create("0123456789.-"u8);

    public static bool TryRead(ReadOnlySpan<byte> text, out decimal number)
    {
        number = 0;
        return text.Length <= MaxLength && !text.ContainsAnyExcept(s_plain)
            && Utf8Parser.TryParse(text, out number, out var read) && read == text.Length;
    }

    /// <exception cref="RecordException">It isn't one.</exception>
    public static decimal Read(CellColumn cells, int i) => TryRead(cells[i], out var number)
        ? number
        : throw cells.Fault(i, RecordError.NotANumber, "not a number written with digits, a point and a minus only");

    /// <summary>How many digits stand behind the point.</summary>
    public static int DecimalsOf(ReadOnlySpan<byte> text) => text.IndexOf((byte)'.') is >= 0 and var point ? text.Length - point - 1 : 0;

    /// <summary>Adds a number as a cell; a JSON number stays one.</summary>
    public static void Add(CellColumn masked, CellColumn cells, int i, decimal number, int decimals)
    {
        var output = masked.Reserve(64);
        Utf8Formatter.TryFormat(number, output, out var length, new StandardFormat('F', (byte)decimals));
        masked.AddReserved(length, cells.Row(i), cells.Kind(i) == CellKind.Number ? CellKind.Number : CellKind.Text);
    }
}
