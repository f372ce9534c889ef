namespace SecureExchange.Masking;

/// <summary>What a return held: counts and names, no values.</summary>
/// <param name="Rows">Rows that came back.</param>
/// <param name="SentRows">Rows that the manifest holds.</param>
/// <param name="MissingRows">Rows that were sent and didn't come back unaltered. Without findings: that are allowed to be missing.</param>
/// <param name="AddedColumns">Columns that the vendor added (CSV), of which nothing was sent.</param>
/// <param name="NeutralisedCells">Cells that look like spreadsheet formulas and got an apostrophe in front.</param>
/// <param name="Fields">Values re-identified, for each reversible field.</param>
/// <param name="TotalFindings">All findings, those that <see cref="ReturnChecker.Findings"/> doesn't name too.</param>
public sealed record ReturnReport(
    long Rows, long SentRows, long MissingRows, int AddedColumns, long NeutralisedCells, IReadOnlyList<FieldCount> Fields,
    long TotalFindings)
{
    /// <summary>Canary rows that came back and were taken out: among <see cref="Rows"/>, and not in what the client gets.</summary>
    public long Canaries { get; init; }
}
