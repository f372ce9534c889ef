using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>The few functions of OpenSSL 3's <c>libcrypto</c> that .NET 10 doesn't offer itself.</summary>
/// <remarks>.NET on Linux loads the same library for its own cryptography, so this adds no dependency.</remarks>
internal static unsafe partial class LibCrypto
{
    private const string Library = "libcrypto";

    /// <summary><c>EVP_PKEY_X25519</c> of <c>openssl/obj_mac.h</c>.</summary>
    internal const int X25519 = 1034;

    /// <summary><c>EVP_PKEY_X448</c> of <c>openssl/obj_mac.h</c>.</summary>
    internal const int X448 = 1035;

    /// <summary><c>EVP_PKEY_ED25519</c> of <c>openssl/obj_mac.h</c>.</summary>
    internal const int Ed25519 = 1087;

    /// <summary><c>EVP_PKEY_ED448</c> of <c>openssl/obj_mac.h</c>.</summary>
    internal const int Ed448 = 1088;

    static LibCrypto() => NativeLibrary.SetDllImportResolver(typeof(LibCrypto).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        foreach (var candidate in (ReadOnlySpan<string>)["libcrypto.so.3", "libcrypto.3.dylib", "libcrypto-3-x64.dll"])
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out var handle)) return handle;
        }

        throw new DllNotFoundException("libcrypto 3 (OpenSSL 3) isn't installed: on Debian, apt-get install libssl3");
    }

    [LibraryImport(Library)]
    internal static partial KeyHandle EVP_PKEY_new_raw_private_key(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Library)]
    internal static partial KeyHandle EVP_PKEY_new_raw_public_key(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_get_raw_public_key(KeyHandle key, byte* output, nuint* length);

    [LibraryImport(Library)]
    internal static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    internal static partial DigestHandle EVP_MD_CTX_new();

    [LibraryImport(Library)]
    internal static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestSignInit(DigestHandle context, nint keyContext, nint digest, nint engine, KeyHandle key);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestSign(DigestHandle context, byte* signature, nuint* length, byte* data, nuint dataLength);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestVerifyInit(DigestHandle context, nint keyContext, nint digest, nint engine, KeyHandle key);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestVerify(DigestHandle context, byte* signature, nuint length, byte* data, nuint dataLength);

    [LibraryImport(Library)]
    internal static partial DeriveHandle EVP_PKEY_CTX_new(KeyHandle key, nint engine);

    [LibraryImport(Library)]
    internal static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_derive_init(DeriveHandle context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_derive_set_peer(DeriveHandle context, KeyHandle peer);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_derive(DeriveHandle context, byte* secret, nuint* length);

    [LibraryImport(Library)]
    internal static partial void ERR_clear_error();

    internal static KeyHandle PrivateKey(int type, ReadOnlySpan<byte> key)
    {
        fixed (byte* p = key) return Require(EVP_PKEY_new_raw_private_key(type, 0, p, (nuint)key.Length));
    }

    internal static KeyHandle PublicKey(int type, ReadOnlySpan<byte> key)
    {
        fixed (byte* p = key) return Require(EVP_PKEY_new_raw_public_key(type, 0, p, (nuint)key.Length));
    }

    internal static void RawPublicKey(KeyHandle key, Span<byte> output)
    {
        var length = (nuint)output.Length;
        fixed (byte* p = output) Check(EVP_PKEY_get_raw_public_key(key, p, &length));
    }

    internal static T Require<T>(T handle) where T : SafeHandle
    {
        if (!handle.IsInvalid) return handle;
        handle.Dispose();
        throw Failed();
    }

    internal static void Check(int result)
    {
        if (result != 1) throw Failed();
    }

    /// <summary>One text for every failure: OpenSSL's own may name what it was given.</summary>
    private static CryptographicException Failed()
    {
        ERR_clear_error();
        return new CryptographicException("libcrypto refused the operation");
    }

    internal sealed class KeyHandle() : SafeHandle(0, ownsHandle: true)
    {
        internal KeyHandle(nint key) : this() => SetHandle(key);

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_PKEY_free(handle); // Clears private material: OPENSSL_secure_clear_free inside.
            return true;
        }
    }

    internal sealed class DigestHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_MD_CTX_free(handle);
            return true;
        }
    }

    internal sealed class DeriveHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_PKEY_CTX_free(handle);
            return true;
        }
    }
}
