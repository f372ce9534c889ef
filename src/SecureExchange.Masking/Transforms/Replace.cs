using System.Text;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Puts a fixed text in the place of a value.</summary>
internal sealed class Replace(byte[] with) : Transform
{
    public static TransformRule Declare(TransformOptions options)
    {
        var text = options.Section.Text("with");
        if (text.Length > 256 || text.Any(char.IsControl)) throw options.Section.Wrong("with", "at most 256 characters, on one line");
        var with = Encoding.UTF8.GetBytes(text);
        if (FormulaText.StartsLikeOne(with)) throw options.Section.Wrong("with", "must not start with = + - @: a spreadsheet would run it");
        return new TransformRule((_, _) => new Replace(with));
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked) => masked.Add(with, cells.Row(i));
}
