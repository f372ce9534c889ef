using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>X25519 as RFC 9580 has it: algorithm 25 (§5.1.6, §5.5.5.7).</summary>
internal sealed class X25519PublicKey(byte[] point) : PublicKeyMaterial
{
    private const int WrappingKeySize = 16; // AES-128

    public override PublicKeyAlgorithm Algorithm => PublicKeyAlgorithm.X25519;

    public override bool CanEncrypt => true;

    public static X25519PublicKey Read(ref OctetCursor fields) => new(fields.Take(X25519.Size).ToArray());

    /// <summary>Makes a key: writes the fields of its public and its secret part.</summary>
    public static void Generate(OctetWriter publicFields, OctetWriter secretFields)
    {
        var scalar = secretFields.Reserve(X25519.Size);
        RandomNumberGenerator.Fill(scalar);
        X25519.DerivePublicKey(scalar, publicFields.Reserve(X25519.Size));
    }

    public override void EncryptSessionKey(SessionKey sessionKey, SessionKeyForm form, Fingerprint recipient, OctetWriter output)
    {
        Span<byte> ephemeral = stackalloc byte[X25519.Size];
        Span<byte> ephemeralPoint = stackalloc byte[X25519.Size];
        Span<byte> shared = stackalloc byte[X25519.Size];
        RandomNumberGenerator.Fill(ephemeral);
        X25519.DerivePublicKey(ephemeral, ephemeralPoint);
        var agreed = X25519.TryAgree(ephemeral, point, shared);
        CryptographicOperations.ZeroMemory(ephemeral);
        if (!agreed)
            throw Throw.Error(
                PgpError.AlgorithmRefused,
                $"the encryption key of {recipient} is a point of small order, which gives no secrecy");
        Span<byte> key = stackalloc byte[WrappingKeySize];
        Derive(ephemeralPoint, shared, key);
        output.Octets(ephemeralPoint);
        var wrapped = sessionKey.Key.Length + AesKeyWrap.Overhead;
        output.Octet((byte)(form.NamesCipher ? 1 + wrapped : wrapped));
        if (form.NamesCipher) output.Octet((byte)sessionKey.Algorithm);
        AesKeyWrap.Wrap(key, sessionKey.Key, output.Reserve(wrapped));
        CryptographicOperations.ZeroMemory(shared);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Opens the fields behind the ephemeral point: in version 3 the algorithm stands before the wrapped key, in
    /// clear.</summary>
    /// <returns>Null when the wrapped key isn't intact, or isn't of this form.</returns>
    public SessionKey? Unwrap(
        scoped ReadOnlySpan<byte> ephemeral, scoped ReadOnlySpan<byte> shared, ref OctetCursor fields, SessionKeyForm form)
    {
        var rest = fields.Take(fields.Octet());
        if (fields.Remaining > 0 || (form.NamesCipher && rest.IsEmpty)) return null;
        var algorithm = form.NamesCipher ? (CipherAlgorithm)rest[0] : form.Cipher!.Value;
        var wrapped = form.NamesCipher ? rest[1..] : rest;
        if (!form.Allows(algorithm) || wrapped.Length != algorithm.KeySize() + AesKeyWrap.Overhead) return null;
        Span<byte> key = stackalloc byte[WrappingKeySize];
        Span<byte> bare = stackalloc byte[algorithm.KeySize()];
        Derive(ephemeral, shared, key);
        var result = AesKeyWrap.TryUnwrap(key, wrapped, bare) ? new SessionKey(algorithm, bare) : null;
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(bare);
        return result;
    }

    public override SecretKeyMaterial ReadSecret(ref OctetCursor fields)
    {
        var secret = new X25519Secret(this, fields.Take(X25519.Size));
        if (secret.BelongsTo(point)) return secret;
        secret.Dispose();
        throw Mismatch(fields);
    }

    private void Derive(ReadOnlySpan<byte> ephemeral, ReadOnlySpan<byte> shared, Span<byte> key)
    {
        Span<byte> input = stackalloc byte[3 * X25519.Size];
        ephemeral.CopyTo(input);
        point.CopyTo(input[X25519.Size..]);
        shared.CopyTo(input[(2 * X25519.Size)..]);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, input, key, default, "OpenPGP X25519"u8);
        CryptographicOperations.ZeroMemory(input);
    }
}
