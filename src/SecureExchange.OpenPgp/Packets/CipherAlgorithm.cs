namespace SecureExchange.OpenPgp.Packets;

/// <summary>Symmetric ciphers by their numbers (RFC 9580 §9.3); only those that this engine ever uses.</summary>
public enum CipherAlgorithm : byte
{
    /// <summary>AES with 16 octets of key.</summary>
    Aes128 = 7,

    /// <summary>AES with 24 octets of key.</summary>
    Aes192 = 8,

    /// <summary>AES with 32 octets of key.</summary>
    Aes256 = 9,
}
