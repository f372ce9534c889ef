using System.Security.Cryptography;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>SHA-1, where the format has nothing else: v4 fingerprints (RFC 9580 §5.5.4.2), the modification
/// detection code
/// (§5.13.1), the check of a protected v4 secret key (§5.5.3), and old self-signatures that the policy still
/// accepts.</summary>
internal static class LegacyDigest
{
    public const int Size = 20;

#pragma warning disable RS0030, CA5350 // The format prescribes SHA-1 here; nothing in these uses rests on collision resistance.
    public static byte[] Hash(ReadOnlySpan<byte> data) => SHA1.HashData(data);
#pragma warning restore RS0030, CA5350

    public static IncrementalHash Start() => IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
}
