using System.Buffers;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Stars all but the last few characters: <c>4111-1111-1111-1234</c> gives <c>****-****-****-1234</c>.</summary>
/// <remarks>The number of characters survives, so it isn't for values whose length tells whose they are.</remarks>
internal sealed class KeepLast(int keep) : Transform
{
    // What may pass is listed, not what must go: any other character becomes a star.
    private static readonly SearchValues<byte> s_separators = SearchValues.Create(" -./()+"u8);

    public static TransformRule Declare(TransformOptions options)
    {
        var count = (int)options.Section.Number("count", 1, 8);
        return new TransformRule((_, _) => new KeepLast(count));
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        var cell = cells[i];
        var hidden = Utf8Text.CharacterCount(cell) - keep;
        // Below twice the length there would be too little left to hide: "123" with 4 to keep is "***".
        if (hidden < keep) hidden = int.MaxValue;
        var output = masked.Reserve(cell.Length);
        var length = 0;
        foreach (var b in cell)
        {
            if (Utf8Text.IsContinuation(b))
            {
                if (hidden < 0) output[length++] = b; // The rest of a kept character; of a hidden one the star is there.
                continue;
            }

            hidden--;
            output[length++] = hidden < 0 || s_separators.Contains(b) ? b : (byte)'*';
        }

        FormulaText.Disarm(output[..length]);
        masked.AddReserved(length, cells.Row(i));
    }
}
