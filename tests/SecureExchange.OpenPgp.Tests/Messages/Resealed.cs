using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>What a reader can do with a message that he can read.</summary>
internal static class Resealed
{
    /// <summary>The same encrypted data, to somebody else.</summary>
    public static byte[] WithNewRecipient(byte[] message, SecretKey reader, Certificate recipient, DateTimeOffset now)
    {
        var header = PacketHeader.Read(message, 0);
        var body = message[header.Size..(header.Size + (int)header.Length)];
        using var sessionKey = SessionKeyOf(body, reader, SessionKeyForm.Unbound, now);
        using var output = new OctetWriter();
        SessionKeyPacket.Write(recipient.EncryptionKey(now, PgpPolicy.Default), sessionKey, SessionKeyForm.Unbound, output);
        output.Octets(message.AsSpan(header.Size + (int)header.Length));
        return output.ToArray();
    }

    /// <summary>What a session key packet's body holds for a reader.</summary>
    public static SessionKey SessionKeyOf(byte[] body, SecretKey reader, SessionKeyForm form, DateTimeOffset now)
    {
        var finder = new SessionKeyFinder(new OpenOptions { Keys = [reader], Now = now });
        finder.Add(body, 0);
        return Assert.Single(finder.Find(form));
    }

    /// <summary>Packets of one's own, encrypted to a reader as a message is: well-formed outside, whatever they are inside.</summary>
    public static async Task<byte[]> EncryptAsync(byte[] packets, Certificate recipient, DateTimeOffset now)
    {
        using var sessionKey = SessionKey.Random();
        using var start = new OctetWriter();
        SessionKeyPacket.Write(recipient.EncryptionKey(now, PgpPolicy.Default), sessionKey, SessionKeyForm.Unbound, start);
        var output = new MemoryStream();
        output.Write(start.Written);
        using var message = new Streaming.MessageOutput(output, armor: false);
        using var encrypted = new Streaming.IntegrityProtectedDataV1Writer(message, sessionKey);
        await encrypted.StartAsync(CancellationToken.None);
        await encrypted.AppendAsync(packets, CancellationToken.None);
        await encrypted.CompleteAsync(CancellationToken.None);
        return output.ToArray();
    }
}
