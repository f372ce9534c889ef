using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The scalar of an <see cref="EcdsaPublicKey"/>.</summary>
internal sealed class EcdsaSecret(NistSecretKey key, NistScalar scalar) : SecretKeyMaterial
{
    public override void Sign(DigestAlgorithm algorithm, ReadOnlySpan<byte> digest, OctetWriter output)
    {
        Span<byte> value = stackalloc byte[2 * scalar.Octets.Length];
        key.SignDigest(digest, value);
        output.Mpi(value[..scalar.Octets.Length]);
        output.Mpi(value[scalar.Octets.Length..]);
    }

    public override void Write(OctetWriter output) => output.Mpi(scalar.Octets);

    public override void Dispose()
    {
        key.Dispose();
        scalar.Dispose();
    }
}
