using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>RSA without padding, and the few big-number functions that preparing an RSA secret key needs.</summary>
internal static unsafe partial class LibCrypto
{
    /// <summary><c>RSA_NO_PADDING</c> of <c>openssl/rsa.h</c>.</summary>
    internal const int NoPadding = 3;

    /// <summary><c>RSA_PKCS1_PADDING</c> of <c>openssl/rsa.h</c>.</summary>
    internal const int Pkcs1Padding = 1;

    private const int KeyPair = 0x87; // EVP_PKEY_KEYPAIR

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial DeriveHandle EVP_PKEY_CTX_new_from_name(nint library, string name, nint properties);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_fromdata_init(DeriveHandle context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_fromdata(DeriveHandle context, nint* key, int selection, Parameter* parameters);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_sign_init(DeriveHandle context);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint EVP_get_digestbyname(string name);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_CTX_set_signature_md(DeriveHandle context, nint digest);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_sign(DeriveHandle context, byte* signature, nuint* signatureLength, byte* digest, nuint length);

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

    /// <summary>A key of these numbers, which are read where they stand. Importing DER, as .NET does it too, leaves a copy of the
    /// whole key in memory that OpenSSL 3.0 gives back without zeroing it.</summary>
    internal static KeyHandle RsaKey(in RSAParameters key)
    {
        var names = "n\0e\0d\0rsa-factor1\0rsa-factor2\0rsa-exponent1\0rsa-exponent2\0rsa-coefficient1\0"u8;
        byte[][] values = [key.Modulus!, key.Exponent!, key.D!, key.P!, key.Q!, key.DP!, key.DQ!, key.InverseQ!];
        var octets = GC.AllocateUninitializedArray<byte>(values.Sum(value => value.Length), pinned: true);
        var parameters = stackalloc Parameter[values.Length + 1];
        using var context = Require(EVP_PKEY_CTX_new_from_name(0, "RSA", 0));
        try
        {
            fixed (byte* name = names)
            fixed (byte* start = octets)
            {
                var (at, nameAt) = (0, 0);
                for (var i = 0; i < values.Length; i++)
                {
                    values[i].CopyTo(octets, at);
                    if (BitConverter.IsLittleEndian) octets.AsSpan(at, values[i].Length).Reverse();
                    parameters[i] = new Parameter(name + nameAt, start + at, values[i].Length);
                    at += values[i].Length;
                    nameAt += names[nameAt..].IndexOf((byte)0) + 1;
                }

                parameters[values.Length] = default;
                nint made = 0;
                Check(EVP_PKEY_fromdata_init(context));
                Check(EVP_PKEY_fromdata(context, &made, KeyPair, parameters));
                return new KeyHandle(made);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }

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

    /// <summary><c>OSSL_PARAM</c> of <c>openssl/core.h</c>: a number by its name, in the machine's order of octets.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct Parameter(byte* name, byte* value, int size)
    {
        private const uint UnsignedInteger = 2; // OSSL_PARAM_UNSIGNED_INTEGER

        private readonly byte* _name = name;
        private readonly uint _type = UnsignedInteger;
        private readonly byte* _value = value;
        private readonly nuint _size = (nuint)size;
        private readonly nuint _returned;
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
