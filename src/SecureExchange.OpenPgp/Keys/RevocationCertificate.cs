using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>A key's revocation by itself (RFC 9580 §10.1.3), to be kept for the day when the key is lost or in wrong hands. Whoever
/// has it can revoke the key, and do nothing else.</summary>
public sealed class RevocationCertificate
{
    private readonly Packet _signature;

    internal RevocationCertificate(Packet signature)
    {
        _signature = signature;
        Signature = SignaturePacket.Read(signature.Body, signature.Offset);
    }

    /// <summary>The key that it's for, where it says so: a hint, until it was applied to that key's certificate.</summary>
    public Fingerprint? Key => Signature.IssuerFingerprint;

    internal SignaturePacket Signature { get; }

    internal Packet Packet => _signature;

    /// <summary>Reads one, as GnuPG and others make it.</summary>
    /// <param name="armoredOrBinary">ASCII armor (<c>PGP PUBLIC KEY BLOCK</c>, or <c>PGP SIGNATURE</c> as Sequoia has it) or a packet;
    /// nothing else before or after.</param>
    /// <param name="limits">How much it may ask for; null for <see cref="PgpLimits.Default"/>.</param>
    /// <exception cref="PgpException">It isn't one.</exception>
    public static RevocationCertificate Read(ReadOnlyMemory<byte> armoredOrBinary, PgpLimits? limits = null)
    {
        limits ??= PgpLimits.Default;
        var kind = armoredOrBinary.Span.StartsWith("-----BEGIN PGP SIGNATURE-----"u8) ? ArmorKind.Signature : ArmorKind.PublicKey;
        var octets = ArmorDecoder.Binary(armoredOrBinary, kind, limits);
        Packet? found = null;
        foreach (var packet in Packet.Split(octets, limits.MaxPacket))
        {
            if (found is not null) throw Throw.Error(PgpError.TrailingData, "something follows the revocation", packet.Offset);
            if (packet.Type != PacketType.Signature)
                throw Throw.Error(PgpError.UnexpectedKind, "a revocation is a signature, and something else stands here", packet.Offset);
            found = packet;
        }

        var result = new RevocationCertificate(found ?? throw Throw.Error(PgpError.Truncated, "no revocation is here: no packets at all"));
        return result.Signature.Type == SignatureType.KeyRevocation
            ? result
            : throw Throw.Error(PgpError.UnexpectedKind, "the signature isn't a revocation of a key");
    }

    /// <summary>The signature packet.</summary>
    public byte[] ToBytes() => _signature.Whole.ToArray();

    /// <summary>ASCII armor of <see cref="ToBytes"/>, with the comment that GnuPG writes.</summary>
    public string ToArmor()
    {
        var armor = ArmorEncoder.Encode(ArmorKind.PublicKey, ToBytes(), checksum: Signature.Version == PublicKeyPacket.Version4);
        return armor.Insert(armor.IndexOf('\n', StringComparison.Ordinal) + 1, "Comment: This is a revocation certificate\n");
    }
}
