using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Leaves a field out of the masked copy: a CSV column, or the member of a JSON object, whatever it holds.</summary>
/// <remarks>Not where the reader's programs want the column: redact it then. A format that can't leave a field out empties it.</remarks>
internal sealed class Drop : Transform
{
    public static TransformRule Declare(TransformOptions options) => new((_, _) => new Drop()) { TakesContainers = true, IsDrop = true };

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked) => masked.Add([], cells.Row(i));
}
