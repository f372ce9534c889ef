using System.Security.Cryptography;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>A secret scalar, as X25519 and X448 have it: little-endian.</summary>
internal sealed class MontgomeryScalar(MontgomeryCurve curve) : IDisposable
{
    public byte[] Octets { get; } = GC.AllocateArray<byte>(curve.Size, pinned: true);

    /// <summary>Whether this scalar gives that point.</summary>
    public bool BelongsTo(ReadOnlySpan<byte> point)
    {
        Span<byte> derived = stackalloc byte[curve.Size];
        curve.DerivePublicKey(Octets, derived);
        return derived.SequenceEqual(point);
    }

    /// <returns>False for a point of small order.</returns>
    public bool TryAgree(ReadOnlySpan<byte> point, Span<byte> shared) => curve.TryAgree(Octets, point, shared);

    public void Dispose() => CryptographicOperations.ZeroMemory(Octets);

    public override string ToString() => "[secret]";
}
