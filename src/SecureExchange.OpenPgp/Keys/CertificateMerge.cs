using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Puts copies of one certificate together. The other copy may come from anywhere: what floods it must neither make the
/// certificate unreadable nor keep a revocation from coming in.</summary>
internal sealed class CertificateMerge
{
    private readonly CertificateParts _parts;
    private readonly Certificate _own;
    private readonly PgpLimits _limits;
    private int _foreign;
    private long _foreignOctets;

    private CertificateMerge(CertificateParts parts, Certificate own, PgpLimits limits)
    {
        (_parts, _own, _limits) = (parts, own, limits);
        var verified = Verified(own);
        foreach (var signature in parts.All.SelectMany(part => part.Signatures).Where(packet => !IsIn(verified, packet))) Count(signature);
    }

    /// <summary>Adds what another copy has more: parts that their owner bound, self-signatures that verify, and signatures by others
    /// within the limits.</summary>
    /// <param name="parts">Receives it.</param>
    /// <param name="own">What they are now.</param>
    /// <param name="other">The other copy.</param>
    /// <param name="limits">How many signatures by others are kept.</param>
    public static void Into(CertificateParts parts, Certificate own, Certificate other, PgpLimits limits)
    {
        if (own.Fingerprint != other.Fingerprint)
            throw new ArgumentException("not a copy of the same certificate: its fingerprint is another", nameof(other));
        new CertificateMerge(parts, own, limits).Add(other);
    }

    private void Add(Certificate other)
    {
        var verified = Verified(other);
        var bound = other.AllUserIds.Where(id => id.Bindings.Count + id.Revocations.Count > 0).Select(id => id.Octets)
            .Concat(other.Subkeys.Where(key => key.Bindings.Count + key.Revocations.Count > 0).Select(key => key.Packet.Body))
            .ToHashSet();
        foreach (var part in new CertificateParts(other).All)
        {
            var head = part.Head;
            if (head.Type != PacketType.PublicKey && _parts.Find(head.Type, head.Body) is null && !bound.Contains(head.Body)) continue;
            var target = head.Type == PacketType.PublicKey ? _parts.Primary : _parts.Take(head);
            foreach (var signature in part.Signatures)
            {
                if (IsIn(verified, signature)) target.Add(signature);
                else if (!ClaimsToBeOwners(signature) && HasRoom(signature) && target.Add(signature)) Count(signature);
            }
        }
    }

    private void Count(Packet signature)
    {
        _foreign++;
        _foreignOctets += signature.Whole.Length;
    }

    private bool HasRoom(Packet signature) =>
        _foreign < _limits.MaxForeignSignatures && _foreignOctets + signature.Whole.Length <= _limits.MaxCertificate / 2;

    /// <summary>A self-signature that doesn't verify is nobody's word, and each costs every reader a public-key operation.</summary>
    private bool ClaimsToBeOwners(Packet signature) => Read(signature) is { } read
        && (read.IssuerFingerprint is { } issuer ? issuer == _own.Fingerprint : read.IssuerKeyId == 0 || read.IssuerKeyId == _own.Fingerprint.KeyId);

    /// <summary>The self-signatures that verified when a certificate was read, by where their octets stand.</summary>
    private static HashSet<ReadOnlyMemory<byte>> Verified(Certificate certificate) => certificate.Keys
        .SelectMany(key => key.Bindings.Concat(key.Revocations))
        .Concat(certificate.AllUserIds.SelectMany(id => id.Bindings.Concat(id.Revocations)))
        .Select(signature => signature.Packet.HashedPart)
        .ToHashSet();

    private static bool IsIn(HashSet<ReadOnlyMemory<byte>> verified, Packet signature) =>
        Read(signature) is { } read && verified.Contains(read.HashedPart);

    /// <returns>Null for one of a version that isn't read, or a broken one.</returns>
    private static SignaturePacket? Read(Packet signature)
    {
        try
        {
            return SignaturePacket.Read(signature.Body, signature.Offset);
        }
        catch (PgpException)
        {
            return null;
        }
    }
}
