namespace SecureExchange.OpenPgp.Keys;

/// <summary>The algorithms of a new key.</summary>
public enum KeySuite
{
    /// <summary>Ed25519 and X25519: in version 4 as GnuPG has them (algorithms 22 and 18), in version 6 as RFC 9580 has them
    /// (27 and 25).</summary>
    Curve25519 = 1,

    /// <summary>Ed448 and X448 (algorithms 28 and 26), in version 6 only: GnuPG has other forms of them.</summary>
    Curve448 = 2,

    /// <summary>ECDSA and ECDH on P-256.</summary>
    NistP256 = 3,

    /// <summary>ECDSA and ECDH on P-384.</summary>
    NistP384 = 4,

    /// <summary>ECDSA and ECDH on P-521.</summary>
    NistP521 = 5,

    /// <summary>RSA with 3,072 bits. Takes about a second to make.</summary>
    Rsa3072 = 6,

    /// <summary>RSA with 4,096 bits. Takes seconds to make.</summary>
    Rsa4096 = 7,
}
