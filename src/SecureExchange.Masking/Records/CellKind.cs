namespace SecureExchange.Masking.Records;

/// <summary>What a cell is. The first four are written into tokens: numbers are stable.</summary>
internal enum CellKind : byte
{
    /// <summary>A CSV cell, or a JSON string by its text.</summary>
    Text = 0,

    /// <summary>A JSON number as it was written.</summary>
    Number = 1,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Literal = 2,

    /// <summary>The raw inside of a JSON string whose escapes aren't the ones that we would write.</summary>
    RawText = 3,

    /// <summary>A JSON string in which every slash, and nothing else, was escaped.</summary>
    Slashed = 4,
}
