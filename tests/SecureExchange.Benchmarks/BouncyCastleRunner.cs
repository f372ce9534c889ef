using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Security;

namespace SecureExchange.Benchmarks;

/// <summary>What .NET programs had for OpenPGP before: BouncyCastle 1.8.10, as its own examples use it.</summary>
internal static class BouncyCastleRunner
{
    private const int Piece = 256 * 1024;

    public static int Seal(string certificate, string input, string output)
    {
        using var keys = PgpUtilities.GetDecoderStream(File.OpenRead(certificate));
        var key = new PgpPublicKeyRingBundle(keys).GetKeyRings().Cast<PgpPublicKeyRing>().Single()
            .GetPublicKeys().Cast<PgpPublicKey>().Last(k => k.IsEncryptionKey);
        using var from = File.OpenRead(input);
        using var to = File.Create(output);
        var encrypting = new PgpEncryptedDataGenerator(SymmetricKeyAlgorithmTag.Aes256, true, new SecureRandom());
        encrypting.AddMethod(key);
        using var encrypted = encrypting.Open(to, new byte[Piece]);
        using var literal = new PgpLiteralDataGenerator().Open(encrypted, PgpLiteralData.Binary, "", DateTime.UnixEpoch, new byte[Piece]);
        from.CopyTo(literal, Piece);
        return 0;
    }

    public static int Open(string secretKey, string input, string output)
    {
        using var keys = PgpUtilities.GetDecoderStream(File.OpenRead(secretKey));
        var bundle = new PgpSecretKeyRingBundle(keys);
        using var from = File.OpenRead(input);
        using var to = File.Create(output);
        var data = ((PgpEncryptedDataList)new PgpObjectFactory(from).NextPgpObject()).GetEncryptedDataObjects()
            .Cast<PgpPublicKeyEncryptedData>().Single();
        var key = bundle.GetSecretKey(data.KeyId).ExtractPrivateKey([]);
        using var decrypted = data.GetDataStream(key);
        var literal = (PgpLiteralData)new PgpObjectFactory(decrypted).NextPgpObject();
        literal.GetInputStream().CopyTo(to, Piece);
        return data.Verify() ? 0 : 1;
    }
}
