namespace SecureExchange.Interop.Tests;

/// <summary>What we and one peer made of each other's messages.</summary>
/// <param name="Peer">Its name.</param>
/// <param name="Version">As it says itself.</param>
/// <param name="Cells">For each row: what we wrote and it read, and what it wrote and we read.</param>
internal sealed record Column(string Peer, string Version, IReadOnlyDictionary<Row, (Outcome Outward, Outcome Inward)> Cells)
{
    public string Cell(Row row) => Cells.TryGetValue(row, out var cell) ? $"{cell.Outward.Mark} / {cell.Inward.Mark}" : "";
}
