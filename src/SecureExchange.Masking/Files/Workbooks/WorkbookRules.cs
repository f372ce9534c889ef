namespace SecureExchange.Masking.Files.Workbooks;

/// <summary>What a profile takes of a workbook.</summary>
/// <param name="Sheets">Names of sheets; empty for all that aren't hidden.</param>
/// <param name="IsStrict">Whether macros, comments, drawings and the like refuse the workbook instead of being left out.</param>
/// <param name="RefusesFormulas">Whether formulas do, instead of being replaced by their values.</param>
internal sealed record WorkbookRules(IReadOnlyList<string> Sheets, bool IsStrict, bool RefusesFormulas);
