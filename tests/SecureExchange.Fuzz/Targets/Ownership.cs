using System.Security.Cryptography;
using SecureExchange.Fuzz.Mutations;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.Fuzz.Targets;

/// <summary>What the owners of the seeds' certificates said. Nobody else has their keys: whatever is read, nothing more may be
/// theirs.</summary>
internal sealed class Ownership
{
    private readonly HashSet<string> _bound = [];
    private readonly Dictionary<Fingerprint, Certificate> _known = [];

    public Ownership(SeedFiles seeds)
    {
        foreach (var parts in seeds.Certificates.Concat(seeds.SecretKeys).SelectMany(Keys))
        {
            if (TryLearn(parts)) continue;

            // What isn't read for one packet is read by mutations that drop it.
            for (var i = 1; i < parts.Count; i++) TryLearn([.. parts[..i], .. parts[(i + 1)..]]);
        }
    }

    public IEnumerable<Certificate> Known => _known.Values;

    /// <summary>The certificate of the seeds that another is a copy of, if any.</summary>
    public Certificate? Find(Certificate copy) => _known.GetValueOrDefault(copy.Fingerprint);

    /// <exception cref="Violation">Something is bound that its owner didn't bind.</exception>
    public void Check(Certificate certificate)
    {
        if (Bound(certificate).FirstOrDefault(part => !_bound.Contains(part)) is { } part)
            throw new Violation($"bound to a key whose owner didn't bind it: {part}");
    }

    /// <summary>Each that a seed holds, so that one that isn't read hides no other.</summary>
    private static List<List<PacketPart>> Keys(byte[] seed)
    {
        var octets = ArmorMutator.IsArmored(seed) ? ArmorMutator.TakeOff(seed) ?? seed : seed;
        var keys = new List<List<PacketPart>>();
        foreach (var part in PacketPart.Split(octets))
        {
            if (keys.Count == 0 || (PacketType)part.Type is PacketType.PublicKey or PacketType.SecretKey) keys.Add([]);
            keys[^1].Add(part);
        }

        return keys;
    }

    private bool TryLearn(List<PacketPart> parts)
    {
        try
        {
            var octets = PacketMutator.Join(parts);
            var certificate = (PacketType)parts[0].Type == PacketType.SecretKey ? SecretKeyRing.Certificate(octets) : Certificate.Read(octets);
            _bound.UnionWith(Bound(certificate));
            _known[certificate.Fingerprint] = certificate;
            return true;
        }
        catch (PgpException)
        {
            return false; // Of a kind that isn't read: a seed all the same.
        }
    }

    private static IEnumerable<string> Bound(Certificate certificate) =>
        certificate.AllUserIds.Where(id => id.Bindings.Count > 0).Select(id => id.Octets)
            .Concat(certificate.Subkeys.Where(key => key.Bindings.Count > 0).Select(key => key.Packet.Body))
            .Select(octets => $"{certificate.Fingerprint} {Convert.ToHexString(SHA256.HashData(octets.Span))}");
}
