using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The seed of an <see cref="Ed25519PublicKey"/>.</summary>
internal sealed class Ed25519Secret : SecretKeyMaterial
{
    private readonly byte[] _seed = GC.AllocateUninitializedArray<byte>(Ed25519.SecretKeySize, pinned: true);

    /// <param name="seed">32 octets.</param>
    public Ed25519Secret(ReadOnlySpan<byte> seed) => seed.CopyTo(_seed);

    public bool BelongsTo(ReadOnlySpan<byte> point)
    {
        Span<byte> derived = stackalloc byte[Ed25519.PublicKeySize];
        Ed25519.DerivePublicKey(_seed, derived);
        return derived.SequenceEqual(point);
    }

    public override void Sign(DigestAlgorithm algorithm, ReadOnlySpan<byte> digest, OctetWriter output) =>
        Ed25519.Sign(_seed, digest, output.Reserve(Ed25519.SignatureSize));

    public override void Write(OctetWriter output) => output.Octets(_seed);

    public override void Dispose() => CryptographicOperations.ZeroMemory(_seed);
}
