namespace SecureExchange.Masking.Profiles;

/// <summary>How the records of a transfer are written.</summary>
public enum RecordFormat
{
    /// <summary>RFC 4180: comma, semicolon or tab, a header line first.</summary>
    Csv = 1,

    /// <summary>One JSON object on each line.</summary>
    Ndjson = 2,
}
