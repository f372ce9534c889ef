using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>A symmetric-key encrypted session key packet: for whoever knows a passphrase (RFC 9580 §5.3; version 5:
/// draft-koch-librepgp §5.3).</summary>
internal sealed class PassphraseSessionKey
{
    private const string What = "symmetric-key encrypted session key packet";
    private const byte Version4 = 4;
    private const byte Version5 = 5;
    private const byte Version6 = 6;
    private const int MaxKey = 32;

    private readonly byte _version;
    private readonly CipherAlgorithm _cipher;
    private readonly AeadAlgorithm _aead; // Not in version 4.
    private readonly StringToKey _stretching;
    private readonly byte[] _nonce = [];
    private readonly byte[] _encrypted; // The session key; in version 4 none where the stretched passphrase is it.

    private PassphraseSessionKey(byte version, CipherAlgorithm cipher, StringToKey stretching, ReadOnlySpan<byte> encrypted)
    {
        (_version, _cipher, _stretching) = (version, cipher, stretching);
        _encrypted = encrypted.ToArray();
    }

    private PassphraseSessionKey(
        byte version, CipherAlgorithm cipher, AeadAlgorithm aead, StringToKey stretching, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> encrypted)
        : this(version, cipher, stretching, encrypted)
    {
        _aead = aead;
        _nonce = nonce.ToArray();
    }

    /// <summary>Whether a wrong passphrase is always seen.</summary>
    public bool IsAuthenticated => _version != Version4;

    /// <summary>What the tag covers besides, and in version 6 what the key is derived for.</summary>
    private byte[] Header =>
        [0xC0 | (byte)PacketType.SymmetricKeyEncryptedSessionKey, _version, (byte)_cipher, (byte)_aead];

    /// <returns>Null for a packet that is for readers with other versions or algorithms.</returns>
    /// <exception cref="PgpException">It's malformed, as everybody can see.</exception>
    public static PassphraseSessionKey? Read(byte[] body, long offset)
    {
        var cursor = new OctetCursor(body, What, offset);
        try
        {
            return cursor.Octet() switch
            {
                Version4 => ReadVersion4(ref cursor),
                Version5 => ReadAuthenticated(Version5, ref cursor),
                Version6 => ReadAuthenticated(Version6, ref cursor),
                _ => null,
            };
        }
        catch (PgpException e) when (e.Error is PgpError.UnsupportedProtection)
        {
            return null;
        }
    }

    /// <summary>Writes a packet of the version that goes with the encrypted data: 4 with what every reader has, or 6 with Argon2
    /// and OCB. The session key is never the stretched passphrase itself, so that a wrong one can be told.</summary>
    public static void Write(ReadOnlySpan<byte> passphrase, SessionKey sessionKey, SessionKeyForm form, OctetWriter output)
    {
        using var body = new OctetWriter();
        var budget = new StretchingBudget(PgpLimits.Default);
        if (form.NamesCipher) WriteVersion4(passphrase, sessionKey, budget, body);
        else WriteVersion6(passphrase, sessionKey, budget, body);
        output.Packet(PacketType.SymmetricKeyEncryptedSessionKey, body.Written);
    }

    /// <summary>Whether it goes with encrypted data of this form.</summary>
    public bool Fits(SessionKeyForm form) => form.NamesCipher ? _version is Version4 or Version5 : _version is Version6;

    /// <summary>Opens the session key with a passphrase.</summary>
    /// <returns>Null where the passphrase is wrong; in version 4 that isn't always seen.</returns>
    /// <exception cref="PgpException">Stretching it would cost more than the limits allow.</exception>
    public SessionKey? Open(ReadOnlySpan<byte> passphrase, SessionKeyForm form, StretchingBudget budget)
    {
        Span<byte> stretched = stackalloc byte[_cipher.KeySize()];
        Span<byte> opened = stackalloc byte[MaxKey + 1];
        try
        {
            _stretching.Derive(passphrase, stretched, budget);
            if (_version == Version4) return OpenVersion4(stretched, opened, form);
            return form.Cipher is { } cipher && TryOpen(stretched, opened[..cipher.KeySize()])
                ? new SessionKey(cipher, opened[..cipher.KeySize()])
                : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(stretched);
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    private static PassphraseSessionKey? ReadVersion4(ref OctetCursor fields)
    {
        var cipher = (CipherAlgorithm)fields.Octet();
        var stretching = StringToKey.Read(ref fields);
        var encrypted = fields.Rest();
        return cipher.KeySize() == 0 || encrypted.Length > MaxKey + 1
            ? null
            : new PassphraseSessionKey(Version4, cipher, stretching, encrypted);
    }

    private static PassphraseSessionKey? ReadAuthenticated(byte version, ref OctetCursor fields)
    {
        var counted = version == Version6 ? fields.Octet() : 0;
        var start = fields.Position;
        var (cipher, aead) = ((CipherAlgorithm)fields.Octet(), (AeadAlgorithm)fields.Octet());
        if (cipher.KeySize() == 0 || aead.NonceSize() == 0) return null;
        var specified = version == Version6 ? fields.Octet() : 0;
        var at = fields.Position;
        var stretching = StringToKey.Read(ref fields);
        var isSpecified = fields.Position - at == specified;
        var nonce = fields.Take(aead.NonceSize());
        if (version == Version6 && !(isSpecified && fields.Position - start == counted))
            Throw.Malformed($"{What}: its fields aren't as long as it says", fields.Offset);
        var encrypted = fields.Rest();
        return encrypted.Length is < AeadCipher.TagSize or > MaxKey + AeadCipher.TagSize || (version == Version6 && !stretching.IsModern)
            ? null
            : new PassphraseSessionKey(version, cipher, aead, stretching, nonce, encrypted);
    }

    private static void WriteVersion4(
        ReadOnlySpan<byte> passphrase, SessionKey sessionKey, StretchingBudget budget, OctetWriter body)
    {
        var stretching = StringToKey.NewIteratedSalted();
        Span<byte> stretched = stackalloc byte[sessionKey.Key.Length];
        stretching.Derive(passphrase, stretched, budget);
        body.Octets([Version4, (byte)sessionKey.Algorithm]);
        stretching.Write(body);
        Span<byte> payload = stackalloc byte[1 + sessionKey.Key.Length];
        payload[0] = (byte)sessionKey.Algorithm;
        sessionKey.Key.CopyTo(payload[1..]);
        using var cfb = new AesCfb(stretched, new byte[16]);
        cfb.Encrypt(payload, payload);
        body.Octets(payload);
        CryptographicOperations.ZeroMemory(stretched);
    }

    private static void WriteVersion6(
        ReadOnlySpan<byte> passphrase, SessionKey sessionKey, StretchingBudget budget, OctetWriter body)
    {
        var stretching = StringToKey.NewArgon2();
        Span<byte> stretched = stackalloc byte[sessionKey.Key.Length];
        stretching.Derive(passphrase, stretched, budget);
        using var specifier = new OctetWriter();
        stretching.Write(specifier);
        var nonce = RandomNumberGenerator.GetBytes(AeadAlgorithm.Ocb.NonceSize());
        var packet = new PassphraseSessionKey(Version6, sessionKey.Algorithm, AeadAlgorithm.Ocb, stretching, nonce, default);
        body.Octet(Version6);
        body.Octet((byte)(3 + specifier.Length + nonce.Length));
        body.Octets([(byte)sessionKey.Algorithm, (byte)AeadAlgorithm.Ocb, (byte)specifier.Length]);
        body.Octets(specifier.Written);
        body.Octets(nonce);
        Span<byte> key = stackalloc byte[sessionKey.Key.Length];
        Span<byte> tag = stackalloc byte[AeadCipher.TagSize];
        sessionKey.Key.CopyTo(key);
        using var cipher = packet.Cipher(stretched);
        cipher.Encrypt(nonce, key, tag, packet.Header);
        body.Octets(key);
        body.Octets(tag);
        CryptographicOperations.ZeroMemory(stretched);
    }

    private SessionKey? OpenVersion4(ReadOnlySpan<byte> stretched, Span<byte> opened, SessionKeyForm form)
    {
        if (_encrypted.Length == 0) return form.Allows(_cipher) ? new SessionKey(_cipher, stretched) : null;
        var payload = opened[.._encrypted.Length];
        using var cfb = new AesCfb(stretched, new byte[16]);
        cfb.Decrypt(_encrypted, payload);
        var algorithm = (CipherAlgorithm)payload[0];
        return form.Allows(algorithm) && payload.Length == 1 + algorithm.KeySize() ? new SessionKey(algorithm, payload[1..]) : null;
    }

    private bool TryOpen(ReadOnlySpan<byte> stretched, Span<byte> key)
    {
        if (_encrypted.Length != key.Length + AeadCipher.TagSize) return false;
        _encrypted.AsSpan(0, key.Length).CopyTo(key);
        using var cipher = Cipher(stretched);
        return cipher.TryDecrypt(_nonce, key, _encrypted.AsSpan(key.Length), Header);
    }

    private AeadCipher Cipher(ReadOnlySpan<byte> stretched)
    {
        if (_version == Version5) return new AeadCipher(_aead, stretched);
        Span<byte> key = stackalloc byte[stretched.Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, stretched, key, default, Header);
        var cipher = new AeadCipher(_aead, key);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }
}
