using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>X25519 key agreement (RFC 7748 §6.1), over OpenSSL's <c>libcrypto</c>.</summary>
public static unsafe class X25519
{
    /// <summary>Bytes of a secret key, a public key and a shared secret alike.</summary>
    public const int Size = 32;

    /// <summary>Derives the public key of a secret key.</summary>
    /// <param name="secretKey">32 bytes, little-endian; clamped by the function itself.</param>
    /// <param name="publicKey">Receives 32 bytes.</param>
    public static void DerivePublicKey(ReadOnlySpan<byte> secretKey, Span<byte> publicKey)
    {
        RequireLength(secretKey, nameof(secretKey));
        RequireLength(publicKey, nameof(publicKey));
        using var key = LibCrypto.PrivateKey(LibCrypto.X25519, secretKey);
        LibCrypto.RawPublicKey(key, publicKey);
    }

    /// <summary>Computes the shared secret.</summary>
    /// <param name="secretKey">32 bytes.</param>
    /// <param name="peer">The other side's public key, 32 bytes.</param>
    /// <param name="sharedSecret">Receives 32 bytes; the caller zeroes them.</param>
    /// <returns>False when the peer's point is of small order, so that the secret would be all zero: an attacker's
    /// choice (RFC 7748 §6.1, RFC 9580 §5.1.6).</returns>
    public static bool TryAgree(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> peer, Span<byte> sharedSecret)
    {
        RequireLength(secretKey, nameof(secretKey));
        RequireLength(peer, nameof(peer));
        RequireLength(sharedSecret, nameof(sharedSecret));
        using var key = LibCrypto.PrivateKey(LibCrypto.X25519, secretKey);
        using var other = LibCrypto.PublicKey(LibCrypto.X25519, peer);
        using var context = LibCrypto.Require(LibCrypto.EVP_PKEY_CTX_new(key, 0));
        LibCrypto.Check(LibCrypto.EVP_PKEY_derive_init(context));
        LibCrypto.Check(LibCrypto.EVP_PKEY_derive_set_peer(context, other));
        var length = (nuint)Size;
        fixed (byte* s = sharedSecret)
        {
            if (LibCrypto.EVP_PKEY_derive(context, s, &length) == 1) return true;
        }

        LibCrypto.ERR_clear_error();
        CryptographicOperations.ZeroMemory(sharedSecret);
        return false;
    }

    private static void RequireLength(ReadOnlySpan<byte> value, string name)
    {
        if (value.Length != Size) throw new ArgumentException($"must be {Size} bytes", name);
    }
}
