using System.Security.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>X25519 or X448, with what RFC 9580 pairs it with (§5.1.6, §5.1.7).</summary>
internal sealed class MontgomeryCurve
{
    /// <summary>The largest <see cref="Size"/>.</summary>
    public const int MaxSize = Cryptography.X448.Size;

    private readonly Action<ReadOnlySpan<byte>, Span<byte>> _derivePublicKey;
    private readonly Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, Span<byte>, bool> _tryAgree;

    private MontgomeryCurve(
        PublicKeyAlgorithm algorithm, int size, Action<ReadOnlySpan<byte>, Span<byte>> derivePublicKey,
        Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, Span<byte>, bool> tryAgree)
    {
        Algorithm = algorithm;
        Size = size;
        _derivePublicKey = derivePublicKey;
        _tryAgree = tryAgree;
    }

    public static MontgomeryCurve X25519 { get; } = new(
        PublicKeyAlgorithm.X25519, Cryptography.X25519.Size, Cryptography.X25519.DerivePublicKey, Cryptography.X25519.TryAgree);

    public static MontgomeryCurve X448 { get; } = new(
        PublicKeyAlgorithm.X448, Cryptography.X448.Size, Cryptography.X448.DerivePublicKey, Cryptography.X448.TryAgree);

    /// <summary>Its algorithm number in RFC 9580's own form.</summary>
    public PublicKeyAlgorithm Algorithm { get; }

    /// <summary>Octets of a scalar, a point and a shared secret.</summary>
    public int Size { get; }

    /// <summary>What wraps session keys.</summary>
    public CipherAlgorithm WrappingCipher => this == X25519 ? CipherAlgorithm.Aes128 : CipherAlgorithm.Aes256;

    public void DerivePublicKey(ReadOnlySpan<byte> scalar, Span<byte> point) => _derivePublicKey(scalar, point);

    /// <inheritdoc cref="Cryptography.X25519.TryAgree"/>
    public bool TryAgree(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, Span<byte> shared) => _tryAgree(scalar, point, shared);

    /// <summary>Agrees on a secret with a recipient, for once.</summary>
    /// <param name="point">The recipient's.</param>
    /// <param name="recipient">For the error.</param>
    /// <param name="ephemeralPoint">Receives the point that the recipient needs.</param>
    /// <param name="shared">Receives the secret; the caller zeroes it.</param>
    public void Agree(ReadOnlySpan<byte> point, Fingerprint recipient, Span<byte> ephemeralPoint, Span<byte> shared)
    {
        Span<byte> ephemeral = stackalloc byte[Size];
        RandomNumberGenerator.Fill(ephemeral);
        DerivePublicKey(ephemeral, ephemeralPoint);
        var agreed = TryAgree(ephemeral, point, shared);
        CryptographicOperations.ZeroMemory(ephemeral);
        if (!agreed)
            throw Throw.Error(
                PgpError.AlgorithmRefused,
                $"the encryption key of {recipient} is a point of small order, which gives no secrecy");
    }

    /// <summary>The key that wraps session keys in RFC 9580's own form: HKDF over both points and the secret.</summary>
    public void DeriveWrappingKey(
        ReadOnlySpan<byte> ephemeralPoint, ReadOnlySpan<byte> point, ReadOnlySpan<byte> shared, Span<byte> key)
    {
        Span<byte> input = stackalloc byte[3 * Size];
        ephemeralPoint.CopyTo(input);
        point.CopyTo(input[Size..]);
        shared.CopyTo(input[(2 * Size)..]);
        if (this == X25519) HKDF.DeriveKey(HashAlgorithmName.SHA256, input, key, default, "OpenPGP X25519"u8);
        else HKDF.DeriveKey(HashAlgorithmName.SHA512, input, key, default, "OpenPGP X448"u8);
        CryptographicOperations.ZeroMemory(input);
    }
}
