using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Packets;

/// <summary>How a passphrase encrypts the secret fields of one key (RFC 9580 §3.7.2, §5.5.3).</summary>
internal sealed class SecretKeyLock
{
    private readonly SecretKeyProtection _protection;
    private readonly CipherAlgorithm _cipher;
    private readonly AeadAlgorithm _mode;
    private readonly StringToKey _s2k;
    private readonly byte[] _iv;

    private SecretKeyLock(
        SecretKeyProtection protection, CipherAlgorithm cipher, AeadAlgorithm mode, StringToKey s2k, ReadOnlySpan<byte> iv)
    {
        (_protection, _cipher, _mode, _s2k) = (protection, cipher, mode, s2k);
        _iv = iv.ToArray();
    }

    /// <summary>Octets behind the fields.</summary>
    private int CheckSize => _protection == SecretKeyProtection.Aead ? AeadCipher.TagSize : LegacyDigest.Size;

    /// <summary>A new one, with a salt and an IV of its own.</summary>
    public static SecretKeyLock New(SecretKeyProtection protection) => protection switch
    {
        SecretKeyProtection.Aead => New(protection, StringToKey.NewArgon2()),
        SecretKeyProtection.Cfb => New(protection, StringToKey.NewIteratedSalted()),
        _ => throw new ArgumentOutOfRangeException(nameof(protection), protection, "no such protection"),
    };

    public static SecretKeyLock New(SecretKeyProtection protection, StringToKey s2k)
    {
        var isAead = protection == SecretKeyProtection.Aead;
        var mode = isAead ? AeadAlgorithm.Ocb : default;
        var iv = RandomNumberGenerator.GetBytes(isAead ? mode.NonceSize() : AesCfb.BlockSize);
        return new SecretKeyLock(protection, CipherAlgorithm.Aes256, mode, s2k, iv);
    }

    /// <summary>Reads the parameters behind the usage octet.</summary>
    public static SecretKeyLock Read(SecretKeyProtection protection, int keyVersion, ref OctetCursor packet)
    {
        if (keyVersion == PublicKeyPacket.Version4) return ReadParameters(protection, counted: false, ref packet);
        var at = packet.Offset + 1;
        var parameters = new OctetCursor(packet.Take(packet.Octet()), packet.What, at);
        var result = ReadParameters(protection, counted: true, ref parameters);
        parameters.End();
        return result;
    }

    /// <summary>Writes the usage octet, the parameters, and the fields under the passphrase.</summary>
    public void Write(
        PublicKeyPacket key, PacketType type, SecretKeyMaterial material, ReadOnlySpan<byte> passphrase, OctetWriter output)
    {
        output.Octet((byte)_protection);
        var counted = key.Version != PublicKeyPacket.Version4;
        using var s2k = new OctetWriter();
        _s2k.Write(s2k);
        var isAead = _protection == SecretKeyProtection.Aead;
        if (counted) output.Octet((byte)(1 + (isAead ? 1 : 0) + 1 + s2k.Length + _iv.Length));
        output.Octet((byte)_cipher);
        if (isAead) output.Octet((byte)_mode);
        if (counted) output.Octet((byte)s2k.Length);
        output.Octets(s2k.Written);
        output.Octets(_iv);

        using var fields = new OctetWriter();
        material.Write(fields);
        var secret = output.Reserve(fields.Length + CheckSize);
        var check = secret[fields.Length..];
        fields.Written.CopyTo(secret);
        Span<byte> kek = stackalloc byte[_cipher.KeySize()];
        DeriveKey(key, type, passphrase, kek, new StretchingBudget(PgpLimits.Default));
        if (isAead)
        {
            using var aead = new AeadCipher(_mode, kek);
            aead.Encrypt(_iv, secret[..fields.Length], check, AssociatedData(key, type));
        }
        else
        {
            LegacyDigest.Hash(fields.Written).CopyTo(check);
            using var cfb = new AesCfb(kek, _iv);
            cfb.Encrypt(secret, secret);
        }

        CryptographicOperations.ZeroMemory(kek);
    }

    /// <summary>Decrypts and checks the fields.</summary>
    /// <param name="key">The public part.</param>
    /// <param name="type">Whether a primary key or a subkey.</param>
    /// <param name="octets">All that follows the parameters; the fields' plaintext afterwards, for the caller to zero.</param>
    /// <param name="passphrase">In UTF-8.</param>
    /// <param name="budget">What stretching it may cost.</param>
    /// <returns>The fields, inside of <paramref name="octets"/>.</returns>
    /// <exception cref="PgpException">It isn't the passphrase, or something was altered.</exception>
    public Span<byte> Open(
        PublicKeyPacket key, PacketType type, Span<byte> octets, ReadOnlySpan<byte> passphrase, StretchingBudget budget)
    {
        if (octets.Length < CheckSize) Throw.Malformed("secret key packet: the secret part is too short");
        var fields = octets[..^CheckSize];
        var check = octets[^CheckSize..];
        Span<byte> kek = stackalloc byte[_cipher.KeySize()];
        DeriveKey(key, type, passphrase, kek, budget);
        bool isOpen;
        if (_protection == SecretKeyProtection.Aead)
        {
            using var aead = new AeadCipher(_mode, kek);
            isOpen = aead.TryDecrypt(_iv, fields, check, AssociatedData(key, type));
        }
        else
        {
            using var cfb = new AesCfb(kek, _iv);
            cfb.Decrypt(octets, octets);
            isOpen = CryptographicOperations.FixedTimeEquals(LegacyDigest.Hash(fields), check);
        }

        CryptographicOperations.ZeroMemory(kek);
        return isOpen
            ? fields
            : throw Throw.Error(PgpError.WrongPassphrase, "the passphrase doesn't open the secret key, or the key is damaged");
    }

    private static SecretKeyLock ReadParameters(SecretKeyProtection protection, bool counted, ref OctetCursor fields)
    {
        var cipher = (CipherAlgorithm)fields.Octet();
        var isAead = protection == SecretKeyProtection.Aead;
        var mode = isAead ? (AeadAlgorithm)fields.Octet() : default;
        var s2k = counted ? ReadCounted(ref fields) : StringToKey.Read(ref fields);
        if (!s2k.IsSalted)
        {
            throw fields.Unsupported(
                PgpError.UnsupportedProtection,
                "its passphrase isn't salted (simple S2K), which is refused; change the passphrase with a current program");
        }

        if (counted && !s2k.IsModern)
        {
            throw fields.Unsupported(
                PgpError.UnsupportedProtection,
                "its passphrase is hashed with SHA-1, which version 6 doesn't allow; change the passphrase with a current program");
        }

        if (s2k is Argon2StringToKey && !isAead) // MUST be refused (§3.7.2.1).
            throw fields.Unsupported(PgpError.Malformed, "Argon2 goes with AEAD only; change the passphrase with a current program");
        if (cipher.KeySize() == 0)
            throw fields.Unsupported(PgpError.UnsupportedProtection, $"cipher {(byte)cipher} isn't supported");
        if (isAead && mode.NonceSize() == 0)
            throw fields.Unsupported(PgpError.UnsupportedProtection, $"AEAD mode {(byte)mode} isn't supported");
        return new SecretKeyLock(protection, cipher, mode, s2k, fields.Take(isAead ? mode.NonceSize() : AesCfb.BlockSize));
    }

    private static StringToKey ReadCounted(ref OctetCursor fields)
    {
        var at = fields.Offset + 1;
        var specifier = new OctetCursor(fields.Take(fields.Octet()), fields.What, at);
        var result = StringToKey.Read(ref specifier);
        specifier.End();
        return result;
    }

    /// <summary>Under AEAD each kind and version of key has a key of its own: what encrypts one opens no other.</summary>
    private void DeriveKey(
        PublicKeyPacket key, PacketType type, ReadOnlySpan<byte> passphrase, Span<byte> kek, StretchingBudget budget)
    {
        _s2k.Derive(passphrase, kek, budget);
        if (_protection != SecretKeyProtection.Aead) return;
        ReadOnlySpan<byte> info = [TypeOctet(type), (byte)key.Version, (byte)_cipher, (byte)_mode];
        Span<byte> derived = stackalloc byte[kek.Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, kek, derived, [], info);
        derived.CopyTo(kek);
        CryptographicOperations.ZeroMemory(derived);
    }

    private static byte[] AssociatedData(PublicKeyPacket key, PacketType type) => [TypeOctet(type), .. key.Body.Span];

    private static byte TypeOctet(PacketType type) => (byte)(0xC0 | (byte)type);
}
