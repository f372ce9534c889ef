using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>An RSA secret key: signs with PKCS#1 v1.5 and does the bare private-key operation, which .NET doesn't offer.</summary>
/// <remarks>The bare operation is what decryption without a padding oracle starts from: .NET's own PKCS#1 v1.5 decryption
/// throws on wrong padding, and an exception is ten thousand times slower than none (Bleichenbacher, Marvin).
/// OpenSSL blinds it.</remarks>
public sealed unsafe class RsaSecretKey : IDisposable
{
    private readonly LibCrypto.KeyHandle _key;

    private RsaSecretKey(LibCrypto.KeyHandle key, int size)
    {
        _key = key;
        Size = size;
    }

    /// <summary>Octets of the modulus, of a ciphertext and of a signature.</summary>
    public int Size { get; }

    /// <summary>Takes a key after checking that its parts belong together: <c>n = p·q</c>, <c>e·d = 1</c> modulo
    /// <c>p−1</c> and <c>q−1</c>, <c>u·p = 1</c> modulo <c>q</c>. A key with one altered part would betray itself with
    /// its first signature (Boneh, DeMillo, Lipton; "KO" attacks on OpenPGP).</summary>
    /// <param name="modulus">n; this and all others big-endian, without leading zeros.</param>
    /// <param name="exponent">e.</param>
    /// <param name="d">The private exponent.</param>
    /// <param name="p">The first prime.</param>
    /// <param name="q">The second prime.</param>
    /// <param name="u">The inverse of p modulo q.</param>
    /// <param name="key">The key; the caller disposes of it.</param>
    /// <returns>Whether the parts belong together.</returns>
    public static bool TryImport(
        ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> d, ReadOnlySpan<byte> p,
        ReadOnlySpan<byte> q, ReadOnlySpan<byte> u, [NotNullWhen(true)] out RsaSecretKey? key)
    {
        key = null;
        var half = (modulus.Length + 1) / 2;
        if (p.Length > half || q.Length > half || u.Length > half || d.Length > modulus.Length) return false;
        var parameters = new RSAParameters
        {
            Modulus = modulus.ToArray(),
            Exponent = exponent.ToArray(),
            D = Padded(d, modulus.Length),
            P = Padded(q, half), // OpenPGP's u is p⁻¹ mod q, and .NET's InverseQ is q⁻¹ mod p: the primes change places.
            Q = Padded(p, half),
            DP = new byte[half],
            DQ = new byte[half],
            InverseQ = Padded(u, half),
        };
        try
        {
            if (!Belong(modulus, exponent, d, p, q, u, dp: parameters.DQ, dq: parameters.DP)) return false;
            key = new RsaSecretKey(LibCrypto.RsaKey(parameters), modulus.Length);
            return true;
        }
        catch (CryptographicException)
        {
            return false; // Sizes or values that OpenSSL refuses.
        }
        finally
        {
            foreach (var part in (ReadOnlySpan<byte[]>)
                [parameters.D, parameters.P, parameters.Q, parameters.DP, parameters.DQ, parameters.InverseQ])
                CryptographicOperations.ZeroMemory(part);
        }
    }

    /// <summary>Signs a digest with PKCS#1 v1.5.</summary>
    /// <param name="digest">As long as the hash's output.</param>
    /// <param name="hash">The hash that made it.</param>
    /// <param name="signature">Receives <see cref="Size"/> octets.</param>
    public void SignDigest(ReadOnlySpan<byte> digest, HashAlgorithmName hash, Span<byte> signature)
    {
        if (signature.Length != Size) throw new ArgumentException($"must be {Size} octets", nameof(signature));
        using var context = LibCrypto.Require(LibCrypto.EVP_PKEY_CTX_new(_key, 0));
        LibCrypto.Check(LibCrypto.EVP_PKEY_sign_init(context));
        LibCrypto.Check(LibCrypto.EVP_PKEY_CTX_set_rsa_padding(context, LibCrypto.Pkcs1Padding));
        LibCrypto.Check(LibCrypto.EVP_PKEY_CTX_set_signature_md(context, LibCrypto.EVP_get_digestbyname(hash.Name!)));
        var length = (nuint)signature.Length;
        fixed (byte* input = digest)
        fixed (byte* output = signature)
        {
            LibCrypto.Check(LibCrypto.EVP_PKEY_sign(context, output, &length, input, (nuint)digest.Length));
        }
    }

    /// <summary>The private-key operation alone: <c>cᵈ mod n</c>, with all its padding.</summary>
    /// <param name="ciphertext"><see cref="Size"/> octets.</param>
    /// <param name="padded">Receives <see cref="Size"/> octets; the caller MUST judge them in constant time, and zero them.</param>
    /// <returns>False when the ciphertext isn't below the modulus, which everybody can see.</returns>
    public bool TryDecryptRaw(ReadOnlySpan<byte> ciphertext, Span<byte> padded)
    {
        if (ciphertext.Length != Size || padded.Length != Size) throw new ArgumentException($"must be {Size} octets");
        using var context = LibCrypto.Require(LibCrypto.EVP_PKEY_CTX_new(_key, 0));
        LibCrypto.Check(LibCrypto.EVP_PKEY_decrypt_init(context));
        LibCrypto.Check(LibCrypto.EVP_PKEY_CTX_set_rsa_padding(context, LibCrypto.NoPadding));
        var length = (nuint)padded.Length;
        fixed (byte* input = ciphertext)
        fixed (byte* output = padded)
        {
            if (LibCrypto.EVP_PKEY_decrypt(context, output, &length, input, (nuint)ciphertext.Length) == 1) return true;
        }

        LibCrypto.ERR_clear_error();
        return false;
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => _key.Dispose();

    private static bool Belong(
        ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> d, ReadOnlySpan<byte> p,
        ReadOnlySpan<byte> q, ReadOnlySpan<byte> u, Span<byte> dp, Span<byte> dq)
    {
        using var context = LibCrypto.Require(LibCrypto.BN_CTX_secure_new());
        using var bigN = LibCrypto.Big(modulus);
        using var bigE = LibCrypto.Big(exponent);
        using var bigD = LibCrypto.Big(d);
        using var bigP = LibCrypto.Big(p);
        using var bigQ = LibCrypto.Big(q);
        using var bigU = LibCrypto.Big(u);
        using var result = LibCrypto.Big([]);
        if (LibCrypto.BN_is_zero(bigP) == 1 || LibCrypto.BN_is_zero(bigQ) == 1) return false;

        LibCrypto.Check(LibCrypto.BN_mul(result, bigP, bigQ, context));
        if (LibCrypto.BN_cmp(result, bigN) != 0) return false;
        LibCrypto.Check(LibCrypto.BN_mod_mul(result, bigU, bigP, bigQ, context));
        if (LibCrypto.BN_is_one(result) != 1) return false;
        return Exponent(bigP, dp) && Exponent(bigQ, dq);

        // d modulo prime − 1, and whether it inverts e there. Alters the prime.
        bool Exponent(LibCrypto.BigHandle prime, Span<byte> output)
        {
            LibCrypto.Check(LibCrypto.BN_sub_word(prime, 1));
            if (LibCrypto.BN_is_zero(prime) == 1) return false;
            LibCrypto.Check(LibCrypto.BN_div(0, result, bigD, prime, context));
            fixed (byte* o = output)
            {
                if (LibCrypto.BN_bn2binpad(result, o, output.Length) != output.Length) return false;
            }

            LibCrypto.Check(LibCrypto.BN_mod_mul(result, result, bigE, prime, context));
            return LibCrypto.BN_is_one(result) == 1;
        }
    }

    private static byte[] Padded(ReadOnlySpan<byte> value, int length)
    {
        var padded = GC.AllocateArray<byte>(length, pinned: true);
        value.CopyTo(padded.AsSpan(length - value.Length));
        return padded;
    }
}
