namespace SecureExchange.Cryptography;

/// <summary>X448 key agreement (RFC 7748 §6.2), over OpenSSL's <c>libcrypto</c>.</summary>
public static class X448
{
    /// <summary>Bytes of a secret key, a public key and a shared secret alike.</summary>
    public const int Size = 56;

    /// <summary>Derives the public key of a secret key.</summary>
    /// <param name="secretKey">56 bytes, little-endian; clamped by the function itself.</param>
    /// <param name="publicKey">Receives 56 bytes.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static void DerivePublicKey(ReadOnlySpan<byte> secretKey, Span<byte> publicKey) =>
        MontgomeryAgreement.DerivePublicKey(LibCrypto.X448, Size, secretKey, publicKey);

    /// <summary>Computes the shared secret.</summary>
    /// <param name="secretKey">56 bytes.</param>
    /// <param name="peer">The other side's public key, 56 bytes.</param>
    /// <param name="sharedSecret">Receives 56 bytes; the caller zeroes them.</param>
    /// <returns>False when the peer's point is of small order, so that the secret would be all zero: an attacker's
    /// choice (RFC 7748 §6.2, RFC 9580 §5.1.7).</returns>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static bool TryAgree(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> peer, Span<byte> sharedSecret) =>
        MontgomeryAgreement.TryAgree(LibCrypto.X448, Size, secretKey, peer, sharedSecret);
}
