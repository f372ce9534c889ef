namespace SecureExchange.Cryptography;

/// <summary>What <see cref="Ed25519"/> and <see cref="Ed448"/> have in common.</summary>
internal static unsafe class EdwardsSignature
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

    /// <param name="type">The curve.</param>
    /// <param name="size">Bytes of its keys; a signature has twice as many.</param>
    /// <param name="secretKey">So many bytes.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">Receives the signature.</param>
    public static void Sign(int type, int size, ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        RequireLength(secretKey, size, nameof(secretKey));
        RequireLength(signature, 2 * size, nameof(signature));
        using var key = LibCrypto.PrivateKey(type, secretKey);
        using var context = LibCrypto.Require(LibCrypto.EVP_MD_CTX_new());
        LibCrypto.Check(LibCrypto.EVP_DigestSignInit(context, 0, 0, 0, key));
        var length = (nuint)signature.Length;
        fixed (byte* s = signature)
        fixed (byte* m = message)
            LibCrypto.Check(LibCrypto.EVP_DigestSign(context, s, &length, m, (nuint)message.Length));
    }

    /// <returns>False for a malformed key or signature too.</returns>
    public static bool Verify(
        int type, int size, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != size || signature.Length != 2 * size) return false;
        using var key = LibCrypto.PublicKey(type, publicKey);
        using var context = LibCrypto.Require(LibCrypto.EVP_MD_CTX_new());
        LibCrypto.Check(LibCrypto.EVP_DigestVerifyInit(context, 0, 0, 0, key));
        fixed (byte* s = signature)
        fixed (byte* m = message)
        {
            if (LibCrypto.EVP_DigestVerify(context, s, (nuint)signature.Length, m, (nuint)message.Length) == 1) return true;
        }

        LibCrypto.ERR_clear_error();
        return false;
    }

    private static void RequireLength(ReadOnlySpan<byte> value, int length, string name)
    {
        if (value.Length != length) throw new ArgumentException($"must be {length} bytes", name);
    }
}
