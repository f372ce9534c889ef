using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The hash functions of RFC 9580 §9.5 that this engine has.</summary>
internal static class Digest
{
    public const int MaxSize = 64;

    public static bool IsSupported(this DigestAlgorithm algorithm) => algorithm == DigestAlgorithm.Sha1 || algorithm.IsStrong();

    /// <summary>Strong enough for signatures on data.</summary>
    public static bool IsStrong(this DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Sha256 or DigestAlgorithm.Sha384 or DigestAlgorithm.Sha512 => true,
        DigestAlgorithm.Sha3_256 or DigestAlgorithm.Sha3_512 => SHA3_256.IsSupported, // Not on every platform.
        _ => false,
    };

    /// <summary>Octets of a digest of this engine's; 0 for another hash.</summary>
    public static int Size(this DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Sha1 => 20,
        DigestAlgorithm.Sha256 or DigestAlgorithm.Sha3_256 => 32,
        DigestAlgorithm.Sha384 => 48,
        DigestAlgorithm.Sha512 or DigestAlgorithm.Sha3_512 => 64,
        _ => 0,
    };

    /// <summary>Octets of the salt in version 6 signatures (RFC 9580 §9.5, table 23); 0 for a hash that has none.</summary>
    public static int SaltSize(this DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Sha224 or DigestAlgorithm.Sha256 or DigestAlgorithm.Sha3_256 => 16,
        DigestAlgorithm.Sha384 => 24,
        DigestAlgorithm.Sha512 or DigestAlgorithm.Sha3_512 => 32,
        _ => 0,
    };

    public static HashAlgorithmName Name(this DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Sha1 => HashAlgorithmName.SHA1,
        DigestAlgorithm.Sha256 => HashAlgorithmName.SHA256,
        DigestAlgorithm.Sha384 => HashAlgorithmName.SHA384,
        DigestAlgorithm.Sha512 => HashAlgorithmName.SHA512,
        DigestAlgorithm.Sha3_256 => HashAlgorithmName.SHA3_256,
        DigestAlgorithm.Sha3_512 => HashAlgorithmName.SHA3_512,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not a supported hash"),
    };

    /// <summary>Its name in text, as in the header "Hash" (RFC 9580 §9.5).</summary>
    public static string TextName(this DigestAlgorithm algorithm) => algorithm.Name().Name!;

    public static IncrementalHash Start(this DigestAlgorithm algorithm) =>
        algorithm == DigestAlgorithm.Sha1 ? LegacyDigest.Start() : IncrementalHash.CreateHash(algorithm.Name());
}
