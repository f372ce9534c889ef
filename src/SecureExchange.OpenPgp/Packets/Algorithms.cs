namespace SecureExchange.OpenPgp.Packets;

/// <summary>RFC 9580 §9.1.</summary>
internal enum PublicKeyAlgorithm : byte
{
    Rsa = 1,
    RsaEncryptOnly = 2,
    RsaSignOnly = 3,
    Elgamal = 16,
    Dsa = 17,
    Ecdh = 18,
    Ecdsa = 19,
    EdDsaLegacy = 22,
    X25519 = 25,
    X448 = 26,
    Ed25519 = 27,
    Ed448 = 28,
}

/// <summary>RFC 9580 §9.5.</summary>
internal enum DigestAlgorithm : byte
{
    Md5 = 1,
    Sha1 = 2,
    RipeMd160 = 3,
    Sha256 = 8,
    Sha384 = 9,
    Sha512 = 10,
    Sha224 = 11,
    Sha3_256 = 12,
    Sha3_512 = 14,
}

/// <summary>RFC 9580 §9.4.</summary>
internal enum CompressionAlgorithm : byte
{
    Uncompressed = 0,
    Zip = 1,
    Zlib = 2,
    BZip2 = 3,
}

internal static class Algorithms
{
    /// <summary>Octets of a key; 0 for an algorithm that this engine doesn't use.</summary>
    public static int KeySize(this CipherAlgorithm algorithm) => algorithm switch
    {
        CipherAlgorithm.Aes128 => 16,
        CipherAlgorithm.Aes192 => 24,
        CipherAlgorithm.Aes256 => 32,
        _ => 0,
    };
}
