using System.Text;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <content>What is done with the primary key: changes to the key itself, and statements on others.</content>
public sealed partial class SecretKey
{
    /// <summary>Starts a change: of expiry, subkeys, user ids.</summary>
    /// <param name="now">The present: new self-signatures are dated with it.</param>
    /// <param name="policy">By which rules the old ones are judged; null for <see cref="PgpPolicy.Default"/>.</param>
    /// <param name="limits">What the changed key may grow to; null for <see cref="PgpLimits.Default"/>.</param>
    /// <exception cref="PgpException">The secret part of the primary key isn't here.</exception>
    public KeyEdit Edit(DateTimeOffset now, PgpPolicy? policy = null, PgpLimits? limits = null) =>
        new(this, now, policy ?? PgpPolicy.Default, limits ?? PgpLimits.Default);

    /// <summary>Makes a revocation to be kept apart. The key itself stays valid until it's applied
    /// (<see cref="Keys.Certificate.With"/>).</summary>
    /// <param name="now">The present. A soft one revokes from this moment, and only until its owner makes a newer self-signature:
    /// applied after one it's refused.</param>
    /// <param name="reason">Why it will have been revoked; for a revocation made beforehand <see cref="RevocationReason.Unspecified"/>.</param>
    /// <param name="text">The same for people; may be empty. Everybody can read it.</param>
    /// <exception cref="PgpException">The secret part of the primary key isn't here.</exception>
    public RevocationCertificate MakeRevocation(DateTimeOffset now, RevocationReason reason = RevocationReason.Unspecified, string text = "") =>
        RevocationCertificate.Of(Certificate.Primary.Packet, PartSigner.Of(this).Revoke(reason, text, checked((uint)now.ToUnixTimeSeconds())));

    /// <summary>Certifies that a user id of another certificate belongs to it.</summary>
    /// <param name="certificate">The other certificate.</param>
    /// <param name="userId">The user id, which its owner MUST have been asked about by other means.</param>
    /// <param name="now">The present.</param>
    /// <param name="level">How well it was checked.</param>
    /// <param name="requireSelfSignature">Whether its owner must have bound the user id; without it one can be added that they
    /// didn't.</param>
    /// <param name="policy">By which rules; null for <see cref="PgpPolicy.Default"/>.</param>
    /// <returns>The other certificate with the certification. Its owner and everybody who has it may pass it on.</returns>
    /// <exception cref="PgpException">This key isn't valid, may not certify, or isn't here; or the owner of the other one hasn't
    /// bound the user id.</exception>
    public Certificate Certify(
        Certificate certificate, string userId, DateTimeOffset now, CertificationLevel level = CertificationLevel.Generic,
        bool requireSelfSignature = true, PgpPolicy? policy = null)
    {
        policy ??= PgpPolicy.Default;
        new CertificateView(Certificate, now, policy, policy.ClockSkew).RequireCertifyingKey();
        ReadOnlyMemory<byte> octets = Encoding.UTF8.GetBytes(userId);
        var bound = new CertificateView(certificate, now, policy, policy.ClockSkew).UserIds;
        if (requireSelfSignature && !bound.Any(id => id.Octets.Span.SequenceEqual(octets.Span)))
        {
            throw Throw.Error(
                PgpError.NoValidSelfSignature,
                $"{certificate.Fingerprint}: its owner hasn't bound the user id, or has revoked it; ask for a current copy of the certificate");
        }

        using var signature = new SignatureBuilder((SignatureType)level, checked((uint)now.ToUnixTimeSeconds()));
        var parts = new CertificateParts(certificate);
        var part = parts.TakeUserId(octets);
        part.AddForeign(PartSigner.Of(this).Sign(signature, certificate.Primary.Packet, userId: octets));
        return parts.ToCertificate(PgpLimits.Default);
    }

    /// <summary>Whether a key is one of this secret key's.</summary>
    /// <param name="key">The key.</param>
    /// <param name="material">Null where its secret part is kept elsewhere.</param>
    internal bool TryFind(Fingerprint key, out SecretKeyMaterial? material) => _material.TryGetValue(key, out material);
}
