using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The seed of an <see cref="EdDsaLegacyPublicKey"/>: what RFC 9580 has as octets stands here as integers.</summary>
/// <param name="seed">32 octets, fewer where leading zeros are missing.</param>
internal sealed class EdDsaLegacySecret(ReadOnlySpan<byte> seed) : EdwardsSecret(EdwardsCurve.Ed25519, seed)
{
    public override void Sign(DigestAlgorithm algorithm, ReadOnlySpan<byte> digest, OctetWriter output)
    {
        Span<byte> signature = stackalloc byte[Ed25519.SignatureSize];
        Sign(digest, signature);
        output.Mpi(signature[..32]);
        output.Mpi(signature[32..]);
    }

    public override void Write(OctetWriter output) => output.Mpi(Seed);
}
