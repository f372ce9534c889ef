using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>Takes the session key out of PKCS#1 v1.5 padding (RFC 9580 §12.1.1) with implicit rejection: wrong
/// padding, a
/// wrong algorithm and a wrong checksum give a random session key, in the same time, and the message then fails as
/// every
/// altered message does. There is nothing to ask an oracle (Bleichenbacher 1998, ROBOT, Marvin).</summary>
internal static class Pkcs1SessionKey
{
    // 00 02, eight octets of padding at least, 00.
    private const int MinPadding = 11;

    public static SessionKey Decode(ReadOnlySpan<byte> encoded, SessionKeyForm form)
    {
        // Whatever fits no other way is a random key, for the algorithm that is wanted anyway or for AES-256, chosen by masks
        // and not by branches. Which algorithms are tried everybody can see.
        Span<byte> chosen = stackalloc byte[32];
        RandomNumberGenerator.Fill(chosen);
        var algorithm = (int)(form.Cipher ?? CipherAlgorithm.Aes256);
        foreach (var candidate in (ReadOnlySpan<CipherAlgorithm>)[CipherAlgorithm.Aes128, CipherAlgorithm.Aes192, CipherAlgorithm.Aes256])
        {
            if (form.Allows(candidate)) Take(encoded, candidate, form, chosen, ref algorithm);
        }

        var result = new SessionKey((CipherAlgorithm)algorithm, chosen[..((CipherAlgorithm)algorithm).KeySize()]);
        CryptographicOperations.ZeroMemory(chosen);
        return result;
    }

    private static void Take(
        ReadOnlySpan<byte> encoded, CipherAlgorithm candidate, SessionKeyForm form, Span<byte> chosen, ref int algorithm)
    {
        var size = candidate.KeySize();
        var payload = encoded.Length - size - form.Overhead; // The length is public, and so is this.
        if (payload < MinPadding) return;
        var key = encoded[^(size + 2)..^2];

        var wrong = encoded[0] | (encoded[1] ^ 2) | encoded[payload - 1];
        if (form.NamesCipher) wrong |= encoded[payload] ^ (byte)candidate;
        for (var i = 2; i < payload - 1; i++) wrong |= IsZero(encoded[i]);
        var sum = SessionKey.Checksum(key);
        wrong |= encoded[^2] ^ (sum >> 8);
        wrong |= encoded[^1] ^ (sum & 0xFF);

        var mask = -IsZero(wrong); // All ones where nothing was wrong.
        for (var i = 0; i < size; i++) chosen[i] = (byte)((key[i] & mask) | (chosen[i] & ~mask));
        algorithm = ((int)candidate & mask) | (algorithm & ~mask);
    }

    /// <summary>1 for zero, else 0, for values from 0 to 2^31 − 1.</summary>
    private static int IsZero(int value) => (int)((uint)(value - 1) >> 31);
}
