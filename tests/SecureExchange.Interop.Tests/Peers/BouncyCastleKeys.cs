using Org.BouncyCastle.Bcpg.OpenPgp;
using SecureExchange.Interop.Tests.Forms;

namespace SecureExchange.Interop.Tests.Peers;

/// <summary>Keys as BouncyCastle has them: it leaves it to its users which key of a certificate is for what.</summary>
internal static class BouncyCastleKeys
{
    private const int Encrypt = PgpKeyFlags.CanEncryptCommunications | PgpKeyFlags.CanEncryptStorage;

    public static PgpPublicKey Encrypting(TestKey key) =>
        new PgpPublicKeyRing(key.Certificate).GetPublicKeys().Cast<PgpPublicKey>().LastOrDefault(k => k.IsEncryptionKey && Has(k, Encrypt))
        ?? throw new PgpException("no key to encrypt to");

    /// <summary>The key that a signature says it is by.</summary>
    public static PgpPublicKey Verifying(TestKey key, long keyId) =>
        new PgpPublicKeyRing(key.Certificate).GetPublicKey(keyId) ?? throw new PgpException("no key to verify with");

    /// <inheritdoc cref="Verifying(TestKey, long)"/>
    public static PgpPublicKey Verifying(IEnumerable<TestKey> keys, long keyId) =>
        keys.Select(key => new PgpPublicKeyRing(key.Certificate).GetPublicKey(keyId)).FirstOrDefault(key => key is not null)
        ?? throw new PgpException("no key to verify with");

    public static PgpPublicKey Signing(TestKey key) =>
        new PgpPublicKeyRing(key.Certificate).GetPublicKeys().Cast<PgpPublicKey>().LastOrDefault(k => Has(k, PgpKeyFlags.CanSign))
        ?? throw new PgpException("no key to sign with");

    public static PgpPrivateKey Secret(TestKey key, long keyId) =>
        new PgpSecretKeyRing(key.Secret).GetSecretKey(keyId)?.ExtractPrivateKey(key.Passphrase?.ToCharArray())
        ?? throw new PgpException("no such key");

    private static bool Has(PgpPublicKey key, int flags) => key.GetSignatures().Cast<PgpSignature>()
        .Any(signature => ((signature.GetHashedSubPackets()?.GetKeyFlags() ?? 0) & flags) != 0);
}
