using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.Gateway.Keys;

/// <summary>Small secrets under a key: <c>{ version = 1 | nonce 12 | ciphertext | tag 16 }</c>, AES-256-GCM.</summary>
/// <remarks>The associated data says what the secret is and whose: a wrapped key moved to another row of the database
/// doesn't open there. Nonces are random: one key wraps far fewer than 2^32 secrets. Format: docs/formats/wrapped.md.</remarks>
internal static class KeyWrap
{
    private const byte Version = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    internal static byte[] Wrap(SecretBytes key, ReadOnlySpan<byte> secret, string associatedData)
    {
        var wrapped = new byte[1 + NonceSize + secret.Length + TagSize];
        wrapped[0] = Version;
        var nonce = wrapped.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var gcm = new AesGcm(key.Span, TagSize);
        gcm.Encrypt(
            nonce, secret, wrapped.AsSpan(1 + NonceSize, secret.Length), wrapped.AsSpan(wrapped.Length - TagSize),
            Encoding.UTF8.GetBytes(associatedData));
        return wrapped;
    }

    /// <exception cref="KeyException">Not what <see cref="Wrap"/> made with this key for this use.</exception>
    internal static byte[] Unwrap(SecretBytes key, ReadOnlySpan<byte> wrapped, string associatedData)
    {
        if (wrapped.Length < 1 + NonceSize + TagSize || wrapped[0] != Version) throw new KeyException(KeyError.Malformed, associatedData);
        var secret = SecretBytes.Pinned(wrapped.Length - 1 - NonceSize - TagSize);
        using var gcm = new AesGcm(key.Span, TagSize);
        try
        {
            gcm.Decrypt(
                wrapped.Slice(1, NonceSize), wrapped[(1 + NonceSize)..^TagSize], wrapped[^TagSize..], secret,
                Encoding.UTF8.GetBytes(associatedData));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new KeyException(KeyError.WrongKey, associatedData);
        }

        return secret;
    }
}
