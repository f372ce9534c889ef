namespace SecureExchange.Masking;

/// <summary>A fault in a file that was to be masked or checked. The message says what, where and what to do, and never
/// repeats the data.</summary>
public sealed class RecordException : Exception
{
    internal RecordException(RecordError error, long row, string? field, string message) : base(message)
    {
        Error = error;
        Row = row;
        Field = field;
    }

    public RecordError Error { get; }

    /// <summary>The data row or record, from 1; 0 for a CSV header or the file as a whole.</summary>
    public long Row { get; }

    /// <summary>The field as the profile names it; for a field that it doesn't name, what the file calls it, when that
    /// is a plain name, or <c>column 7</c>.</summary>
    public string? Field { get; }
}
