using System.Runtime.InteropServices;

namespace SecureExchange.Cryptography;

/// <summary>RSA without padding, and the few big-number functions that preparing an RSA secret key needs.</summary>
internal static unsafe partial class LibCrypto
{
    /// <summary><c>RSA_NO_PADDING</c> of <c>openssl/rsa.h</c>.</summary>
    internal const int NoPadding = 3;

    /// <summary><c>RSA_PKCS1_PADDING</c> of <c>openssl/rsa.h</c>.</summary>
    internal const int Pkcs1Padding = 1;

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint EVP_get_digestbyname(string name);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_CTX_set_signature_md(DeriveHandle context, nint digest);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_decrypt_init(DeriveHandle context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_CTX_set_rsa_padding(DeriveHandle context, int padding);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_decrypt(DeriveHandle context, byte* output, nuint* outputLength, byte* input, nuint length);

    [LibraryImport(Library)]
    internal static partial BigHandle BN_secure_new();

    [LibraryImport(Library)]
    internal static partial nint BN_bin2bn(byte* octets, int length, BigHandle result);

    [LibraryImport(Library)]
    internal static partial int BN_bn2binpad(BigHandle number, byte* output, int length);

    [LibraryImport(Library)]
    internal static partial void BN_clear_free(nint number);

    [LibraryImport(Library)]
    internal static partial void BN_set_flags(BigHandle number, int flags);

    [LibraryImport(Library)]
    internal static partial int BN_cmp(BigHandle a, BigHandle b);

    [LibraryImport(Library)]
    internal static partial int BN_is_one(BigHandle a);

    [LibraryImport(Library)]
    internal static partial int BN_is_zero(BigHandle a);

    [LibraryImport(Library)]
    internal static partial int BN_sub_word(BigHandle a, ulong word);

    [LibraryImport(Library)]
    internal static partial int BN_mul(BigHandle result, BigHandle a, BigHandle b, BigContextHandle context);

    [LibraryImport(Library)]
    internal static partial int BN_div(nint quotient, BigHandle remainder, BigHandle a, BigHandle divisor, BigContextHandle context);

    [LibraryImport(Library)]
    internal static partial int BN_mod_mul(BigHandle result, BigHandle a, BigHandle b, BigHandle modulus, BigContextHandle context);

    [LibraryImport(Library)]
    internal static partial BigContextHandle BN_CTX_secure_new();

    [LibraryImport(Library)]
    internal static partial void BN_CTX_free(nint context);

    internal static BigHandle Big(ReadOnlySpan<byte> octets)
    {
        const int ConstantTime = 0x04; // BN_FLG_CONSTTIME
        var number = Require(BN_secure_new());
        BN_set_flags(number, ConstantTime);
        fixed (byte* p = octets)
        {
            if (BN_bin2bn(p, octets.Length, number) == 0) throw Failed();
        }

        return number;
    }

    internal sealed class BigHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            BN_clear_free(handle);
            return true;
        }
    }

    internal sealed class BigContextHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            BN_CTX_free(handle); // Clears what it lent.
            return true;
        }
    }
}
