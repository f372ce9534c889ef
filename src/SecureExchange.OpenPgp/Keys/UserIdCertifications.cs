using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>What others say about a user id of a certificate. It never changes what the certificate is worth by itself.</summary>
internal static class UserIdCertifications
{
    /// <summary>Whether an authority vouches for a user id at a moment: with a valid certification that it hasn't taken back.</summary>
    /// <param name="certificate">Whose user id.</param>
    /// <param name="userId">The user id.</param>
    /// <param name="authority">A certificate that may certify at the moment.</param>
    /// <param name="at">The moment.</param>
    /// <param name="policy">By which rules.</param>
    public static bool IsBy(
        Certificate certificate, ReadOnlyMemory<byte> userId, Certificate authority, DateTimeOffset at, PgpPolicy policy)
    {
        var view = new CertificateView(authority, at, policy, policy.ClockSkew);
        if (view.Primary() is not { IsValid: true } state || (state.Flags & KeyFlags.Certify) == 0) return false;
        var signatures = new CertificateParts(certificate).Find(PacketType.UserId, userId)?.Signatures
            .Select(packet => Verified(packet, certificate, userId, authority.Primary.Packet))
            .OfType<SelfSignature>()
            .Where(s => s.CountsAt(at, at + policy.ClockSkew, authority.CreatedAt, policy))
            .ToList() ?? [];
        var newest = signatures.Where(s => s.Packet.Type != SignatureType.CertificationRevocation).MaxBy(s => s.CreatedAt);
        return newest is not null && !signatures.Any(s =>
            s.Packet.Type == SignatureType.CertificationRevocation && (s.IsHard || s.CreatedAt >= newest.CreatedAt));
    }

    /// <summary>Somebody else's signature over data that somebody else chose: with a hash whose collisions are for sale it says
    /// nothing, whatever its date.</summary>
    private static SelfSignature? Verified(Packet packet, Certificate certificate, ReadOnlyMemory<byte> userId, PublicKeyPacket signer)
    {
        try
        {
            var signature = SignaturePacket.Read(packet.Body, packet.Offset);
            var isCertification = signature.Type is SignatureType.GenericCertification or SignatureType.PersonaCertification
                or SignatureType.CasualCertification or SignatureType.PositiveCertification or SignatureType.CertificationRevocation;
            return isCertification && signature.Digest.IsStrong()
                && SignedData.Verify(signature, signer, certificate.Primary.Packet, userId: userId)
                ? new SelfSignature(signature)
                : null;
        }
        catch (PgpException)
        {
            return null;
        }
    }
}
