using Org.BouncyCastle.Bcpg.OpenPgp;
using SecureExchange.Interop.Tests.Forms;

namespace SecureExchange.Interop.Tests.Peers;

/// <summary>Keys as BouncyCastle has them: it leaves it to its users which key of a certificate is for what.</summary>
internal static class BouncyCastleKeys
{
    public static PgpPublicKey Encrypting(TestKey key) =>
        new PgpPublicKeyRing(key.Certificate).GetPublicKeys().Cast<PgpPublicKey>().LastOrDefault(k => k.IsEncryptionKey)
        ?? throw new PgpException("no key to encrypt to");

    public static PgpPublicKey Signing(TestKey key) => new PgpPublicKeyRing(key.Certificate).GetPublicKey();

    public static PgpPrivateKey Secret(TestKey key, long? keyId = null)
    {
        var ring = new PgpSecretKeyRing(key.Secret);
        var secret = keyId is { } id ? ring.GetSecretKey(id) ?? throw new PgpException("no key for it") : ring.GetSecretKey();
        return secret.ExtractPrivateKey(key.Passphrase?.ToCharArray());
    }
}
