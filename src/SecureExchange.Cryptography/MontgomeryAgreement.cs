using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>What <see cref="X25519"/> and <see cref="X448"/> have in common.</summary>
internal static unsafe class MontgomeryAgreement
{
    /// <param name="type">The curve, as <c>libcrypto</c> numbers it.</param>
    /// <param name="size">Bytes of its keys.</param>
    /// <param name="secretKey">As many bytes.</param>
    /// <param name="publicKey">Receives as many.</param>
    public static void DerivePublicKey(int type, int size, ReadOnlySpan<byte> secretKey, Span<byte> publicKey)
    {
        RequireLength(secretKey, size, nameof(secretKey));
        RequireLength(publicKey, size, nameof(publicKey));
        using var key = LibCrypto.PrivateKey(type, secretKey);
        LibCrypto.RawPublicKey(key, publicKey);
    }

    /// <returns>False when the secret would be all zero; it is zeroed then.</returns>
    public static bool TryAgree(
        int type, int size, ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> peer, Span<byte> sharedSecret)
    {
        RequireLength(secretKey, size, nameof(secretKey));
        RequireLength(peer, size, nameof(peer));
        RequireLength(sharedSecret, size, nameof(sharedSecret));
        using var key = LibCrypto.PrivateKey(type, secretKey);
        using var other = LibCrypto.PublicKey(type, peer);
        using var context = LibCrypto.Require(LibCrypto.EVP_PKEY_CTX_new(key, 0));
        LibCrypto.Check(LibCrypto.EVP_PKEY_derive_init(context));
        LibCrypto.Check(LibCrypto.EVP_PKEY_derive_set_peer(context, other));
        var length = (nuint)size;
        fixed (byte* s = sharedSecret)
        {
            if (LibCrypto.EVP_PKEY_derive(context, s, &length) == 1) return true;
        }

        LibCrypto.ERR_clear_error();
        CryptographicOperations.ZeroMemory(sharedSecret);
        return false;
    }

    private static void RequireLength(ReadOnlySpan<byte> value, int size, string name)
    {
        if (value.Length != size) throw new ArgumentException($"must be {size} bytes", name);
    }
}
