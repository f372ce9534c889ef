using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Several certificates in one file: each is read as it would be alone, and nothing of one gets into another.</summary>
internal sealed class KeyringTarget(SeedFiles seeds) : Target("keyring", 4, seeds.Certificates.Concat(Several(seeds)))
{
    private readonly Ownership _ownership = new(seeds);

    public override string Execute(byte[] input)
    {
        var certificates = Certificate.ReadAll(input, Limits, skipsUnknownVersions: input.Length % 2 == 0);
        if (certificates.Count == 0) throw new Violation("a keyring without a certificate was read");
        foreach (var certificate in certificates) _ownership.Check(certificate);
        var octets = Octets(certificates);
        var again = Certificate.ReadAll(octets, Limits, skipsUnknownVersions: false);
        if (again.Count != certificates.Count || !Octets(again).AsSpan().SequenceEqual(octets))
            throw new Violation("a keyring that was written isn't read as it was written");
        return $"read {certificates.Count} {certificates.Sum(certificate => certificate.UserIds.Count)}";
    }

    /// <summary>Pairs: binary, armored together, and one block of armor after the other.</summary>
    private static IEnumerable<byte[]> Several(SeedFiles seeds)
    {
        var certificates = seeds.Verifiers;
        for (var i = 0; i < certificates.Count; i++)
        {
            var (one, other) = (certificates[i], certificates[(i + 1) % certificates.Count]);
            yield return [.. one.ToBytes(), .. other.ToBytes()];
            yield return [.. Octets(one.ToArmor()), .. "\n \n"u8, .. Octets(other.ToArmor())];
        }

        yield return Octets(certificates);
    }

    private static byte[] Octets(IEnumerable<Certificate> certificates) => [.. certificates.SelectMany(certificate => certificate.ToBytes())];

    private static byte[] Octets(string armor) => System.Text.Encoding.ASCII.GetBytes(armor);
}
