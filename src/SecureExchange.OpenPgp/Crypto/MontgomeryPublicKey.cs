using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>X25519 and X448 as RFC 9580 has them: algorithms 25 and 26 (§5.1.6, §5.1.7, §5.5.5.7, §5.5.5.8).</summary>
internal sealed class MontgomeryPublicKey(MontgomeryCurve curve, byte[] point) : PublicKeyMaterial
{
    public override PublicKeyAlgorithm Algorithm => curve.Algorithm;

    public override bool CanEncrypt => true;

    public static MontgomeryPublicKey Read(MontgomeryCurve curve, ref OctetCursor fields) =>
        new(curve, fields.Take(curve.Size).ToArray());

    /// <summary>Makes a key: writes the fields of its public and its secret part.</summary>
    public static void Generate(MontgomeryCurve curve, OctetWriter publicFields, OctetWriter secretFields)
    {
        var scalar = secretFields.Reserve(curve.Size);
        RandomNumberGenerator.Fill(scalar);
        curve.DerivePublicKey(scalar, publicFields.Reserve(curve.Size));
    }

    public override void EncryptSessionKey(SessionKey sessionKey, SessionKeyForm form, Fingerprint recipient, OctetWriter output)
    {
        Span<byte> ephemeralPoint = stackalloc byte[curve.Size];
        Span<byte> shared = stackalloc byte[curve.Size];
        curve.Agree(point, recipient, ephemeralPoint, shared);
        Span<byte> key = stackalloc byte[curve.WrappingCipher.KeySize()];
        curve.DeriveWrappingKey(ephemeralPoint, point, shared, key);
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
        Span<byte> key = stackalloc byte[curve.WrappingCipher.KeySize()];
        Span<byte> bare = stackalloc byte[algorithm.KeySize()];
        curve.DeriveWrappingKey(ephemeral, point, shared, key);
        var result = AesKeyWrap.TryUnwrap(key, wrapped, bare) ? new SessionKey(algorithm, bare) : null;
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(bare);
        return result;
    }

    public override SecretKeyMaterial ReadSecret(ref OctetCursor fields)
    {
        var scalar = new MontgomeryScalar(curve);
        fields.Take(curve.Size).CopyTo(scalar.Octets);
        if (scalar.BelongsTo(point)) return new MontgomerySecret(this, curve, scalar);
        scalar.Dispose();
        throw Mismatch(fields);
    }
}
