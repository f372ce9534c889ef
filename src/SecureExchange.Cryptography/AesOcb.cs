using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>AES-OCB (RFC 7253) with a tag of 16 bytes, over OpenSSL's <c>libcrypto</c>: authenticated encryption in one pass,
/// as fast as the CPU's AES unit. Not for several threads at once.</summary>
public sealed unsafe class AesOcb : IDisposable
{
    /// <summary>Bytes of a tag.</summary>
    public const int TagSize = 16;

    /// <summary>Bytes of the longest nonce, which is the one that OpenPGP uses.</summary>
    public const int MaxNonceSize = 15;

    // One for each direction: OpenSSL chooses its code for many blocks when it is given the key.
    private readonly LibCrypto.CipherHandle _encryption;
    private readonly LibCrypto.CipherHandle _decryption;
    private readonly int _nonceSize;

    /// <param name="key">16, 24 or 32 bytes.</param>
    /// <param name="nonceSize">Bytes of each nonce, 1 to 15.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public AesOcb(ReadOnlySpan<byte> key, int nonceSize = MaxNonceSize)
    {
        if (nonceSize is < 1 or > MaxNonceSize) throw new ArgumentOutOfRangeException(nameof(nonceSize), "must be 1 to 15");
        var cipher = key.Length switch
        {
            16 => LibCrypto.EVP_aes_128_ocb(),
            24 => LibCrypto.EVP_aes_192_ocb(),
            32 => LibCrypto.EVP_aes_256_ocb(),
            _ => throw new ArgumentException("must be 16, 24 or 32 bytes", nameof(key)),
        };
        _nonceSize = nonceSize;
        _encryption = Context(cipher, nonceSize, key, encrypt: 1);
        _decryption = Context(cipher, nonceSize, key, encrypt: 0);
    }

    /// <summary>Encrypts a message. A nonce MUST NOT serve twice under one key: both messages would be lost.</summary>
    /// <param name="nonce">As many bytes as the constructor was told.</param>
    /// <param name="plaintext">Any length.</param>
    /// <param name="ciphertext">Receives as many bytes; may be the plaintext's own place.</param>
    /// <param name="tag">Receives 16 bytes.</param>
    /// <param name="associatedData">What the tag covers besides.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public void Encrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag,
        ReadOnlySpan<byte> associatedData = default)
    {
        RequireLengths(nonce, plaintext, ciphertext, tag);
        Start(_encryption, nonce);
        if (!TryRun(_encryption, plaintext, ciphertext, associatedData))
            throw new CryptographicException("libcrypto refused the operation");
        fixed (byte* t = tag) LibCrypto.Check(LibCrypto.EVP_CIPHER_CTX_ctrl(_encryption, LibCrypto.GetTag, TagSize, t));
    }

    /// <summary>Decrypts a message and checks it.</summary>
    /// <param name="nonce">As many bytes as the constructor was told.</param>
    /// <param name="ciphertext">Any length.</param>
    /// <param name="tag">16 bytes.</param>
    /// <param name="plaintext">Receives as many bytes as the ciphertext has; may be its own place. Zeroed on failure.</param>
    /// <param name="associatedData">What the tag covers besides.</param>
    /// <returns>Whether somebody with this key encrypted exactly this.</returns>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public bool TryDecrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext,
        ReadOnlySpan<byte> associatedData = default)
    {
        RequireLengths(nonce, ciphertext, plaintext, tag);
        Start(_decryption, nonce);
        fixed (byte* t = tag) LibCrypto.Check(LibCrypto.EVP_CIPHER_CTX_ctrl(_decryption, LibCrypto.SetTag, TagSize, t));
        if (TryRun(_decryption, ciphertext, plaintext, associatedData)) return true;
        CryptographicOperations.ZeroMemory(plaintext);
        return false;
    }

    public override string ToString() => "[secret]";

    public void Dispose()
    {
        _encryption.Dispose();
        _decryption.Dispose();
    }

    private static LibCrypto.CipherHandle Context(nint cipher, int nonceSize, ReadOnlySpan<byte> key, int encrypt)
    {
        var context = LibCrypto.Require(LibCrypto.EVP_CIPHER_CTX_new());
        LibCrypto.Check(LibCrypto.EVP_CipherInit_ex(context, cipher, 0, null, null, encrypt));
        LibCrypto.Check(LibCrypto.EVP_CIPHER_CTX_ctrl(context, LibCrypto.SetNonceLength, nonceSize, null));
        fixed (byte* k = key) LibCrypto.Check(LibCrypto.EVP_CipherInit_ex(context, 0, 0, k, null, encrypt));
        return context;
    }

    private static void Start(LibCrypto.CipherHandle context, ReadOnlySpan<byte> nonce)
    {
        const int SameDirection = -1;
        fixed (byte* n = nonce) LibCrypto.Check(LibCrypto.EVP_CipherInit_ex(context, 0, 0, null, n, SameDirection));
    }

    private static bool TryRun(
        LibCrypto.CipherHandle context, ReadOnlySpan<byte> input, Span<byte> output, ReadOnlySpan<byte> associatedData)
    {
        int written = 0, last = 0;
        fixed (byte* a = associatedData)
        {
            if (!associatedData.IsEmpty)
                LibCrypto.Check(LibCrypto.EVP_CipherUpdate(context, null, &written, a, associatedData.Length));
        }

        written = 0;
        var nowhere = stackalloc byte[TagSize]; // libcrypto takes a null output for associated data.
        fixed (byte* i = input)
        fixed (byte* o = output)
        {
            if (!input.IsEmpty) LibCrypto.Check(LibCrypto.EVP_CipherUpdate(context, o, &written, i, input.Length));
            if (LibCrypto.EVP_CipherFinal_ex(context, o is null ? nowhere : o + written, &last) == 1) return true;
        }

        LibCrypto.ERR_clear_error();
        return false;
    }

    private void RequireLengths(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, Span<byte> output, ReadOnlySpan<byte> tag)
    {
        if (nonce.Length != _nonceSize) throw new ArgumentException($"must be {_nonceSize} bytes", nameof(nonce));
        if (output.Length != input.Length) throw new ArgumentException("must be as long as the input", nameof(output));
        if (tag.Length != TagSize) throw new ArgumentException($"must be {TagSize} bytes", nameof(tag));
    }
}
