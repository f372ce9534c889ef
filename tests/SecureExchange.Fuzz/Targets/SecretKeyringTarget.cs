using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Several secret keys in one file: they come apart without loss, and no secret part gets into a certificate.</summary>
internal sealed class SecretKeyringTarget(SeedFiles seeds) : Target("secret-keyring", 4, seeds.SecretKeys.Concat(Several(seeds)))
{
    private readonly Ownership _ownership = new(seeds);

    public override string Execute(byte[] input)
    {
        var parts = SecretKeyRing.Split(input, Limits);
        var read = 0;
        PgpException? refused = null;
        foreach (var part in parts)
        {
            try
            {
                Check(SecretKeyRing.Certificate(part, Limits));
                read++;
            }
            catch (PgpException e)
            {
                refused = e;
            }
        }

        if (input.Length % 4 == 0) ReadAll([.. parts.SelectMany(part => part.ToArray())]);
        if (refused is not null) throw refused;
        return $"read {read} of {parts.Count}";
    }

    private void Check(Certificate certificate)
    {
        var octets = certificate.ToBytes();
        if (Packet.Split(octets, Limits.MaxPacket).Any(packet => packet.Type is PacketType.SecretKey or PacketType.SecretSubkey))
            throw new Violation("a secret key packet is in a certificate");
        if (!Certificate.Read(octets, Limits).ToBytes().AsSpan().SequenceEqual(octets))
            throw new Violation("the certificate of a secret key isn't read as it was written");
        _ownership.Check(certificate);
    }

    private void ReadAll(byte[] ring)
    {
        var keys = SecretKey.ReadAll(ring, SeedFiles.Passphrase, Limits);
        try
        {
            foreach (var key in keys) Check(key.Certificate);
        }
        finally
        {
            foreach (var key in keys) key.Dispose();
        }
    }

    private static IEnumerable<byte[]> Several(SeedFiles seeds)
    {
        var keys = seeds.Keys.Select(key => (Octets: key.ToBytes(), Armor: System.Text.Encoding.ASCII.GetBytes(key.ToArmor()))).ToList();
        for (var i = 0; i < keys.Count; i++)
        {
            var (one, other) = (keys[i], keys[(i + 1) % keys.Count]);
            yield return [.. one.Octets, .. other.Octets];
            yield return [.. one.Armor, .. "\n"u8, .. other.Armor];
        }
    }
}
