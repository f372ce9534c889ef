using System.Globalization;
using System.Text;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>The lower end of the bucket that a number falls into (12,345 in buckets of 1,000 is 12000, -5 is -1000), or the name of
/// the one between the edges that the profile gives.</summary>
/// <remarks>The highest earner is alone in a bucket however wide the others are: give such fields edges, the last open.</remarks>
internal sealed class Bucket : Transform
{
    private readonly decimal _size;
    private readonly decimal[] _edges;
    private readonly byte[][] _labels;

    private Bucket(decimal size, decimal[] edges, byte[][] labels)
    {
        _size = size;
        _edges = edges;
        _labels = labels;
    }

    public static TransformRule Declare(TransformOptions options)
    {
        var section = options.Section;
        if (section.Find("edges") is null)
        {
            var size = section.Decimal("size", 0.01m, 1_000_000_000_000);
            return new TransformRule((_, _) => new Bucket(size, [], []));
        }

        var edges = section.Texts("edges").Select(text => decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var edge)
            ? edge
            : throw section.Wrong("edges", "edges are numbers, the lowest first")).ToArray();
        if (edges.Length is 0 or > 256 || edges.Zip(edges.Skip(1)).Any(pair => pair.First >= pair.Second)) throw section.Wrong("edges", "1 to 256 numbers, the lowest first");
        var labels = section.Find("labels") is null ? Names(edges) : section.Texts("labels");
        if (labels.Count != edges.Length + 1) throw section.Wrong("labels", "one label more than there are edges: below the first, between, above the last");
        var bytes = labels.Select(Encoding.UTF8.GetBytes).ToArray();
        if (Array.Exists(bytes, label => FormulaText.StartsLikeOne(label))) throw section.Wrong("labels", "a label must not start with = + - @: a spreadsheet would run it");
        return new TransformRule((_, _) => new Bucket(0, edges, bytes));
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        var number = PlainNumber.Read(cells, i);
        if (_edges.Length == 0)
        {
            PlainNumber.Add(masked, cells, i, decimal.Floor(number / _size) * _size, PlainNumber.DecimalsOf(Encoding.ASCII.GetBytes(_size.ToString(CultureInfo.InvariantCulture))));
            return;
        }

        var at = 0;
        while (at < _edges.Length && number >= _edges[at]) at++;
        masked.Add(_labels[at], cells.Row(i));
    }

    private static IReadOnlyList<string> Names(decimal[] edges)
    {
        var texts = edges.Select(edge => edge.ToString(CultureInfo.InvariantCulture)).ToArray();
        return [$"under {texts[0]}", .. texts.Zip(texts.Skip(1), (low, high) => $"{low} to under {high}"), $"{texts[^1]} or more"];
    }
}
