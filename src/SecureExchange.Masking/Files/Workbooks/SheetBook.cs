namespace SecureExchange.Masking.Files.Workbooks;

/// <summary>What the cells of a sheet refer to.</summary>
internal sealed record SheetBook(SharedStrings Strings, CellStyles Styles, bool From1904);
