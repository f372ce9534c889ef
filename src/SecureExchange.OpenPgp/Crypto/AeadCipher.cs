using System.Security.Cryptography;
using SecureExchange.Cryptography;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>AES in one of the authenticated modes of RFC 9580 §5.13.3 to §5.13.5, with a tag of 16 octets.</summary>
internal sealed class AeadCipher : IDisposable
{
    /// <summary>Octets of a tag, in each mode.</summary>
    public const int TagSize = 16;

    private readonly Encryption _encrypt;
    private readonly Decryption _tryDecrypt;
    private readonly IDisposable _cipher;

    /// <param name="algorithm">One with a <see cref="AeadAlgorithms.NonceSize"/>.</param>
    /// <param name="key">16, 24 or 32 octets.</param>
    public AeadCipher(AeadAlgorithm algorithm, ReadOnlySpan<byte> key)
    {
        switch (algorithm)
        {
            case AeadAlgorithm.Ocb:
                var ocb = new AesOcb(key);
                (_cipher, _encrypt, _tryDecrypt) = (ocb, ocb.Encrypt, ocb.TryDecrypt);
                break;
            case AeadAlgorithm.Eax:
                var eax = new AesEax(key);
                (_cipher, _encrypt, _tryDecrypt) = (eax, eax.Encrypt, eax.TryDecrypt);
                break;
            default:
                var gcm = new AesGcm(key, TagSize);
                (_cipher, _encrypt, _tryDecrypt) = (gcm, gcm.Encrypt, (nonce, ciphertext, tag, plaintext, associated) =>
                    TryDecrypt(gcm, nonce, ciphertext, tag, plaintext, associated));
                break;
        }
    }

    private delegate void Encryption(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag,
        ReadOnlySpan<byte> associatedData);

    private delegate bool Decryption(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext,
        ReadOnlySpan<byte> associatedData);

    /// <summary>Encrypts in place. A nonce MUST NOT serve twice.</summary>
    /// <param name="nonce">As many octets as the algorithm wants.</param>
    /// <param name="octets">Plaintext, then ciphertext.</param>
    /// <param name="tag">Receives 16 octets.</param>
    /// <param name="associatedData">What the tag covers besides.</param>
    public void Encrypt(ReadOnlySpan<byte> nonce, Span<byte> octets, Span<byte> tag, ReadOnlySpan<byte> associatedData) =>
        _encrypt(nonce, octets, octets, tag, associatedData);

    /// <summary>Decrypts in place, and checks.</summary>
    /// <returns>False for what nobody with this key encrypted so; the octets are zeroed then.</returns>
    public bool TryDecrypt(
        ReadOnlySpan<byte> nonce, Span<byte> octets, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associatedData) =>
        _tryDecrypt(nonce, octets, tag, octets, associatedData);

    public void Dispose() => _cipher.Dispose();

    public override string ToString() => "[secret]";

    private static bool TryDecrypt(
        AesGcm gcm, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext,
        ReadOnlySpan<byte> associatedData)
    {
        try
        {
            gcm.Decrypt(nonce, ciphertext, tag, plaintext, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false; // The platform zeroed the plaintext.
        }
    }
}
