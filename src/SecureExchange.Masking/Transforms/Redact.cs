using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Puts <c>[redacted]</c> in the place of a value, or of a whole JSON object or array.</summary>
internal sealed class Redact : Transform
{
    public static TransformRule Declare(TransformOptions options) => new((_, _) => new Redact()) { TakesContainers = true };

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked) => masked.Add(Redacted, cells.Row(i));
}
