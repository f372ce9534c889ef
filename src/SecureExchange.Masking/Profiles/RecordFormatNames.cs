namespace SecureExchange.Masking.Profiles;

/// <summary>The words for formats in profiles and agreements.</summary>
public static class RecordFormatNames
{
    private static readonly (string Name, RecordFormat Format)[] s_all =
    [
        ("csv", RecordFormat.Csv),
        ("ndjson", RecordFormat.Ndjson),
        ("json", RecordFormat.Json),
        ("fixed-width", RecordFormat.FixedWidth),
        ("xml", RecordFormat.Xml),
        ("xlsx", RecordFormat.Xlsx),
        ("hl7", RecordFormat.Hl7),
        ("x12", RecordFormat.X12),
        ("text", RecordFormat.Text),
        ("eml", RecordFormat.Eml),
    ];

    /// <summary>Each format that a profile may name.</summary>
    public static ReadOnlySpan<(string Name, RecordFormat Format)> All => s_all;
}
