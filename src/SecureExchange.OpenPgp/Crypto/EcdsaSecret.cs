using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The scalar of an <see cref="EcdsaPublicKey"/>.</summary>
internal sealed class EcdsaSecret(ECDsa key, NistScalar scalar) : SecretKeyMaterial
{
    public override void Sign(DigestAlgorithm algorithm, ReadOnlySpan<byte> digest, OctetWriter output)
    {
        var value = key.SignHash(digest);
        output.Mpi(value.AsSpan(0, value.Length / 2));
        output.Mpi(value.AsSpan(value.Length / 2));
    }

    public override void Write(OctetWriter output) => output.Mpi(scalar.Octets);

    public override void Dispose()
    {
        key.Dispose();
        scalar.Dispose();
    }
}
