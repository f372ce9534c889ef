namespace SecureExchange.Masking.Records;

/// <summary>What stands in a cell of a sheet.</summary>
internal enum SheetCell : byte
{
    Blank,
    Text,
    Number,

    /// <summary>A number that its style shows as a date: cells have the date.</summary>
    Date,

    Boolean,
    Error,
}
