namespace SecureExchange.Masking.Profiles;

/// <summary>How the records of a transfer are written. Numbers stand in manifests: they are stable and only grow.</summary>
public enum RecordFormat
{
    /// <summary>RFC 4180: one delimiter, a header line first or none.</summary>
    Csv = 1,

    /// <summary>One JSON object on each line.</summary>
    Ndjson = 2,

    /// <summary>One JSON document: an object, or an array of records somewhere in it.</summary>
    Json = 3,
}
