using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Says what a signature over data is worth.</summary>
/// <param name="options">By whose word, when and by which rules.</param>
/// <param name="readers">Who the message may be for; null where that isn't asked.</param>
/// <param name="form">How signatures and data came.</param>
/// <param name="length">Octets of data.</param>
internal sealed class SignatureJudge(VerifyOptions options, IReadOnlyList<SecretKey>? readers, SignatureForm form, long length)
{
    public SignatureJudge(OpenOptions options, long length)
        : this(
            new VerifyOptions { Verifiers = options.Verifiers, Now = options.Now, Policy = options.Policy, Limits = options.Limits },
            options.Keys, SignatureForm.Encrypted, length)
    {
    }

    public SignatureResult Judge(PendingSignature pending)
    {
        Span<byte> buffer = stackalloc byte[Digest.MaxSize];
        return Judge(pending.Packet, pending.KeyId, pending.Digest(buffer));
    }

    private SignatureResult Judge(SignaturePacket? signature, ulong announcedKeyId, ReadOnlySpan<byte> digest)
    {
        var keyId = signature?.IssuerKeyId ?? announcedKeyId;
        var extent = signature?.Type is SignatureType.Binary or SignatureType.Text
            ? new SignedExtent(form, signature.Type == SignatureType.Text, length)
            : null;
        if (signature is null || extent is null || signature.Hashed.HasUnknownCritical
            || (form == SignatureForm.Cleartext && !extent.IsText)) // One form's signatures aren't another's.
            return Without(SignatureStatus.Unsupported);
        if (!signature.Digest.IsStrong())
            return Without(signature.Digest < DigestAlgorithm.Sha256 ? SignatureStatus.AlgorithmRefused : SignatureStatus.Unsupported);
        if (signature.Hashed.CreatedAt is null) return Without(SignatureStatus.Bad);

        var best = Without(SignatureStatus.UnknownSigner);
        foreach (var certificate in options.Verifiers)
        {
            foreach (var key in certificate.Keys.Where(key => IsNamed(key.Packet, signature)))
            {
                var verifies = key.Packet.Verify(signature, digest);
                var result = new SignatureResult
                {
                    Status = verifies ? Judge(signature, certificate, key) : SignatureStatus.Bad,
                    Signer = certificate.Fingerprint,
                    Subkey = key.Packet.Fingerprint,
                    CreatedAt = verifies ? signature.CreatedAt : null,
                    KeyId = keyId,
                    Extent = extent,
                };
                if (result.Status == SignatureStatus.Good) return result;
                if (best.CreatedAt is null) best = result; // Verified and refused says more than not verified.
            }
        }

        return best;

        SignatureResult Without(SignatureStatus status) => new() { Status = status, KeyId = keyId, Extent = extent };
    }

    private SignatureStatus Judge(SignaturePacket signature, Certificate certificate, BoundKey key)
    {
        var madeAt = signature.CreatedAt;
        if (madeAt > options.Now + options.Policy.ClockSkew || madeAt < key.Packet.CreatedAt)
            return SignatureStatus.NotYetValid;
        if (signature.Hashed.ValidFor is { } valid && options.Now >= madeAt + valid) return SignatureStatus.Expired;

        var then = new CertificateView(certificate, madeAt, options.Policy).State(key);
        if (!then.IsValid) return Status(then, SignatureStatus.KeyExpired);
        if (!then.Flags.HasFlag(KeyFlags.Sign)) return SignatureStatus.KeyMayNotSign;

        var now = new CertificateView(certificate, options.Now, options.Policy, options.Policy.ClockSkew).State(key);
        if (!now.IsValid) return Status(now, SignatureStatus.KeyExpiredSince);

        var said = signature.Hashed;
        return !said.HasIntendedRecipients || readers is null
            || readers.Any(own => said.IntendedRecipients.Contains(own.Certificate.Fingerprint))
            ? SignatureStatus.Good
            : SignatureStatus.ForOthers;
    }

    private static SignatureStatus Status(KeyState state, SignatureStatus expired) => state.Problem switch
    {
        PgpError.CertificateExpired => expired,
        PgpError.CertificateRevoked => SignatureStatus.KeyRevoked,
        PgpError.CertificateNotYetValid => SignatureStatus.NotYetValid,
        PgpError.AlgorithmRefused => SignatureStatus.AlgorithmRefused,
        _ => SignatureStatus.KeyMayNotSign,
    };

    private static bool IsNamed(PublicKeyPacket key, SignaturePacket signature) => signature.IssuerFingerprint is { } fingerprint
        ? fingerprint == key.Fingerprint
        : signature.IssuerKeyId == key.KeyId;
}
