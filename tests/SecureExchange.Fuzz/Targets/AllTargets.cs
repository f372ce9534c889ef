using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Every door of the engine.</summary>
internal static class AllTargets
{
    public static IReadOnlyList<Target> Of(SeedFiles seeds) =>
    [
        new CertificateTarget(seeds),
        new KeyringTarget(seeds),
        new RevocationTarget(seeds),
        new SecretKeyTarget(seeds),
        new SecretKeyringTarget(seeds),
        new ArmorTarget(seeds),
        new MessageTarget(seeds),
        new SignedTarget(seeds),
        new DetachedTarget(seeds),
        new BZip2Target(seeds),
        Inside("inside", 30, PacketType.IntegrityProtectedData, null, seeds),
        Inside("inside-ocb", 3, PacketType.IntegrityProtectedData, AeadAlgorithm.Ocb, seeds),
        Inside("inside-gcm", 3, PacketType.IntegrityProtectedData, AeadAlgorithm.Gcm, seeds),
        Inside("inside-eax", 2, PacketType.IntegrityProtectedData, AeadAlgorithm.Eax, seeds),
        Inside("inside-20", 2, PacketType.LibrePgpAeadData, AeadAlgorithm.Ocb, seeds),
    ];

    private static InsideTarget Inside(string name, int weight, PacketType type, AeadAlgorithm? mode, SeedFiles seeds) =>
        new(name, weight, seeds, new Container(seeds.Reader, type, mode));
}
