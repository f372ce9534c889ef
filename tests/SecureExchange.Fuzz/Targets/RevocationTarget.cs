using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Revocations, and certificates that are to be revoked: no certificate is revoked by what its owner didn't make, and no
/// change to a certificate keeps a revocation of its owner's from taking effect.</summary>
internal sealed class RevocationTarget : Target
{
    private readonly Ownership _ownership;
    private readonly Dictionary<Fingerprint, RevocationCertificate> _hard = [];
    private readonly HashSet<string> _genuine = [];

    public RevocationTarget(SeedFiles seeds) : base("revocation", 5, seeds.Revocations.Concat(seeds.Certificates))
    {
        _ownership = new Ownership(seeds);
        foreach (var seed in seeds.Revocations)
        {
            var revocation = RevocationCertificate.Read(seed);
            var certificate = _ownership.Known.First(certificate => certificate.Fingerprint.KeyId == revocation.Signature.IssuerKeyId);
            certificate.With(revocation);
            _genuine.Add(Id(certificate, revocation));
            if (revocation.Signature.Hashed.RevocationReason is null or 0 or (byte)RevocationReason.Compromised)
                _hard[certificate.Fingerprint] = revocation;
        }

        if (_hard.Count < 2) throw new InvalidOperationException("no seeds that revoke for all times");
    }

    public override string Execute(byte[] input) =>
        input is [0x99 or 0x98 or 0xC6, ..] ? Certificates(input) : Revocations(input);

    /// <summary>Any revocation, against certificates as they are.</summary>
    private string Revocations(byte[] input)
    {
        var revocation = RevocationCertificate.Read(input, Limits);
        var octets = revocation.ToBytes();
        if (!RevocationCertificate.Read(octets, Limits).ToBytes().AsSpan().SequenceEqual(octets))
            throw new Violation("a revocation that was written isn't read as it was written");
        PgpException? refused = null;
        foreach (var certificate in _ownership.Known)
        {
            try
            {
                var revoked = certificate.With(revocation);
                if (!_genuine.Contains(Id(certificate, revocation))) throw new Violation("revoked by what the owner didn't make");
                CheckRevoked(certificate, revoked);
                return "revoked";
            }
            catch (PgpException e)
            {
                refused = e;
            }
        }

        throw refused!;
    }

    /// <summary>A certificate as it may come, against a revocation by its owner.</summary>
    private string Certificates(byte[] input)
    {
        var certificate = Certificate.Read(input, Limits);
        if (!_hard.TryGetValue(certificate.Fingerprint, out var revocation)) return "no revocation";
        try
        {
            CheckRevoked(certificate, certificate.With(revocation));
            return "revoked";
        }
        catch (PgpException e) when (e.Error != PgpError.LimitExceeded)
        {
            throw new Violation("a change to the certificate keeps its owner's revocation out", e);
        }
    }

    private void CheckRevoked(Certificate certificate, Certificate revoked)
    {
        _ownership.Check(revoked);
        foreach (var copy in new[] { revoked, Certificate.Read(revoked.ToBytes(), Limits), certificate.Merge(revoked), revoked.Merge(certificate) })
        {
            try
            {
                copy.RequireUsableForEncryption(SeedFiles.Now);
            }
            catch (PgpException e) when (e.Error == PgpError.CertificateRevoked)
            {
                continue;
            }
            catch (PgpException e)
            {
                throw new Violation("revoked, and refused for another reason", e);
            }

            throw new Violation("a certificate that was revoked is used");
        }
    }

    /// <summary>What the signature covers: the rest of its packet is anybody's.</summary>
    private static string Id(Certificate certificate, RevocationCertificate revocation) =>
        $"{certificate.Fingerprint} {Convert.ToHexString(revocation.Signature.HashedPart.Span)}";
}
