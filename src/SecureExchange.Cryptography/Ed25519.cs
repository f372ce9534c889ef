namespace SecureExchange.Cryptography;

/// <summary>Ed25519 signatures (RFC 8032 §5.1), over OpenSSL's <c>libcrypto</c>. Deterministic; no prehash, no context.</summary>
public static unsafe class Ed25519
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
    public static void DerivePublicKey(ReadOnlySpan<byte> secretKey, Span<byte> publicKey)
    {
        RequireLength(secretKey, SecretKeySize, nameof(secretKey));
        RequireLength(publicKey, PublicKeySize, nameof(publicKey));
        using var key = LibCrypto.PrivateKey(LibCrypto.Ed25519, secretKey);
        LibCrypto.RawPublicKey(key, publicKey);
    }

    /// <summary>Signs a message (RFC 8032 §5.1.6).</summary>
    /// <param name="secretKey">32 bytes.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">Receives 64 bytes.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static void Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        RequireLength(secretKey, SecretKeySize, nameof(secretKey));
        RequireLength(signature, SignatureSize, nameof(signature));
        using var key = LibCrypto.PrivateKey(LibCrypto.Ed25519, secretKey);
        using var context = LibCrypto.Require(LibCrypto.EVP_MD_CTX_new());
        LibCrypto.Check(LibCrypto.EVP_DigestSignInit(context, 0, 0, 0, key));
        var length = (nuint)SignatureSize;
        fixed (byte* s = signature)
        fixed (byte* m = message)
            LibCrypto.Check(LibCrypto.EVP_DigestSign(context, s, &length, m, (nuint)message.Length));
    }

    /// <summary>Whether a signature is valid (RFC 8032 §5.1.7). A malformed key or signature is simply not valid.</summary>
    /// <param name="publicKey">32 bytes.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">64 bytes.</param>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeySize || signature.Length != SignatureSize) return false;
        using var key = LibCrypto.PublicKey(LibCrypto.Ed25519, publicKey);
        using var context = LibCrypto.Require(LibCrypto.EVP_MD_CTX_new());
        LibCrypto.Check(LibCrypto.EVP_DigestVerifyInit(context, 0, 0, 0, key));
        fixed (byte* s = signature)
        fixed (byte* m = message)
        {
            if (LibCrypto.EVP_DigestVerify(context, s, SignatureSize, m, (nuint)message.Length) == 1) return true;
        }

        LibCrypto.ERR_clear_error();
        return false;
    }

    private static void RequireLength(ReadOnlySpan<byte> value, int length, string name)
    {
        if (value.Length != length) throw new ArgumentException($"must be {length} bytes", name);
    }
}
