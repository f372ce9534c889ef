using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Writes version 3 public-key encrypted session key packets (RFC 9580 §5.1.1).</summary>
internal static class SessionKeyPacket
{
    private const byte Version = 3;

    public static void Write(PublicKeyPacket recipient, SessionKey sessionKey, OctetWriter output)
    {
        using var body = new OctetWriter();
        body.Octet(Version);
        body.UInt64(recipient.KeyId);
        body.Octet((byte)recipient.Material.Algorithm);
        recipient.Material.EncryptSessionKey(sessionKey, recipient.Fingerprint, body);
        output.Packet(PacketType.PublicKeyEncryptedSessionKey, body.Written);
    }
}
