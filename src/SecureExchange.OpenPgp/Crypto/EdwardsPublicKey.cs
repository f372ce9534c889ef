using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>Ed25519 and Ed448 as RFC 9580 has them: algorithms 27 and 28, octets and no integers (§5.5.5.9, §5.5.5.10).</summary>
internal sealed class EdwardsPublicKey(EdwardsCurve curve, byte[] point) : PublicKeyMaterial
{
    public override PublicKeyAlgorithm Algorithm => curve.Algorithm;

    public override bool CanSign => true;

    public override DigestAlgorithm SigningDigest => curve.Digest;

    public static EdwardsPublicKey Read(EdwardsCurve curve, ref OctetCursor fields) =>
        new(curve, fields.Take(curve.Size).ToArray());

    /// <summary>Makes a key: writes the fields of its public and its secret part.</summary>
    public static void Generate(EdwardsCurve curve, OctetWriter publicFields, OctetWriter secretFields)
    {
        var seed = secretFields.Reserve(curve.Size);
        RandomNumberGenerator.Fill(seed);
        curve.DerivePublicKey(seed, publicFields.Reserve(curve.Size));
    }

    /// <summary>§5.2.3.4, §5.2.3.5: a shorter digest than the curve's isn't one to sign with this key.</summary>
    protected override bool VerifyFields(DigestAlgorithm algorithm, scoped ReadOnlySpan<byte> digest, ref OctetCursor signature)
    {
        if (digest.Length < curve.Digest.Size() || signature.Remaining != 2 * curve.Size) return false;
        return curve.Verify(point, digest, signature.Rest());
    }

    public override SecretKeyMaterial ReadSecret(ref OctetCursor fields)
    {
        var secret = new EdwardsSecret(curve, fields.Take(curve.Size));
        if (secret.BelongsTo(point)) return secret;
        secret.Dispose();
        throw Mismatch(fields);
    }
}
