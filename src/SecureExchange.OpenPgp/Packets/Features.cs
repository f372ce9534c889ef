namespace SecureExchange.OpenPgp.Packets;

/// <summary>What a key's owner's programs read (RFC 9580 §5.2.3.32); the first octet. LibrePGP's bits aren't among them.</summary>
[Flags]
internal enum Features : byte
{
    None = 0,
    IntegrityProtectedDataV1 = 0x01,
    IntegrityProtectedDataV2 = 0x08,
}
