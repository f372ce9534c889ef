namespace SecureExchange.Cryptography;

/// <summary>Ed448 signatures (RFC 8032 §5.2), over OpenSSL's <c>libcrypto</c>. Deterministic; no prehash, an empty context.</summary>
public static class Ed448
{
    /// <summary>Bytes of a secret key, the RFC's 57-byte seed.</summary>
    public const int SecretKeySize = 57;

    /// <summary>Bytes of a public key.</summary>
    public const int PublicKeySize = 57;

    /// <summary>Bytes of a signature, R ‖ S.</summary>
    public const int SignatureSize = 114;

    /// <summary>Derives the public key of a secret key (RFC 8032 §5.2.5).</summary>
    /// <param name="secretKey">57 bytes.</param>
    /// <param name="publicKey">Receives 57 bytes.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static void DerivePublicKey(ReadOnlySpan<byte> secretKey, Span<byte> publicKey) =>
        EdwardsSignature.DerivePublicKey(LibCrypto.Ed448, SecretKeySize, secretKey, publicKey);

    /// <summary>Signs a message (RFC 8032 §5.2.6).</summary>
    /// <param name="secretKey">57 bytes.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">Receives 114 bytes.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static void Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> message, Span<byte> signature) =>
        EdwardsSignature.Sign(LibCrypto.Ed448, SecretKeySize, secretKey, message, signature);

    /// <summary>Whether a signature is valid (RFC 8032 §5.2.7). A malformed key or signature is simply not valid.</summary>
    /// <param name="publicKey">57 bytes.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">114 bytes.</param>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        EdwardsSignature.Verify(LibCrypto.Ed448, PublicKeySize, publicKey, message, signature);
}
