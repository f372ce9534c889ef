using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>A cipher with an authenticated mode (RFC 9580 §5.2.3.15).</summary>
internal readonly record struct AeadCiphersuite(CipherAlgorithm Cipher, AeadAlgorithm Mode)
{
    /// <summary>What everybody has who reads version 2 encrypted data: it tacitly ends every list.</summary>
    public static AeadCiphersuite Mandatory => new(CipherAlgorithm.Aes128, AeadAlgorithm.Ocb);

    /// <summary>Whether this engine has both.</summary>
    public bool IsSupported => Cipher.KeySize() > 0 && Mode.NonceSize() > 0;
}
