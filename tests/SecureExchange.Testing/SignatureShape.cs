namespace SecureExchange.Testing;

/// <summary>How a signature comes with what it signs.</summary>
public enum SignatureShape
{
    /// <summary>Alone, beside the data.</summary>
    Detached,

    /// <summary>Data and signature in one message (RFC 9580 §10.3).</summary>
    Inline,

    /// <summary>Readable text between armor (RFC 9580 §7).</summary>
    Cleartext,
}
