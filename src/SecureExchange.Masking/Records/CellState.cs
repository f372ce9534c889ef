namespace SecureExchange.Masking.Records;

/// <summary>Whether a cell of a return could be turned back.</summary>
internal enum CellState : byte
{
    Sound = 0,
    Edited = 1,
    Foreign = 2,
}
