using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The seed of an <see cref="EdwardsPublicKey"/>.</summary>
internal class EdwardsSecret : SecretKeyMaterial
{
    private readonly EdwardsCurve _curve;
    private readonly byte[] _seed;

    /// <param name="curve">The curve.</param>
    /// <param name="seed">As many octets as the curve has, fewer where leading zeros are missing.</param>
    public EdwardsSecret(EdwardsCurve curve, ReadOnlySpan<byte> seed)
    {
        _curve = curve;
        _seed = GC.AllocateArray<byte>(curve.Size, pinned: true);
        seed.CopyTo(_seed.AsSpan(_seed.Length - seed.Length));
    }

    protected ReadOnlySpan<byte> Seed => _seed;

    public bool BelongsTo(ReadOnlySpan<byte> point)
    {
        Span<byte> derived = stackalloc byte[_curve.Size];
        _curve.DerivePublicKey(_seed, derived);
        return derived.SequenceEqual(point);
    }

    public override void Sign(DigestAlgorithm algorithm, ReadOnlySpan<byte> digest, OctetWriter output) =>
        Sign(digest, output.Reserve(2 * _curve.Size));

    public override void Write(OctetWriter output) => output.Octets(_seed);

    public sealed override void Dispose() => CryptographicOperations.ZeroMemory(_seed);

    protected void Sign(ReadOnlySpan<byte> digest, Span<byte> signature) => _curve.Sign(_seed, digest, signature);
}
