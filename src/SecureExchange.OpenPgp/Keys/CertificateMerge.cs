using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Puts copies of one certificate together. The other copy may come from anywhere: what floods it must neither make the
/// certificate unreadable nor keep a revocation from coming in.</summary>
internal sealed class CertificateMerge
{
    private readonly CertificateParts _parts;
    private readonly PgpLimits _limits;
    private int _foreign;
    private long _foreignOctets;

    private CertificateMerge(CertificateParts parts, PgpLimits limits)
    {
        (_parts, _limits) = (parts, limits);
        foreach (var signature in parts.All.SelectMany(part => part.Signatures).Where(signature => signature.Own is null))
            Count(signature.Packet);
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
        new CertificateMerge(parts, limits).Add(other);
    }

    private void Add(Certificate other)
    {
        // Its owner's revocations of the whole are the primary key's, whichever part they stand behind.
        foreach (var part in new CertificateParts(other).All)
        {
            var head = part.Head;
            var target = head.Type == PacketType.PublicKey ? _parts.Primary : _parts.Find(head.Type, head.Body);
            if (target is null && part.Signatures.All(signature => signature.Own is null)) continue;
            target ??= _parts.Take(head);
            foreach (var signature in part.Signatures)
            {
                if (signature.Own is not null) target.Add(signature);
                else if (HasRoom(signature.Packet) && target.Add(signature)) Count(signature.Packet);
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
}
