using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>Ed25519 as GnuPG has written it since 2014: algorithm 22, "EdDSALegacy" (RFC 9580 §5.5.5.5).</summary>
internal sealed class EdDsaLegacyPublicKey(byte[] point) : PublicKeyMaterial
{
    public override PublicKeyAlgorithm Algorithm => PublicKeyAlgorithm.EdDsaLegacy;

    public override bool CanSign => true;

    public static EdDsaLegacyPublicKey? Read(ref OctetCursor fields)
    {
        var curve = fields.Take(fields.Octet());
        if (!curve.SequenceEqual(Curves.Ed25519Legacy)) return null;
        var point = fields.Mpi();
        return point is [Curves.NativePoint, .. { Length: Ed25519.PublicKeySize } native]
            ? new EdDsaLegacyPublicKey(native.ToArray())
            : throw fields.Unsupported(PgpError.Malformed, "not an Ed25519 point");
    }

    /// <summary>R and S as integers (RFC 9580 §5.2.3.3), so that leading zeros are missing. A digest shorter than the curve's
    /// field isn't one to sign with this key.</summary>
    protected override bool VerifyFields(DigestAlgorithm algorithm, scoped ReadOnlySpan<byte> digest, ref OctetCursor signature)
    {
        var r = signature.Mpi();
        var s = signature.Mpi();
        if (digest.Length < 32 || r.Length > 32 || s.Length > 32 || signature.Remaining > 0) return false;
        Span<byte> value = stackalloc byte[Ed25519.SignatureSize];
        value.Clear();
        r.CopyTo(value[(32 - r.Length)..]);
        s.CopyTo(value[(64 - s.Length)..]);
        return Ed25519.Verify(point, digest, value);
    }

    public override SecretKeyMaterial ReadSecret(ref OctetCursor fields)
    {
        var seed = fields.Mpi();
        if (seed.Length > Ed25519.SecretKeySize) throw fields.Unsupported(PgpError.Malformed, "not an Ed25519 seed");
        var secret = new EdDsaLegacySecret(seed);
        if (secret.BelongsTo(point)) return secret;
        secret.Dispose();
        throw Mismatch(fields);
    }

    /// <summary>Makes a key: writes the fields of its public and its secret part.</summary>
    public static void Generate(OctetWriter publicFields, OctetWriter secretFields)
    {
        Span<byte> seed = stackalloc byte[Ed25519.SecretKeySize];
        Span<byte> point = stackalloc byte[Ed25519.PublicKeySize];
        RandomNumberGenerator.Fill(seed);
        Ed25519.DerivePublicKey(seed, point);
        publicFields.Octet((byte)Curves.Ed25519Legacy.Length);
        publicFields.Octets(Curves.Ed25519Legacy);
        Curves.WriteNativePoint(point, publicFields);
        secretFields.Mpi(seed);
        CryptographicOperations.ZeroMemory(seed);
    }
}
