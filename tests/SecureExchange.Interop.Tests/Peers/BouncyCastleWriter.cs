using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Security;
using SecureExchange.Interop.Tests.Forms;

namespace SecureExchange.Interop.Tests.Peers;

/// <summary>Messages put together as BouncyCastle's own examples do.</summary>
internal static class BouncyCastleWriter
{
    private const int Part = 1 << 16;

    public static byte[] Message(Form form, byte[] data) => Written(form.Armor, output =>
    {
        if (!form.IsEncrypted)
        {
            Inside(form, data, output);
            return;
        }

        var encrypted = new PgpEncryptedDataGenerator(SymmetricKeyAlgorithmTag.Aes256, withIntegrityPacket: true, new SecureRandom());
        foreach (var key in form.Recipients) encrypted.AddMethod(BouncyCastleKeys.Encrypting(key));
        if (form.Passphrase is not null) encrypted.AddMethod(form.Passphrase.ToCharArray(), HashAlgorithmTag.Sha256);
        using var inner = encrypted.Open(output, new byte[Part]);
        Inside(form, data, inner);
    });

    public static byte[] Detached(Form form, byte[] data) => Written(form.Armor, output =>
    {
        foreach (var signature in Signatures(form))
        {
            signature.Update(Covered(form, data));
            signature.Generate().Encode(output);
        }
    });

    /// <summary>Text without trailing spaces, signed without its last line end (RFC 9580 §7.2).</summary>
    public static byte[] Cleartext(TestKey signer, byte[] text)
    {
        var output = new MemoryStream();
        var armor = new ArmoredOutputStream(output);
        var signature = Signature(signer, PgpSignature.CanonicalTextDocument);
        armor.BeginClearText(Hash(BouncyCastleKeys.Signing(signer)));
        armor.Write(text, 0, text.Length);
        if (text is not [.., (byte)'\n']) armor.WriteByte((byte)'\n'); // It writes its next line right behind the text.
        signature.Update(System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(text).TrimEnd('\n').ReplaceLineEndings("\r\n")));
        armor.EndClearText();
        signature.Generate().Encode(new BcpgOutputStream(armor));
        armor.Close();
        return output.ToArray();
    }

    private static void Inside(Form form, byte[] data, Stream output)
    {
        if (form.Compression == Compression.None)
        {
            Signed(form, data, output);
            return;
        }

        var compressed = new PgpCompressedDataGenerator((CompressionAlgorithmTag)(int)form.Compression);
        Signed(form, data, compressed.Open(output));
        compressed.Close();
    }

    private static void Signed(Form form, byte[] data, Stream output)
    {
        var signatures = Signatures(form);
        foreach (var signature in signatures) signature.GenerateOnePassVersion(isNested: signature != signatures[^1]).Encode(output);
        var literal = new PgpLiteralDataGenerator();
        var body = literal.Open(output, PgpLiteralData.Binary, "", data.Length, TimeProvider.System.GetUtcNow().UtcDateTime);
        body.Write(data, 0, data.Length);
        literal.Close();
        foreach (var signature in signatures.AsEnumerable().Reverse())
        {
            signature.Update(Covered(form, data));
            signature.Generate().Encode(output);
        }
    }

    private static List<PgpSignatureGenerator> Signatures(Form form) =>
        [.. form.Signers.Select(signer => Signature(signer, form.IsText ? PgpSignature.CanonicalTextDocument : PgpSignature.BinaryDocument))];

    /// <summary>What a signature is over: its users bring lines of text to CR LF themselves.</summary>
    public static byte[] Covered(Form form, byte[] data) =>
        form.IsText ? System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(data).ReplaceLineEndings("\r\n")) : data;

    private static PgpSignatureGenerator Signature(TestKey signer, int type)
    {
        var key = BouncyCastleKeys.Signing(signer);
        var signature = new PgpSignatureGenerator(key.Algorithm, Hash(key));
        signature.InitSign(type, BouncyCastleKeys.Secret(signer, key.KeyId));
        return signature;
    }

    /// <summary>It takes any hash for any key: its users have to choose one as long as the curve (RFC 9580 §5.2.3.2).</summary>
    private static HashAlgorithmTag Hash(PgpPublicKey key) => (key.Algorithm, key.BitStrength) switch
    {
        (PublicKeyAlgorithmTag.ECDsa, > 384) => HashAlgorithmTag.Sha512,
        (PublicKeyAlgorithmTag.ECDsa, > 256) => HashAlgorithmTag.Sha384,
        _ => HashAlgorithmTag.Sha256,
    };

    private static byte[] Written(bool armored, Action<Stream> write)
    {
        var output = new MemoryStream();
        if (!armored)
        {
            write(output);
            return output.ToArray();
        }

        var armor = new ArmoredOutputStream(output);
        write(armor);
        armor.Close();
        return output.ToArray();
    }
}
