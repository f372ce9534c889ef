namespace SecureExchange.OpenPgp.Keys;

/// <summary>How a passphrase protects a secret key. The numbers are those of the S2K usage octet (RFC 9580 §3.7.2).</summary>
public enum SecretKeyProtection
{
    /// <summary>AES-256-OCB under a key from Argon2id: the public part is authenticated with the secret one, and guessing costs
    /// memory. For readers of RFC 9580; GnuPG isn't one. The default for version 6.</summary>
    Aead = 253,

    /// <summary>AES-256-CFB with a SHA-1 check, under a key from 65 million octets of hashing: what GnuPG reads. The default for
    /// version 4.</summary>
    Cfb = 254,
}
