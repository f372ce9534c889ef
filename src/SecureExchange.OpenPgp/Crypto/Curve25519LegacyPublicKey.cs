using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>X25519 as GnuPG has written it since 2014: ECDH on "Curve25519Legacy" (RFC 9580 §9.2).</summary>
internal sealed class Curve25519LegacyPublicKey(EcdhKeyDerivation derivation, byte[] point) : EcdhPublicKey(derivation)
{
    public static Curve25519LegacyPublicKey Read(EcdhKeyDerivation derivation, ReadOnlySpan<byte> point, in OctetCursor fields) =>
        point is [Curves.NativePoint, .. { Length: X25519.Size } native]
            ? new Curve25519LegacyPublicKey(derivation, native.ToArray())
            : throw fields.Unsupported(PgpError.Malformed, "not a Curve25519 point");

    public override void EncryptSessionKey(SessionKey sessionKey, SessionKeyForm form, Fingerprint recipient, OctetWriter output)
    {
        Span<byte> ephemeralPoint = stackalloc byte[X25519.Size];
        Span<byte> shared = stackalloc byte[X25519.Size];
        MontgomeryCurve.X25519.Agree(point, recipient, ephemeralPoint, shared);
        Curves.WriteNativePoint(ephemeralPoint, output);
        Derivation.Wrap(shared, recipient, sessionKey, form, output);
        CryptographicOperations.ZeroMemory(shared);
    }

    public override SecretKeyMaterial ReadSecret(ref OctetCursor fields)
    {
        var bigEndian = fields.Mpi();
        if (bigEndian.Length > X25519.Size) throw fields.Unsupported(PgpError.Malformed, "not a Curve25519 scalar");
        var scalar = new MontgomeryScalar(MontgomeryCurve.X25519);
        bigEndian.CopyTo(scalar.Octets.AsSpan(X25519.Size - bigEndian.Length)); // Leading zeros may be missing.
        scalar.Octets.AsSpan().Reverse();
        if (scalar.BelongsTo(point)) return new Curve25519LegacySecret(this, scalar);
        scalar.Dispose();
        throw Mismatch(fields);
    }

    /// <summary>Makes a key: writes the fields of its public and its secret part, with the key derivation that GnuPG and
    /// RFC 9580 §11.5.1 give this curve: SHA-256 and AES-128.</summary>
    public static void Generate(OctetWriter publicFields, OctetWriter secretFields)
    {
        Span<byte> scalar = stackalloc byte[X25519.Size];
        Span<byte> ownPoint = stackalloc byte[X25519.Size];
        RandomNumberGenerator.Fill(scalar);
        scalar[0] &= 0xF8; // Clamped in the packet too (RFC 9580 §5.5.5.6.1.1): some readers don't do it themselves.
        scalar[31] = (byte)((scalar[31] & 0x7F) | 0x40);
        X25519.DerivePublicKey(scalar, ownPoint);
        publicFields.Octet((byte)Curves.Curve25519Legacy.Length);
        publicFields.Octets(Curves.Curve25519Legacy);
        Curves.WriteNativePoint(ownPoint, publicFields);
        publicFields.Octets([3, 1, (byte)DigestAlgorithm.Sha256, (byte)CipherAlgorithm.Aes128]);
        scalar.Reverse(); // An integer in the packet: big-endian.
        secretFields.Mpi(scalar);
        CryptographicOperations.ZeroMemory(scalar);
    }
}
