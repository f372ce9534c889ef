namespace SecureExchange.Cryptography;

/// <summary>Ed25519 signatures (RFC 8032 §5.1), over OpenSSL's <c>libcrypto</c>. Deterministic; no prehash, no context.</summary>
public static class Ed25519
{
    /// <summary>Bytes of a secret key, the RFC's 32-byte seed.</summary>
    public const int SecretKeySize = 32;

    /// <summary>Bytes of a public key.</summary>
    public const int PublicKeySize = 32;

    /// <summary>Bytes of a signature, R ‖ S.</summary>
    public const int SignatureSize = 64;

    /// <summary>Derives the public key of a secret key (RFC 8032 §5.1.5).</summary>
    /// <param name="secretKey">32 bytes.</param>
    /// <param name="publicKey">Receives 32 bytes.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static void DerivePublicKey(ReadOnlySpan<byte> secretKey, Span<byte> publicKey) =>
        EdwardsSignature.DerivePublicKey(LibCrypto.Ed25519, SecretKeySize, secretKey, publicKey);

    /// <summary>Signs a message (RFC 8032 §5.1.6).</summary>
    /// <param name="secretKey">32 bytes.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">Receives 64 bytes.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static void Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> message, Span<byte> signature) =>
        EdwardsSignature.Sign(LibCrypto.Ed25519, SecretKeySize, secretKey, message, signature);

    /// <summary>Whether a signature is valid (RFC 8032 §5.1.7). A malformed key or signature is simply not valid.</summary>
    /// <param name="publicKey">32 bytes.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">64 bytes.</param>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        EdwardsSignature.Verify(LibCrypto.Ed25519, PublicKeySize, publicKey, message, signature);
}
