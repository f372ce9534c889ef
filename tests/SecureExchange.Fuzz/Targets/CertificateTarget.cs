using System.Security.Cryptography;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Certificates: what is read is written back as it was, and nothing is bound to a primary key but what its owner
/// bound.</summary>
internal sealed class CertificateTarget : Target
{
    private readonly HashSet<string> _bound = [];
    private readonly Dictionary<Fingerprint, Certificate> _known = [];

    public CertificateTarget(SeedFiles seeds) : base("certificate", 6, seeds.Certificates)
    {
        foreach (var seed in seeds.Certificates)
        {
            if (TryRead(seed) is not { } certificate) continue;
            _bound.UnionWith(Bound(certificate));
            _known[certificate.Fingerprint] = certificate;
        }
    }

    public override string Execute(byte[] input)
    {
        var certificate = Certificate.Read(input, Limits);
        var octets = certificate.ToBytes();
        if (!Certificate.Read(octets, Limits).ToBytes().AsSpan().SequenceEqual(octets))
            throw new Violation("a certificate that was written isn't read as it was written");
        CheckBound(certificate);
        if (input.Length % 4 == 0) Merge(certificate);
        _ = certificate.ExpiresAt(SeedFiles.Now);
        certificate.RequireUsableForEncryption(SeedFiles.Now);
        return $"usable {certificate.UserIds.Count} {certificate.Subkeys.Count}";
    }

    private void CheckBound(Certificate certificate)
    {
        if (Bound(certificate).FirstOrDefault(part => !_bound.Contains(part)) is { } part)
            throw new Violation($"bound to a key whose owner didn't bind it: {part}");
    }

    /// <summary>Into the certificate that it is a copy of: nothing gets lost, and nothing is bound that wasn't.</summary>
    private void Merge(Certificate certificate)
    {
        if (!_known.TryGetValue(certificate.Fingerprint, out var known)) return;
        var merged = known.Merge(certificate, Limits);
        CheckBound(merged);
        if (merged.Primary.Bindings.Count + merged.Primary.Revocations.Count < known.Primary.Bindings.Count + known.Primary.Revocations.Count)
            throw new Violation("a merged certificate lost what its owner said");
    }

    private static IEnumerable<string> Bound(Certificate certificate) =>
        certificate.AllUserIds.Where(id => id.Bindings.Count > 0).Select(id => id.Octets)
            .Concat(certificate.Subkeys.Where(key => key.Bindings.Count > 0).Select(key => key.Packet.Body))
            .Select(octets => $"{certificate.Fingerprint} {Convert.ToHexString(SHA256.HashData(octets.Span))}");

    private static Certificate? TryRead(byte[] seed)
    {
        try
        {
            return Certificate.Read(seed, Limits);
        }
        catch (PgpException)
        {
            return null; // Of a kind that isn't read: a seed all the same.
        }
    }
}
