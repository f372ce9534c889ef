using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.Masking;

/// <summary>HKDF-SHA-256 with the labels of this product (RFC 5869).</summary>
internal static class KeyDerivation
{
    /// <param name="key">32 bytes.</param>
    /// <param name="use">What the derived key is for.</param>
    /// <param name="scope">What it belongs to: an agreement, or <c>manifest</c>.</param>
    /// <param name="size">Bytes of the derived key.</param>
    /// <returns>A pinned array, for the owner to zero: the collector would otherwise leave copies behind.</returns>
    public static byte[] Derive(ReadOnlySpan<byte> key, string use, string scope, int size)
    {
        var derived = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt: [], Encoding.UTF8.GetBytes($"secureexchange/v1/{use}/{scope}"));
        return derived;
    }
}
