using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>Keys made of their numbers, which are read where they stand. Importing DER, as .NET does it too, leaves copies of the
/// whole key in memory that OpenSSL 3.0 gives back without zeroing them.</summary>
internal static unsafe partial class LibCrypto
{
    private const int PublicKeyOnly = 0x86; // EVP_PKEY_PUBLIC_KEY
    private const int KeyPair = 0x87; // EVP_PKEY_KEYPAIR

    /// <summary>The types of <c>openssl/core.h</c>.</summary>
    private enum ParameterType : uint
    {
        Number = 2, // OSSL_PARAM_UNSIGNED_INTEGER, in the machine's order of octets
        Text = 4, // OSSL_PARAM_UTF8_STRING, with a zero behind it
        Octets = 5, // OSSL_PARAM_OCTET_STRING
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial DeriveHandle EVP_PKEY_CTX_new_from_name(nint library, string name, nint properties);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_fromdata_init(DeriveHandle context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_pairwise_check(DeriveHandle context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_sign_init(DeriveHandle context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_sign(DeriveHandle context, byte* signature, nuint* signatureLength, byte* digest, nuint length);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_fromdata(DeriveHandle context, nint* key, int selection, Parameter* parameters);

    /// <summary>An RSA key.</summary>
    internal static KeyHandle RsaKey(in RSAParameters key) => Key(
        "RSA", KeyPair, "n\0e\0d\0rsa-factor1\0rsa-factor2\0rsa-exponent1\0rsa-exponent2\0rsa-coefficient1\0"u8,
        (ParameterType.Number, key.Modulus!), (ParameterType.Number, key.Exponent!), (ParameterType.Number, key.D!),
        (ParameterType.Number, key.P!), (ParameterType.Number, key.Q!), (ParameterType.Number, key.DP!),
        (ParameterType.Number, key.DQ!), (ParameterType.Number, key.InverseQ!));

    /// <summary>A key on one of NIST's curves, which the length of the uncompressed point tells.</summary>
    /// <param name="point">The public key.</param>
    /// <param name="scalar">The secret key; empty where there is none.</param>
    internal static KeyHandle NistKey(ReadOnlySpan<byte> point, ReadOnlySpan<byte> scalar)
    {
        var curve = point.Length switch
        {
            65 => "P-256\0"u8,
            97 => "P-384\0"u8,
            133 => "P-521\0"u8,
            _ => throw new CryptographicException("not an uncompressed point"),
        };
        var group = (ParameterType.Text, curve.ToArray());
        var publicKey = (ParameterType.Octets, point.ToArray());
        if (scalar.IsEmpty) return Key("EC", PublicKeyOnly, "group\0pub\0"u8, group, publicKey);
        var copy = GC.AllocateUninitializedArray<byte>(scalar.Length, pinned: true);
        scalar.CopyTo(copy);
        try
        {
            return Key("EC", KeyPair, "group\0pub\0priv\0"u8, group, publicKey, (ParameterType.Number, copy));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    /// <param name="algorithm">OpenSSL's name.</param>
    /// <param name="selection">Which parts are given.</param>
    /// <param name="names">Of the parameters, each with a zero behind it.</param>
    /// <param name="values">In the same order; numbers are big-endian.</param>
    private static KeyHandle Key(
        string algorithm, int selection, ReadOnlySpan<byte> names, params ReadOnlySpan<(ParameterType Type, byte[] Octets)> values)
    {
        var size = 0;
        foreach (var (_, octets) in values) size += octets.Length;
        var all = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        var parameters = stackalloc Parameter[values.Length + 1];
        using var context = Require(EVP_PKEY_CTX_new_from_name(0, algorithm, 0));
        try
        {
            fixed (byte* name = names)
            fixed (byte* start = all)
            {
                var (at, nameAt) = (0, 0);
                for (var i = 0; i < values.Length; i++)
                {
                    var (type, octets) = values[i];
                    octets.CopyTo(all, at);
                    if (type == ParameterType.Number && BitConverter.IsLittleEndian) all.AsSpan(at, octets.Length).Reverse();
                    parameters[i] = new Parameter(name + nameAt, type, start + at, octets.Length);
                    at += octets.Length;
                    nameAt += names[nameAt..].IndexOf((byte)0) + 1;
                }

                parameters[values.Length] = default;
                nint key = 0;
                Check(EVP_PKEY_fromdata_init(context));
                Check(EVP_PKEY_fromdata(context, &key, selection, parameters));
                return new KeyHandle(key);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(all);
        }
    }

    /// <summary><c>OSSL_PARAM</c> of <c>openssl/core.h</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Parameter(byte* name, ParameterType type, byte* value, int size)
    {
        private readonly byte* _name = name;
        private readonly ParameterType _type = type;
        private readonly byte* _value = value;
        private readonly nuint _size = (nuint)size;
        private readonly nuint _returned;
    }
}
