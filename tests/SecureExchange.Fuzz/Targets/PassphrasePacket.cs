using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Session keys for <see cref="SeedFiles.Passphrase"/>, in packets of each version, stretched so little that they open
/// often.</summary>
internal static class PassphrasePacket
{
    private const byte Tag = 0xC0 | (byte)PacketType.SymmetricKeyEncryptedSessionKey;

    private static readonly byte[] s_specifier = [3, (byte)DigestAlgorithm.Sha256, 1, 2, 3, 4, 5, 6, 7, 8, 0];

    /// <summary>What the passphrase becomes.</summary>
    public static byte[] Stretched()
    {
        var cursor = new OctetCursor(s_specifier, "specifier", 0);
        var key = new byte[32];
        StringToKey.Read(ref cursor).Derive(SeedFiles.Passphrase, key, new StretchingBudget(PgpLimits.Default));
        return key;
    }

    /// <summary>Version 4, whose session key is what the passphrase becomes.</summary>
    public static byte[] Bare() => Packet([4, (byte)CipherAlgorithm.Aes256, .. s_specifier]);

    /// <summary>Version 4 with a session key.</summary>
    public static byte[] Version4(byte[] sessionKey)
    {
        byte[] payload = [(byte)CipherAlgorithm.Aes256, .. sessionKey];
        using var cfb = new AesCfb(Stretched(), new byte[16]);
        cfb.Encrypt(payload, payload);
        return Packet([4, (byte)CipherAlgorithm.Aes256, .. s_specifier, .. payload]);
    }

    /// <summary>Version 5 (draft-koch-librepgp §5.3.2).</summary>
    public static byte[] Version5(byte[] sessionKey)
    {
        byte[] fields = [5, (byte)CipherAlgorithm.Aes256, (byte)AeadAlgorithm.Ocb];
        return Packet([.. fields, .. s_specifier, .. Seal(Stretched(), sessionKey, [Tag, .. fields])]);
    }

    /// <summary>Version 6 (RFC 9580 §5.3.2).</summary>
    public static byte[] Version6(byte[] sessionKey)
    {
        byte[] fields = [(byte)CipherAlgorithm.Aes256, (byte)AeadAlgorithm.Ocb];
        var counted = (byte)(3 + s_specifier.Length + AeadAlgorithm.Ocb.NonceSize());
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Stretched(), 32, [], [Tag, 6, .. fields]);
        return Packet([6, counted, .. fields, (byte)s_specifier.Length, .. s_specifier, .. Seal(key, sessionKey, [Tag, 6, .. fields])]);
    }

    private static byte[] Seal(byte[] key, byte[] sessionKey, byte[] associatedData)
    {
        var (nonce, ciphertext, tag) = (new byte[AeadAlgorithm.Ocb.NonceSize()], new byte[sessionKey.Length], new byte[AeadCipher.TagSize]);
        using var ocb = new AesOcb(key);
        ocb.Encrypt(nonce, sessionKey, ciphertext, tag, associatedData);
        return [.. nonce, .. ciphertext, .. tag];
    }

    private static byte[] Packet(byte[] body)
    {
        using var output = new OctetWriter();
        output.Packet(PacketType.SymmetricKeyEncryptedSessionKey, body);
        return output.ToArray();
    }
}
