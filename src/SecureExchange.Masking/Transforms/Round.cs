using System.Globalization;
using System.Text;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>The nearest multiple of a number: 12,345 to 100 is 12300.</summary>
/// <remarks>Large numbers stay recognisable: 9,999,950 among thousands. For those take buckets with edges.</remarks>
internal sealed class Round(decimal to, int decimals) : Transform
{
    public static TransformRule Declare(TransformOptions options)
    {
        var to = options.Section.Decimal("to", 0.0001m, 1_000_000_000_000);
        var decimals = PlainNumber.DecimalsOf(Encoding.ASCII.GetBytes(to.ToString(CultureInfo.InvariantCulture)));
        return new TransformRule((_, _) => new Round(to, decimals));
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked) =>
        PlainNumber.Add(masked, cells, i, decimal.Round(PlainNumber.Read(cells, i) / to) * to, decimals);
}
