namespace SecureExchange.OpenPgp.Packets;

/// <summary>Signature subpackets (RFC 9580 §5.2.3.7, table 5) that this engine understands.</summary>
internal enum SubpacketType : byte
{
    SignatureCreationTime = 2,
    SignatureExpirationTime = 3,
    ExportableCertification = 4,
    Revocable = 7,
    KeyExpirationTime = 9,
    PreferredSymmetricCiphers = 11,
    RevocationKey = 12,
    IssuerKeyId = 16,
    NotationData = 20,
    PreferredHashAlgorithms = 21,
    PreferredCompressionAlgorithms = 22,
    KeyServerPreferences = 23,
    PreferredKeyServer = 24,
    PrimaryUserId = 25,
    PolicyUri = 26,
    KeyFlags = 27,
    SignersUserId = 28,
    ReasonForRevocation = 29,
    Features = 30,
    EmbeddedSignature = 32,
    IssuerFingerprint = 33,
    IntendedRecipientFingerprint = 35,
    PreferredAeadCiphersuites = 39,
}
