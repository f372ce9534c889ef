namespace SecureExchange.OpenPgp;

/// <summary>What a <see cref="PgpException"/> is about. The numbers are stable and only grow: logs and APIs carry
/// them.</summary>
public enum PgpError
{
    /// <summary>The octets break the format (RFC 9580 §3–5).</summary>
    Malformed = 1,

    /// <summary>The ASCII armor is broken (RFC 9580 §6).</summary>
    MalformedArmor = 2,

    /// <summary>The data ends before it is complete.</summary>
    Truncated = 3,

    /// <summary>Something stands before or after the one thing that was expected.</summary>
    TrailingData = 4,

    /// <summary>Valid OpenPGP, but of another kind: a certificate where a message is expected, and the like.</summary>
    UnexpectedKind = 5,

    /// <summary>A limit of <see cref="PgpLimits"/> was met; the message names it.</summary>
    LimitExceeded = 6,

    /// <summary>A packet that this engine doesn't read.</summary>
    UnsupportedPacket = 20,

    /// <summary>A version of a packet that this engine doesn't read.</summary>
    UnsupportedVersion = 21,

    /// <summary>An algorithm that this engine doesn't have.</summary>
    UnsupportedAlgorithm = 22,

    /// <summary>Secret key material is protected in a way that this engine doesn't read.</summary>
    UnsupportedProtection = 23,

    /// <summary>No valid self-signature binds the certificate: it says nothing that its owner said.</summary>
    NoValidSelfSignature = 40,

    /// <summary>The certificate has expired.</summary>
    CertificateExpired = 41,

    /// <summary>The certificate is revoked.</summary>
    CertificateRevoked = 42,

    /// <summary>The certificate was made in the future.</summary>
    CertificateNotYetValid = 43,

    /// <summary>No valid subkey may encrypt: none is there, or it has expired or is revoked.</summary>
    NoEncryptionSubkey = 44,

    /// <summary>No valid key with secret material may sign.</summary>
    NoSigningKey = 45,

    /// <summary>The policy refuses an algorithm or key size.</summary>
    AlgorithmRefused = 46,

    /// <summary>Secret key material stands where a certificate is expected. Whoever sent it should replace the
    /// key.</summary>
    SecretKeyMaterial = 47,

    /// <summary>The passphrase doesn't open the secret key, or the message.</summary>
    WrongPassphrase = 48,

    /// <summary>Secret and public key material don't belong together: damage, or an attempt to make the key betray
    /// itself.</summary>
    KeyMaterialMismatch = 49,

    /// <summary>What is to be written isn't announced by a recipient's certificate, or has nothing in common with the
    /// policy.</summary>
    RecipientCannotRead = 55,

    /// <summary>The message isn't encrypted.</summary>
    NotEncrypted = 60,

    /// <summary>The message is encrypted without integrity protection (packet type 9).</summary>
    NotIntegrityProtected = 61,

    /// <summary>The message isn't encrypted to any of the keys at hand.</summary>
    NoMatchingKey = 62,

    /// <summary>The one error for all that goes wrong inside decrypted, not yet authenticated data.</summary>
    DecryptionFailed = 63,

    /// <summary>What is to be signed as text isn't UTF-8.</summary>
    NotText = 80,

    /// <summary>The message holds no signature.</summary>
    NotSigned = 81,
}
