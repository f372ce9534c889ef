using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>A reader of one kind of chunked message, with the session key packet that others wrote to him.</summary>
internal sealed class ChunkedRecipient : IDisposable
{
    private ChunkedRecipient(PacketType type, AeadAlgorithm mode, SecretKey key, SessionKey sessionKey, byte[] sessionKeyPacket)
    {
        (Type, Mode, Key, SessionKey, SessionKeyPacket) = (type, mode, key, sessionKey, sessionKeyPacket);
        Options = new OpenOptions { Keys = [key], Verifiers = [key.Certificate], Now = Now };
    }

    public static DateTimeOffset Now => new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Packet type, mode, and the recipient's algorithm: all that can be read.</summary>
    public static TheoryData<string> Kinds => ["20 Ocb", "20 Eax", "20 Ocb X25519", "18 Ocb", "18 Eax", "18 Gcm", "18 Ocb X25519"];

    public PacketType Type { get; }

    public AeadAlgorithm Mode { get; }

    public SecretKey Key { get; }

    public SessionKey SessionKey { get; }

    public byte[] SessionKeyPacket { get; }

    public OpenOptions Options { get; }

    /// <summary>Packet type 20 to a key of ours; version 2 of packet type 18 to a key of rPGP's, with a session key packet of
    /// version 6 that it wrote.</summary>
    public static ChunkedRecipient Of(string kind)
    {
        var words = kind.Split(' ');
        var mode = Enum.Parse<AeadAlgorithm>(words[1]);
        if (words.Length > 2) return Modern(words[0] == "20" ? PacketType.LibrePgpAeadData : PacketType.IntegrityProtectedData, mode);
        if (words[0] == "20") return LibrePgp(mode, CipherAlgorithm.Aes256);
        var key = SecretKey.Read(Vectors.Read("openpgp/rpgp/rfc9580/v4-legacy/tsk.asc"));
        var message = ArmorDecoder.Binary(
            Vectors.Read("openpgp/rpgp/rfc9580/v4-legacy/enc-seipdv2.msg"), ArmorKind.Message, PgpLimits.Default).ToArray();
        var header = PacketHeader.Read(message, 0);
        var packet = message[..(header.Size + (int)header.Length)];
        var data = packet.Length + PacketHeader.Read(message.AsSpan(packet.Length), 0).Size;
        var form = new SessionKeyForm(6, (CipherAlgorithm)message[data + 1]);
        var sessionKey = Resealed.SessionKeyOf(packet[header.Size..], key, form, Now);
        return new ChunkedRecipient(PacketType.IntegrityProtectedData, mode, key, sessionKey, packet);
    }

    public static ChunkedRecipient LibrePgp(AeadAlgorithm mode, CipherAlgorithm cipher)
    {
        var key = SecretKey.Generate("Reader <reader@example.org>", Now.AddDays(-1));
        var sessionKey = SessionKey.Random(cipher);
        using var packet = new OctetWriter();
        OpenPgp.Messages.SessionKeyPacket.Write(key.Certificate.EncryptionKey(Now, PgpPolicy.Default), sessionKey, SessionKeyForm.Unbound, packet);
        return new ChunkedRecipient(PacketType.LibrePgpAeadData, mode, key, sessionKey, packet.ToArray());
    }

    /// <summary>A message with these packets inside, in chunks of 64 octets if nothing else is said.</summary>
    public byte[] Message(byte[] packets, int sizeOctet = 0) =>
        [.. SessionKeyPacket, .. Chunked.Packet(Type, SessionKey, Mode, sizeOctet, packets)];

    /// <summary>A message whose encrypted data consists of these pieces.</summary>
    public byte[] Message(IEnumerable<byte[]> pieces)
    {
        using var output = new OctetWriter();
        output.Octets(SessionKeyPacket);
        output.Packet(Type, [.. pieces.SelectMany(piece => piece)]);
        return output.ToArray();
    }

    public void Dispose()
    {
        Key.Dispose();
        SessionKey.Dispose();
    }

    private static ChunkedRecipient Modern(PacketType type, AeadAlgorithm mode)
    {
        var key = ModernKey.Generate("Reader <reader@example.org>", Now.AddDays(-1));
        var sessionKey = SessionKey.Random();
        using var packet = new OctetWriter();
        OpenPgp.Messages.SessionKeyPacket.Write(key.Certificate.EncryptionKey(Now, PgpPolicy.Default), sessionKey, SessionKeyForm.Unbound, packet);
        var sessionKeyPacket = type == PacketType.LibrePgpAeadData
            ? packet.ToArray()
            : ModernKey.SessionKeyPacket(key.Certificate, sessionKey, Now);
        return new ChunkedRecipient(type, mode, key, sessionKey, sessionKeyPacket);
    }
}
