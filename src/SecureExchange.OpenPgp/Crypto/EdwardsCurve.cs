using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>Ed25519 or Ed448, with what RFC 9580 pairs it with (§5.2.3.4, §5.2.3.5).</summary>
internal sealed class EdwardsCurve
{
    private readonly Action<ReadOnlySpan<byte>, Span<byte>> _derivePublicKey;
    private readonly Action<ReadOnlySpan<byte>, ReadOnlySpan<byte>, Span<byte>> _sign;
    private readonly Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool> _verify;

    private EdwardsCurve(
        PublicKeyAlgorithm algorithm, int size, DigestAlgorithm digest,
        Action<ReadOnlySpan<byte>, Span<byte>> derivePublicKey,
        Action<ReadOnlySpan<byte>, ReadOnlySpan<byte>, Span<byte>> sign,
        Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool> verify)
    {
        Algorithm = algorithm;
        Size = size;
        Digest = digest;
        _derivePublicKey = derivePublicKey;
        _sign = sign;
        _verify = verify;
    }

    public static EdwardsCurve Ed25519 { get; } = new(
        PublicKeyAlgorithm.Ed25519, Cryptography.Ed25519.PublicKeySize, DigestAlgorithm.Sha256,
        Cryptography.Ed25519.DerivePublicKey, Cryptography.Ed25519.Sign, Cryptography.Ed25519.Verify);

    public static EdwardsCurve Ed448 { get; } = new(
        PublicKeyAlgorithm.Ed448, Cryptography.Ed448.PublicKeySize, DigestAlgorithm.Sha512,
        Cryptography.Ed448.DerivePublicKey, Cryptography.Ed448.Sign, Cryptography.Ed448.Verify);

    /// <summary>Its algorithm number in RFC 9580's own form.</summary>
    public PublicKeyAlgorithm Algorithm { get; }

    /// <summary>Octets of a seed and of a point; a signature has twice as many.</summary>
    public int Size { get; }

    /// <summary>The shortest hash that may be signed with it.</summary>
    public DigestAlgorithm Digest { get; }

    public void DerivePublicKey(ReadOnlySpan<byte> seed, Span<byte> point) => _derivePublicKey(seed, point);

    public void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> digest, Span<byte> signature) => _sign(seed, digest, signature);

    public bool Verify(ReadOnlySpan<byte> point, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature) =>
        _verify(point, digest, signature);
}
