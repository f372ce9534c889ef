using System.Security.Cryptography;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Certificates: what is read is written back as it was, and nothing is bound to a primary key but what its owner
/// bound.</summary>
internal sealed class CertificateTarget : Target
{
    private readonly HashSet<string> _bound = [];

    public CertificateTarget(SeedFiles seeds) : base("certificate", 6, seeds.Certificates)
    {
        foreach (var seed in seeds.Certificates)
        {
            if (TryRead(seed) is { } certificate) _bound.UnionWith(Bound(certificate));
        }
    }

    public override string Execute(byte[] input)
    {
        var certificate = Certificate.Read(input, Limits);
        var octets = certificate.ToBytes();
        if (!Certificate.Read(octets, Limits).ToBytes().AsSpan().SequenceEqual(octets))
            throw new Violation("a certificate that was written isn't read as it was written");
        if (Bound(certificate).FirstOrDefault(part => !_bound.Contains(part)) is { } part)
            throw new Violation($"bound to a key whose owner didn't bind it: {part}");
        _ = certificate.ExpiresAt(SeedFiles.Now);
        certificate.RequireUsableForEncryption(SeedFiles.Now);
        return $"usable {certificate.UserIds.Count} {certificate.Subkeys.Count}";
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
