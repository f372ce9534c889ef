using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>What others say about a user id of a certificate. It never changes what the certificate is worth by itself.</summary>
internal sealed class UserIdCertifications
{
    private readonly Certificate _certificate;
    private readonly ReadOnlyMemory<byte> _userId;
    private readonly List<SignaturePacket> _signatures;

    /// <param name="certificate">Whose user id.</param>
    /// <param name="userId">The user id.</param>
    public UserIdCertifications(Certificate certificate, ReadOnlyMemory<byte> userId)
    {
        (_certificate, _userId) = (certificate, userId);
        _signatures = [.. (new CertificateParts(certificate).Find(PacketType.UserId, userId)?.Signatures ?? [])
            .Where(signature => signature.Own is null).Select(signature => TryRead(signature.Packet)).OfType<SignaturePacket>()];
    }

    /// <summary>Whether an authority vouches for the user id at a moment: with a valid certification that it hasn't taken back. Where
    /// more signatures claim to be its own than are worth looking at, it doesn't.</summary>
    /// <param name="authority">A certificate that may certify at the moment.</param>
    /// <param name="at">The moment.</param>
    /// <param name="policy">By which rules.</param>
    public bool IsBy(Certificate authority, DateTimeOffset at, PgpPolicy policy)
    {
        var view = new CertificateView(authority, at, policy, policy.ClockSkew);
        if (view.Primary() is not { IsValid: true } state || (state.Flags & KeyFlags.Certify) == 0) return false;
        var signer = authority.Primary.Packet;
        var claimed = _signatures.Where(signature => signature.MayBeBy(signer)).ToList();
        if (claimed.Count > PgpLimits.Default.MaxSelfSignatures) return false;
        var verified = claimed
            .Where(signature => SignedData.Verify(signature, signer, _certificate.Primary.Packet, userId: _userId))
            .Select(signature => new SelfSignature(signature)).ToLookup(s => s.Packet.Type == SignatureType.CertificationRevocation);

        // Somebody else's signature over data that somebody else chose: with a hash whose collisions are for sale it says nothing,
        // whatever its date. To take something back it's good enough, and so is one that is past its own end.
        var horizon = at > DateTimeOffset.MaxValue - policy.ClockSkew ? DateTimeOffset.MaxValue : at + policy.ClockSkew;
        var newest = verified[false]
            .Where(s => s.Packet.Digest.IsStrong() && s.CountsAt(at, horizon, authority.CreatedAt, policy)).MaxBy(s => s.CreatedAt);
        return newest is not null && !verified[true].Any(s => s.Revokes(newest.CreatedAt, horizon));
    }

    /// <returns>Null for what isn't about a user id, or isn't read.</returns>
    private static SignaturePacket? TryRead(Packet packet) =>
        SignaturePacket.TryRead(packet.Body, packet.Offset) is { Hashed.CreatedAt: not null } signature
            && (signature.Type.IsCertification() || signature.Type == SignatureType.CertificationRevocation)
            ? signature
            : null;
}
