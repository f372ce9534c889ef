namespace SecureExchange.OpenPgp.Messages;

/// <summary>What a message is for. Owners may keep keys apart for it (RFC 9580 §5.2.3.29).</summary>
public enum SealPurpose
{
    /// <summary>Any key that may encrypt will do.</summary>
    Any,

    /// <summary>To be sent: keys that encrypt communications (key flag 0x04).</summary>
    Communications,

    /// <summary>To be kept: keys that encrypt storage (key flag 0x08).</summary>
    Storage,
}
