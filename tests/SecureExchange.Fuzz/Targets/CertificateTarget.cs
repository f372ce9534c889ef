using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Certificates: what is read is written back as it was, and nothing is bound to a primary key but what its owner
/// bound.</summary>
internal sealed class CertificateTarget(SeedFiles seeds) : Target("certificate", 6, seeds.Certificates)
{
    private readonly Ownership _ownership = new(seeds);

    public override string Execute(byte[] input)
    {
        var certificate = Certificate.Read(input, Limits);
        var octets = certificate.ToBytes();
        if (!Certificate.Read(octets, Limits).ToBytes().AsSpan().SequenceEqual(octets))
            throw new Violation("a certificate that was written isn't read as it was written");
        _ownership.Check(certificate);
        if (input.Length % 4 == 0) Merge(certificate);
        _ = certificate.ExpiresAt(SeedFiles.Now);
        certificate.RequireUsableForEncryption(SeedFiles.Now);
        return $"usable {certificate.UserIds.Count} {certificate.Subkeys.Count}";
    }

    /// <summary>Into the certificate that it is a copy of: nothing gets lost, and nothing is bound that wasn't.</summary>
    private void Merge(Certificate certificate)
    {
        if (_ownership.Find(certificate) is not { } known) return;
        var merged = known.Merge(certificate, Limits);
        _ownership.Check(merged);
        if (merged.Primary.Bindings.Count + merged.Primary.Revocations.Count < known.Primary.Bindings.Count + known.Primary.Revocations.Count)
            throw new Violation("a merged certificate lost what its owner said");
    }
}
