using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>A key's revocation by itself (RFC 9580 §10.1.3; in version 6 behind the primary key, §10.1.2), to be kept for the day
/// when the key is lost or in wrong hands. Whoever has it can revoke the key, and do nothing else.</summary>
public sealed class RevocationCertificate
{
    private readonly Packet _signature;
    private readonly ReadOnlyMemory<byte> _key; // The primary key's packet; empty where there is none.

    internal RevocationCertificate(Packet signature, ReadOnlyMemory<byte> key)
    {
        (_signature, _key) = (signature, key);
        Signature = SignaturePacket.Read(signature.Body, signature.Offset);
    }

    /// <summary>Of a version 6 key the key itself MUST stand before it (§10.1.2).</summary>
    internal static RevocationCertificate Of(PublicKeyPacket key, Packet signature)
    {
        if (key.Version == PublicKeyPacket.Version4) return new RevocationCertificate(signature, default);
        using var packet = new OctetWriter();
        packet.Packet(PacketType.PublicKey, key.Body.Span);
        return new RevocationCertificate(signature, packet.ToArray());
    }

    /// <summary>The key that it's for, where it says so: a hint, until it was applied to that key's certificate.</summary>
    public Fingerprint? Key => Signature.IssuerFingerprint;

    internal SignaturePacket Signature { get; }

    internal Packet Packet => _signature;

    /// <summary>Reads one, as GnuPG and others make it.</summary>
    /// <param name="armoredOrBinary">ASCII armor (<c>PGP PUBLIC KEY BLOCK</c>, or <c>PGP SIGNATURE</c> as Sequoia has it) or a packet,
    /// with or without the primary key before it; nothing else before or after.</param>
    /// <param name="limits">How much it may ask for; null for <see cref="PgpLimits.Default"/>.</param>
    /// <exception cref="PgpException">It isn't one.</exception>
    public static RevocationCertificate Read(ReadOnlyMemory<byte> armoredOrBinary, PgpLimits? limits = null)
    {
        limits ??= PgpLimits.Default;
        var kind = armoredOrBinary.Span.StartsWith("-----BEGIN PGP SIGNATURE-----"u8) ? ArmorKind.Signature : ArmorKind.PublicKey;
        var octets = ArmorDecoder.Binary(armoredOrBinary, kind, limits);
        Packet? found = null;
        ReadOnlyMemory<byte> key = default;
        foreach (var packet in Packet.Split(octets, limits.MaxPacket).Where(packet => !packet.Type.IsIgnored()))
        {
            if (packet.Type == PacketType.PublicKey && found is null && key.IsEmpty)
            {
                key = packet.Whole;
                continue;
            }

            if (found is not null) throw Throw.Error(PgpError.TrailingData, "something follows the revocation", packet.Offset);
            if (packet.Type != PacketType.Signature)
                throw Throw.Error(PgpError.UnexpectedKind, "a revocation is a signature, and something else stands here", packet.Offset);
            if (SignaturePacket.TryRead(packet.Body) is { Type: not SignatureType.KeyRevocation })
                throw Throw.Error(PgpError.UnexpectedKind, "the signature isn't a revocation of a key", packet.Offset);
            found = packet;
        }

        return new RevocationCertificate(found ?? throw Throw.Error(PgpError.Truncated, "no revocation is here: no signature"), key);
    }

    /// <summary>The signature packet, in version 6 behind the primary key's.</summary>
    public byte[] ToBytes() => [.. _key.Span, .. _signature.Whole.Span];

    /// <summary>ASCII armor of <see cref="ToBytes"/>, with the comment that GnuPG writes.</summary>
    public string ToArmor()
    {
        var armor = ArmorEncoder.Encode(ArmorKind.PublicKey, ToBytes(), checksum: Signature.Version == PublicKeyPacket.Version4);
        return armor.Insert(armor.IndexOf('\n', StringComparison.Ordinal) + 1, "Comment: This is a revocation certificate\n");
    }
}
