using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using SecureExchange.Interop.Tests.Forms;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests.Peers;

/// <summary>BouncyCastle for .NET, in this process.</summary>
internal sealed class BouncyCastle : Implementation
{
    public override string Name => "BouncyCastle";

    public override Task<string> VersionAsync() => Task.FromResult(typeof(PgpPublicKey).Assembly.GetName().Version!.ToString(3));

    public override Task<TestKey> GenerateAsync(string userId, string? passphrase, TempFolder folder)
    {
        var rsa = GeneratorUtilities.GetKeyPairGenerator("RSA");
        rsa.Init(new RsaKeyGenerationParameters(BigInteger.ValueOf(0x10001), new SecureRandom(), 2048, 64));
        var made = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-1);
        var primary = new PgpSignatureSubpacketGenerator();
        primary.SetKeyFlags(isCritical: true, PgpKeyFlags.CanCertify | PgpKeyFlags.CanSign);
        var encrypting = new PgpSignatureSubpacketGenerator();
        encrypting.SetKeyFlags(isCritical: true, PgpKeyFlags.CanEncryptCommunications | PgpKeyFlags.CanEncryptStorage);
        var protection = passphrase is null ? SymmetricKeyAlgorithmTag.Null : SymmetricKeyAlgorithmTag.Aes256;
        var rings = new PgpKeyRingGenerator(
            PgpSignature.PositiveCertification, new PgpKeyPair(PublicKeyAlgorithmTag.RsaGeneral, rsa.GenerateKeyPair(), made), userId,
            protection, HashAlgorithmTag.Sha256, passphrase?.ToCharArray(), useSha1: passphrase is not null, primary.Generate(), null, new SecureRandom());
        rings.AddSubKey(
            new PgpKeyPair(PublicKeyAlgorithmTag.RsaGeneral, rsa.GenerateKeyPair(), made), encrypting.Generate(), null, HashAlgorithmTag.Sha256);
        return Task.FromResult(new TestKey(
            userId, rings.GenerateSecretKeyRing().GetEncoded(), rings.GeneratePublicKeyRing().GetEncoded(), folder)
        {
            Passphrase = passphrase,
        });
    }

    public override Task<byte[]> WriteAsync(Form form, byte[] data) => Refusing(() =>
    {
        if (form.Shape == SignatureShape.Cleartext && !form.IsEncrypted) return BouncyCastleWriter.Cleartext(form.Signer!, data);
        if (form.Shape == SignatureShape.Detached && !form.IsEncrypted) return BouncyCastleWriter.Detached(form, data);
        if (form.Protection is not (Protection.Version1 or Protection.Any)) throw NotOffered("has version 1 only");
        if (form.Hidden) throw NotOffered("names recipients");
        return BouncyCastleWriter.Message(form, data);
    });

    public override Task<byte[]> ReadAsync(Form form, byte[] message, byte[]? data) => Refusing(() =>
        data is not null ? BouncyCastleReader.Detached(form, message, data)
            : form.Shape == SignatureShape.Cleartext && !form.IsEncrypted ? BouncyCastleReader.Cleartext(form.Signer!, message)
            : BouncyCastleReader.Message(form, message));

    private Task<byte[]> Refusing(Func<byte[]> work)
    {
        try
        {
            return Task.FromResult(work());
        }
        catch (Exception e) when (e is not NotOfferedException) // It throws anything, Exception itself too.
        {
            throw new PeerRefusedException(Name, $"{e.GetType().Name}: {e.Message}");
        }
    }
}
