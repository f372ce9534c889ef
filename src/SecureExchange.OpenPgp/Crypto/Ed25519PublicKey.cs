using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>Ed25519 as RFC 9580 has it: algorithm 27, octets and no integers (§5.5.5.9).</summary>
internal sealed class Ed25519PublicKey(byte[] point) : PublicKeyMaterial
{
    public override PublicKeyAlgorithm Algorithm => PublicKeyAlgorithm.Ed25519;

    public override bool CanSign => true;

    public static Ed25519PublicKey Read(ref OctetCursor fields) => new(fields.Take(Ed25519.PublicKeySize).ToArray());

    /// <summary>Makes a key: writes the fields of its public and its secret part.</summary>
    public static void Generate(OctetWriter publicFields, OctetWriter secretFields)
    {
        var seed = secretFields.Reserve(Ed25519.SecretKeySize);
        RandomNumberGenerator.Fill(seed);
        Ed25519.DerivePublicKey(seed, publicFields.Reserve(Ed25519.PublicKeySize));
    }

    /// <summary>§5.2.3.3.4. A digest shorter than 256 bits isn't one to sign with this key.</summary>
    protected override bool VerifyFields(DigestAlgorithm algorithm, scoped ReadOnlySpan<byte> digest, ref OctetCursor signature)
    {
        if (digest.Length < 32 || signature.Remaining != Ed25519.SignatureSize) return false;
        return Ed25519.Verify(point, digest, signature.Rest());
    }

    public override SecretKeyMaterial ReadSecret(ref OctetCursor fields)
    {
        var secret = new Ed25519Secret(fields.Take(Ed25519.SecretKeySize));
        if (secret.BelongsTo(point)) return secret;
        secret.Dispose();
        throw Mismatch(fields);
    }
}
