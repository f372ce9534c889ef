using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Utilities.IO;
using SecureExchange.Interop.Tests.Forms;

namespace SecureExchange.Interop.Tests.Peers;

/// <summary>Messages taken apart as BouncyCastle's own examples do.</summary>
internal static class BouncyCastleReader
{
    public static byte[] Message(Form form, byte[] message)
    {
        var objects = Objects(message);
        if (!form.IsEncrypted) return Inside(form, objects);
        var list = objects.NextPgpObject() as PgpEncryptedDataList ?? throw new PgpException("not encrypted");
        var (data, stream) = Decrypted(form, list);
        var plaintext = Inside(form, new PgpObjectFactory(stream));
        if (!data.IsIntegrityProtected() || !data.Verify()) throw new PgpException("integrity check failed");
        return plaintext;
    }

    public static byte[] Detached(Form form, byte[] signatures, byte[] data)
    {
        var list = Objects(signatures).NextPgpObject() as PgpSignatureList ?? throw new PgpException("no signature");
        if (list.Count != form.Signers.Count) throw new PgpException($"{list.Count} signatures");
        for (var i = 0; i < list.Count; i++)
        {
            list[i].InitVerify(BouncyCastleKeys.Verifying(form.Signers, list[i].KeyId));
            list[i].Update(BouncyCastleWriter.Covered(form, data));
            if (!list[i].Verify()) throw new PgpException("bad signature");
        }

        return [];
    }

    public static byte[] Cleartext(TestKey signer, byte[] message)
    {
        var armor = new ArmoredInputStream(new MemoryStream(message));
        var text = new MemoryStream();
        for (var octet = armor.ReadByte(); armor.IsClearText(); octet = armor.ReadByte()) text.WriteByte((byte)octet);
        var list = new PgpObjectFactory(armor).NextPgpObject() as PgpSignatureList ?? throw new PgpException("no signature");
        var signature = list[0];
        signature.InitVerify(BouncyCastleKeys.Verifying(signer, signature.KeyId));
        var lines = System.Text.Encoding.UTF8.GetString(text.ToArray()).TrimEnd('\r', '\n').ReplaceLineEndings("\n").Split('\n');
        signature.Update(System.Text.Encoding.UTF8.GetBytes(string.Join("\r\n", lines.Select(line => line.TrimEnd(' ', '\t')))));
        if (!signature.Verify()) throw new PgpException("bad signature");
        return text.ToArray();
    }

    private static (PgpEncryptedData Data, Stream Stream) Decrypted(Form form, PgpEncryptedDataList list)
    {
        foreach (PgpEncryptedData data in list.GetEncryptedDataObjects())
        {
            if (data is PgpPbeEncryptedData byPassphrase && form.Passphrase is not null)
                return (data, byPassphrase.GetDataStream(form.Passphrase.ToCharArray()));
            if (data is not PgpPublicKeyEncryptedData toKey || form.Reader is null) continue;
            var key = toKey.KeyId == 0 ? BouncyCastleKeys.Encrypting(form.Reader).KeyId : toKey.KeyId; // 0 hides it.
            if (new PgpSecretKeyRing(form.Reader.Secret).GetSecretKey(key) is not null)
                return (data, toKey.GetDataStream(BouncyCastleKeys.Secret(form.Reader, key)));
        }

        throw new PgpException("no session key for us");
    }

    private static byte[] Inside(Form form, PgpObjectFactory objects)
    {
        PgpOnePassSignatureList? announced = null;
        byte[]? plaintext = null;
        var verified = false;
        while (objects.NextPgpObject() is { } found)
        {
            switch (found)
            {
                case PgpCompressedData compressed:
                    objects = new PgpObjectFactory(compressed.GetDataStream());
                    break;
                case PgpOnePassSignatureList list when form.Signer is not null:
                    announced = list;
                    for (var i = 0; i < list.Count; i++) list[i].InitVerify(BouncyCastleKeys.Verifying(form.Signers, list[i].KeyId));
                    break;
                case PgpLiteralData literal:
                    plaintext = Streams.ReadAll(literal.GetInputStream());
                    for (var i = 0; i < announced?.Count; i++) announced[i].Update(BouncyCastleWriter.Covered(form, plaintext));
                    break;
                case PgpSignatureList list when announced is not null:
                    verified = list.Count == form.Signers.Count && announced.Count == list.Count
                        && Enumerable.Range(0, list.Count).All(i => announced[i].Verify(list[list.Count - 1 - i]));
                    break;
            }
        }

        if (form.Signer is not null && !verified) throw new PgpException("bad signature");
        return plaintext ?? throw new PgpException("no data");
    }

    private static PgpObjectFactory Objects(byte[] message) => new(PgpUtilities.GetDecoderStream(new MemoryStream(message)));
}
