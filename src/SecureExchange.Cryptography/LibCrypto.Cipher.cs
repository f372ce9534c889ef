using System.Runtime.InteropServices;

namespace SecureExchange.Cryptography;

/// <summary>Authenticated ciphers of the EVP interface that .NET doesn't offer: AES-OCB.</summary>
internal static unsafe partial class LibCrypto
{
    /// <summary><c>EVP_CTRL_AEAD_SET_IVLEN</c> of <c>openssl/evp.h</c>.</summary>
    internal const int SetNonceLength = 0x9;

    /// <summary><c>EVP_CTRL_AEAD_GET_TAG</c>.</summary>
    internal const int GetTag = 0x10;

    /// <summary><c>EVP_CTRL_AEAD_SET_TAG</c>.</summary>
    internal const int SetTag = 0x11;

    [LibraryImport(Library)]
    internal static partial nint EVP_aes_128_ocb();

    [LibraryImport(Library)]
    internal static partial nint EVP_aes_192_ocb();

    [LibraryImport(Library)]
    internal static partial nint EVP_aes_256_ocb();

    [LibraryImport(Library)]
    internal static partial CipherHandle EVP_CIPHER_CTX_new();

    [LibraryImport(Library)]
    internal static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_CIPHER_CTX_ctrl(CipherHandle context, int type, int argument, byte* pointer);

    [LibraryImport(Library)]
    internal static partial int EVP_CipherInit_ex(CipherHandle context, nint cipher, nint engine, byte* key, byte* nonce, int encrypt);

    [LibraryImport(Library)]
    internal static partial int EVP_CipherUpdate(CipherHandle context, byte* output, int* written, byte* input, int length);

    [LibraryImport(Library)]
    internal static partial int EVP_CipherFinal_ex(CipherHandle context, byte* output, int* written);

    internal sealed class CipherHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_CIPHER_CTX_free(handle); // Clears the key schedule.
            return true;
        }
    }
}
