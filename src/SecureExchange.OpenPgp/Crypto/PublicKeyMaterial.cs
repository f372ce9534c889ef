using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The algorithm's part of a public key.</summary>
internal abstract class PublicKeyMaterial
{
    private protected PublicKeyMaterial() { }

    public abstract PublicKeyAlgorithm Algorithm { get; }

    public virtual bool CanSign => false;

    public virtual bool CanEncrypt => false;

    /// <summary>The hash to sign with: SHA-256, which processors have in hardware, unless the key asks for a longer
    /// one.</summary>
    public virtual DigestAlgorithm SigningDigest => DigestAlgorithm.Sha256;

    /// <summary>Why the policy refuses this key, with what is wrong; null where it doesn't.</summary>
    public virtual string? Refusal(PgpPolicy policy) => null;

    /// <summary>Whether a signature over a digest is valid. Malformed fields aren't.</summary>
    /// <param name="version">The signature's.</param>
    /// <param name="algorithm">The hash.</param>
    /// <param name="digest">What was signed.</param>
    /// <param name="signature">The algorithm's fields.</param>
    public bool Verify(int version, DigestAlgorithm algorithm, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        var fields = new OctetCursor(signature, "signature packet", 0) { IsStrict = version == PublicKeyPacket.Version6 };
        try
        {
            return VerifyFields(algorithm, digest, ref fields);
        }
        catch (PgpException)
        {
            return false;
        }
    }

    protected virtual bool VerifyFields(DigestAlgorithm algorithm, scoped ReadOnlySpan<byte> digest, ref OctetCursor signature) => false;

    /// <summary>Writes the algorithm's fields of a session key packet (RFC 9580 §5.1).</summary>
    /// <param name="sessionKey">What to encrypt.</param>
    /// <param name="form">As which version of the packet.</param>
    /// <param name="recipient">This key's fingerprint.</param>
    /// <param name="output">Receives the fields.</param>
    public virtual void EncryptSessionKey(SessionKey sessionKey, SessionKeyForm form, Fingerprint recipient, OctetWriter output) =>
        throw new NotSupportedException("keys of this algorithm don't encrypt");

    /// <summary>Reads the algorithm's fields of a secret key, and checks that they belong to this public key.</summary>
    public virtual SecretKeyMaterial ReadSecret(ref OctetCursor fields) =>
        throw fields.Unsupported(PgpError.UnsupportedAlgorithm, $"public-key algorithm {(byte)Algorithm}");

    /// <param name="version">The key's: version 6 has no place for what RFC 9580 keeps for old keys (§5.5.5, §9.2).</param>
    /// <param name="algorithm">The key's.</param>
    /// <param name="fields">The algorithm's fields.</param>
    /// <param name="limits">How large they may be.</param>
    public static PublicKeyMaterial Read(int version, PublicKeyAlgorithm algorithm, ref OctetCursor fields, PgpLimits limits)
    {
        var isLegacyAllowed = version == PublicKeyPacket.Version4;
        PublicKeyMaterial? material = algorithm switch
        {
            PublicKeyAlgorithm.Rsa or PublicKeyAlgorithm.RsaEncryptOnly or PublicKeyAlgorithm.RsaSignOnly =>
                RsaPublicKey.ReadFields(algorithm, ref fields, limits),
            PublicKeyAlgorithm.EdDsaLegacy when isLegacyAllowed => EdDsaLegacyPublicKey.Read(ref fields),
            PublicKeyAlgorithm.Ecdh => EcdhPublicKey.Read(ref fields, isLegacyAllowed),
            PublicKeyAlgorithm.Ecdsa => EcdsaPublicKey.Read(ref fields),
            PublicKeyAlgorithm.X25519 => MontgomeryPublicKey.Read(MontgomeryCurve.X25519, ref fields),
            PublicKeyAlgorithm.X448 => MontgomeryPublicKey.Read(MontgomeryCurve.X448, ref fields),
            PublicKeyAlgorithm.Ed25519 => EdwardsPublicKey.Read(EdwardsCurve.Ed25519, ref fields),
            PublicKeyAlgorithm.Ed448 => EdwardsPublicKey.Read(EdwardsCurve.Ed448, ref fields),
            _ => null,
        };
        if (material is not null) return material;
        fields.Rest();
        return new UnknownPublicKey(algorithm, version);
    }

    protected static PgpException Mismatch(in OctetCursor fields) => fields.Unsupported(
        PgpError.KeyMaterialMismatch,
        "secret and public key material don't belong together; don't use this copy of the key");
}

/// <summary>A key of an algorithm or curve that this engine doesn't have, or that its version doesn't allow: it can stand in a
/// certificate, and do nothing.</summary>
internal sealed class UnknownPublicKey(PublicKeyAlgorithm algorithm, int version) : PublicKeyMaterial
{
    public override PublicKeyAlgorithm Algorithm => algorithm;

    public override string? Refusal(PgpPolicy policy) => algorithm switch
    {
        PublicKeyAlgorithm.Dsa or PublicKeyAlgorithm.Elgamal =>
            $"{algorithm} keys are refused, since RFC 9580 §9.1 gives them up; ask for a key with Curve25519 or RSA",
        PublicKeyAlgorithm.EdDsaLegacy or PublicKeyAlgorithm.Ecdh when version == PublicKeyPacket.Version6 =>
            $"public-key algorithm {(byte)algorithm} with this curve, or these parameters, isn't allowed in version 6 keys; ask for one with algorithms 27 and 25",
        _ => $"public-key algorithm {(byte)algorithm}, or its curve, isn't supported; ask for a key with Curve25519 or RSA",
    };
}
