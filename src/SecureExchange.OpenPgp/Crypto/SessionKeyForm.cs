using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>What a session key packet must be for the encrypted data behind it (RFC 9580 §10.3.2.1). Another one is for other
/// readers, however well it opens: an authenticated key is never used in an unauthenticated mode.</summary>
/// <param name="PacketVersion">3 or 6.</param>
/// <param name="Cipher">The algorithm that the encrypted data names; null where only the session key packet does.</param>
internal readonly record struct SessionKeyForm(byte PacketVersion, CipherAlgorithm? Cipher)
{
    /// <summary>Version 1 encrypted data.</summary>
    public static SessionKeyForm Unbound => new(3, null);

    /// <summary>Whether the algorithm stands before the key: in version 3 (§5.1.1), not in version 6 (§5.1.2).</summary>
    public bool NamesCipher => PacketVersion == 3;

    /// <summary>Octets of a payload that aren't the key's: a checksum of two, the algorithm where it stands there.</summary>
    public int Overhead => NamesCipher ? 3 : 2;

    /// <summary>Whether a key may be for this algorithm.</summary>
    public bool Allows(CipherAlgorithm cipher) => cipher.KeySize() > 0 && (Cipher is null || Cipher == cipher);
}
