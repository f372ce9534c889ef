using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The seed of an <see cref="EdDsaLegacyPublicKey"/>.</summary>
internal sealed class EdDsaLegacySecret : SecretKeyMaterial
{
    private readonly byte[] _seed = GC.AllocateArray<byte>(Ed25519.SecretKeySize, pinned: true);

    /// <param name="seed">32 octets, fewer where leading zeros are missing.</param>
    public EdDsaLegacySecret(ReadOnlySpan<byte> seed) => seed.CopyTo(_seed.AsSpan(_seed.Length - seed.Length));

    public bool BelongsTo(ReadOnlySpan<byte> point)
    {
        Span<byte> derived = stackalloc byte[Ed25519.PublicKeySize];
        Ed25519.DerivePublicKey(_seed, derived);
        return derived.SequenceEqual(point);
    }

    public override void Sign(DigestAlgorithm algorithm, ReadOnlySpan<byte> digest, OctetWriter output)
    {
        Span<byte> signature = stackalloc byte[Ed25519.SignatureSize];
        Ed25519.Sign(_seed, digest, signature);
        output.Mpi(signature[..32]);
        output.Mpi(signature[32..]);
    }

    public override void Write(OctetWriter output) => output.Mpi(_seed);

    public override void Dispose() => CryptographicOperations.ZeroMemory(_seed);
}
