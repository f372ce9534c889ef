using System.Security.Cryptography;
using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Secret keys as they are kept: several in one file, each under a passphrase of its own, none of them opened yet.</summary>
public static class SecretKeyRing
{
    /// <summary>Takes a file of secret keys apart.</summary>
    /// <param name="armoredOrBinary">Packets, or blocks of ASCII armor (<c>PGP PRIVATE KEY BLOCK</c>) with one or more keys each
    /// and nothing but white space between them.</param>
    /// <param name="limits">How much they may ask for; null for <see cref="PgpLimits.Default"/>.</param>
    /// <returns>The packets of each, one or more, to be read with <see cref="SecretKey.Read"/>. Keys without protection are among
    /// them: the caller zeroes what it has done with.</returns>
    /// <exception cref="PgpException">It isn't that.</exception>
    public static IReadOnlyList<Memory<byte>> Split(ReadOnlyMemory<byte> armoredOrBinary, PgpLimits? limits = null)
    {
        limits ??= PgpLimits.Default;
        var ring = KeyRing.Binary(armoredOrBinary, ArmorKind.PrivateKey, limits);
        try
        {
            var keys = new List<Memory<byte>>();
            var rest = ring;
            foreach (var key in KeyRing.Split(ring, limits))
            {
                keys.Add(rest[..key.Length]);
                rest = rest[key.Length..];
            }

            return keys;
        }
        catch
        {
            CryptographicOperations.ZeroMemory(ring.Span);
            throw;
        }
    }

    /// <summary>The certificate in a secret key, which needs no passphrase.</summary>
    /// <param name="key">One of those that <see cref="Split"/> gives.</param>
    /// <param name="limits">How much it may ask for; null for <see cref="PgpLimits.Default"/>.</param>
    /// <exception cref="PgpException">It isn't a secret key, or one of its keys has an algorithm or curve that this engine doesn't
    /// have: where its public part ends isn't known.</exception>
    public static Certificate Certificate(ReadOnlyMemory<byte> key, PgpLimits? limits = null)
    {
        limits ??= PgpLimits.Default;
        var reader = new CertificateReader(limits);
        var isSecret = false;
        foreach (var packet in Packet.Split(key, limits.MaxPacket))
        {
            if (packet.Type is not (PacketType.SecretKey or PacketType.SecretSubkey))
            {
                reader.Take(packet.Copy());
                continue;
            }

            reader.Take(SecretKey.PublicPart(packet, SecretKeyPacket.ReadPublic(packet, limits)));
            isSecret |= packet.Type == PacketType.SecretKey;
        }

        var certificate = reader.Finish();
        return isSecret
            ? certificate
            : throw Throw.Error(PgpError.UnexpectedKind, "a certificate without secret key material stands where a secret key is expected");
    }
}
