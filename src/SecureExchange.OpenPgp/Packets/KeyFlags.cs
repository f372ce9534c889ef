namespace SecureExchange.OpenPgp.Packets;

/// <summary>What a key may be used for (RFC 9580 §5.2.3.29); the first octet.</summary>
[Flags]
internal enum KeyFlags : byte
{
    None = 0,
    Certify = 0x01,
    Sign = 0x02,
    EncryptCommunications = 0x04,
    EncryptStorage = 0x08,
    Encrypt = EncryptCommunications | EncryptStorage,
}
