using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>A curve of NIST's with what RFC 9580 pairs it with (§9.2, §11.5.1).</summary>
/// <param name="Oid">Its object identifier.</param>
/// <param name="Curve">For the platform.</param>
/// <param name="Size">Octets of a coordinate and of a scalar.</param>
/// <param name="Digest">As long as the curve's order, for signatures (§5.2.3.2), where GnuPG believes nothing shorter, and for
/// key derivation.</param>
/// <param name="Cipher">Wraps session keys.</param>
internal sealed record NistCurve(byte[] Oid, ECCurve Curve, int Size, DigestAlgorithm Digest, CipherAlgorithm Cipher)
{
    public static NistCurve P256 { get; } = new(
        [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07], ECCurve.NamedCurves.nistP256, 32, DigestAlgorithm.Sha256, CipherAlgorithm.Aes128);

    public static NistCurve P384 { get; } = new(
        [0x2B, 0x81, 0x04, 0x00, 0x22], ECCurve.NamedCurves.nistP384, 48, DigestAlgorithm.Sha384, CipherAlgorithm.Aes192);

    public static NistCurve P521 { get; } = new(
        [0x2B, 0x81, 0x04, 0x00, 0x23], ECCurve.NamedCurves.nistP521, 66, DigestAlgorithm.Sha512, CipherAlgorithm.Aes256);

    /// <returns>Null for a curve that isn't NIST's.</returns>
    public static NistCurve? Find(ReadOnlySpan<byte> oid)
    {
        foreach (var curve in (ReadOnlySpan<NistCurve>)[P256, P384, P521])
        {
            if (oid.SequenceEqual(curve.Oid)) return curve;
        }

        return null;
    }

    /// <summary>Makes a key pair. The caller zeroes the scalar, <see cref="ECParameters.D"/>.</summary>
    public ECParameters Generate()
    {
        using var key = ECDsa.Create(Curve);
        return key.ExportParameters(includePrivateParameters: true);
    }
}
