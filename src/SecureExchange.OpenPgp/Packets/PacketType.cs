namespace SecureExchange.OpenPgp.Packets;

/// <summary>Packet type ids (RFC 9580 §5, table 3).</summary>
internal enum PacketType : byte
{
    Reserved = 0,
    PublicKeyEncryptedSessionKey = 1,
    Signature = 2,
    SymmetricKeyEncryptedSessionKey = 3,
    OnePassSignature = 4,
    SecretKey = 5,
    PublicKey = 6,
    SecretSubkey = 7,
    CompressedData = 8,
    SymmetricallyEncryptedData = 9,
    Marker = 10,
    LiteralData = 11,
    Trust = 12,
    UserId = 13,
    PublicSubkey = 14,
    UserAttribute = 17,
    IntegrityProtectedData = 18,
    ModificationDetectionCode = 19,
    LibrePgpAeadData = 20,
    Padding = 21,
}

internal static class PacketTypes
{
    /// <summary>Unknown packets below 40 make the whole unreadable; those above are to be ignored (RFC 9580
    /// §4.3).</summary>
    public const int FirstNonCritical = 40;

    public static bool IsCritical(this PacketType type) => (int)type < FirstNonCritical;

    /// <summary>Whether it means nothing wherever it stands: markers, padding, and what isn't critical (§4.3, §5.8, §5.14).</summary>
    public static bool IsIgnored(this PacketType type) => type is PacketType.Marker or PacketType.Padding || !type.IsCritical();
}
