using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Puts copies of one certificate together.</summary>
internal static class CertificateMerge
{
    /// <summary>Adds what another copy has more: parts that their owner bound, and signatures by anybody.</summary>
    /// <param name="parts">Receives it.</param>
    /// <param name="own">What they are now.</param>
    /// <param name="other">The other copy, which may come from anywhere.</param>
    /// <param name="limits">How many signatures by others are kept: a flooded copy must not make the certificate unreadable, nor
    /// keep a revocation from coming in.</param>
    public static void Into(CertificateParts parts, Certificate own, Certificate other, PgpLimits limits)
    {
        if (own.Fingerprint != other.Fingerprint)
            throw new ArgumentException("not a copy of the same certificate: its fingerprint is another", nameof(other));
        var bound = other.AllUserIds.Where(id => id.Bindings.Count + id.Revocations.Count > 0).Select(id => id.Octets)
            .Concat(other.Subkeys.Where(key => key.Bindings.Count + key.Revocations.Count > 0).Select(key => key.Packet.Body))
            .ToHashSet();
        var foreign = parts.All.SelectMany(part => part.Signatures).Where(signature => !IsBy(signature, own.Fingerprint)).ToList();
        var (count, octets) = (foreign.Count, foreign.Sum(signature => (long)signature.Whole.Length));
        foreach (var part in new CertificateParts(other).All)
        {
            var isOurs = part.Head.Type == PacketType.PublicKey || parts.Find(part.Head.Type, part.Head.Body) is not null;
            if (!isOurs && !bound.Contains(part.Head.Body)) continue;
            var target = part.Head.Type == PacketType.PublicKey ? parts.Primary : parts.Take(part.Head);
            foreach (var signature in part.Signatures)
            {
                var isForeign = !IsBy(signature, own.Fingerprint);
                if (isForeign && (count >= limits.MaxForeignSignatures || octets + signature.Whole.Length > limits.MaxCertificate / 2))
                    continue;
                if (!target.Add(signature) || !isForeign) continue;
                count++;
                octets += signature.Whole.Length;
            }
        }
    }

    private static bool IsBy(Packet signature, Fingerprint key)
    {
        try
        {
            var read = SignaturePacket.Read(signature.Body, signature.Offset);
            return read.IssuerFingerprint is { } issuer ? issuer == key : read.IssuerKeyId == key.KeyId;
        }
        catch (PgpException)
        {
            return false; // Of a version that isn't read, or broken.
        }
    }
}
