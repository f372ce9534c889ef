using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Writes public-key encrypted session key packets: version 3 (RFC 9580 §5.1.1) before version 1 encrypted data,
/// version 6 (§5.1.2) before version 2.</summary>
internal static class SessionKeyPacket
{
    /// <param name="recipient">Who reads it.</param>
    /// <param name="sessionKey">What it holds.</param>
    /// <param name="form">Its version.</param>
    /// <param name="output">Receives the packet.</param>
    /// <param name="isHidden">Whether it doesn't name its recipient (§5.1.8): readers try all their keys.</param>
    public static void Write(
        PublicKeyPacket recipient, SessionKey sessionKey, SessionKeyForm form, OctetWriter output, bool isHidden = false)
    {
        using var body = new OctetWriter();
        body.Octet(form.PacketVersion);
        if (form.NamesCipher) body.UInt64(isHidden ? 0 : recipient.KeyId);
        else WriteFingerprint(recipient, isHidden, body);
        body.Octet((byte)recipient.Material.Algorithm);
        recipient.Material.EncryptSessionKey(sessionKey, form, recipient.Fingerprint, body);
        output.Packet(PacketType.PublicKeyEncryptedSessionKey, body.Written);
    }

    private static void WriteFingerprint(PublicKeyPacket recipient, bool isHidden, OctetWriter body)
    {
        if (isHidden)
        {
            body.Octet(0);
            return;
        }

        var fingerprint = recipient.Fingerprint.ToBytes();
        body.Octets([(byte)(1 + fingerprint.Length), (byte)recipient.Fingerprint.Version]);
        body.Octets(fingerprint);
    }
}
