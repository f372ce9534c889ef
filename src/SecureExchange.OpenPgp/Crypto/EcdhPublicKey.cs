using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>ECDH (RFC 9580 §5.5.5.6, §11.4): algorithm 18, on the legacy form of Curve25519 or on NIST's
/// curves.</summary>
internal abstract class EcdhPublicKey(EcdhKeyDerivation derivation) : PublicKeyMaterial
{
    public sealed override PublicKeyAlgorithm Algorithm => PublicKeyAlgorithm.Ecdh;

    public sealed override bool CanEncrypt => Derivation.IsSupported;

    public EcdhKeyDerivation Derivation { get; } = derivation;

    public sealed override string? Refusal(PgpPolicy policy) => Derivation.IsSupported
        ? null
        : $"an ECDH key asks for hash {(byte)Derivation.Digest} and cipher {(byte)Derivation.Cipher}, which are refused";

    /// <returns>Null for another curve, or one that isn't allowed.</returns>
    public static PublicKeyMaterial? Read(ref OctetCursor fields, bool isLegacyAllowed)
    {
        var derivation = EcdhKeyDerivation.Read(ref fields, out var point);

        // In version 6 a curve has one pair of hash and cipher (§11.5.1): nobody encrypts to a key with another.
        if (!isLegacyAllowed && NistCurve.Find(derivation.CurveOid) is { } curve
            && (curve.Digest, curve.Cipher) != (derivation.Digest, derivation.Cipher))
            return null;
        if (((ReadOnlySpan<byte>)derivation.CurveOid).SequenceEqual(Curves.Curve25519Legacy))
            return isLegacyAllowed ? Curve25519LegacyPublicKey.Read(derivation, point, fields) : null;
        return EcdhNistPublicKey.Read(derivation, point, fields);
    }
}
