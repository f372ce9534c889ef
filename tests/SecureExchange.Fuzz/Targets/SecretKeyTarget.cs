using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Secret keys, with the passphrase of those that have one.</summary>
internal sealed class SecretKeyTarget(SeedFiles seeds) : Target("secret-key", 3, seeds.SecretKeys)
{
    public override string Execute(byte[] input)
    {
        using var key = SecretKey.Read(input, SeedFiles.Passphrase, Limits);
        var octets = key.ToBytes();
        using var again = SecretKey.Read(octets, default, Limits);
        if (!again.ToBytes().AsSpan().SequenceEqual(octets))
            throw new Violation("a secret key that was written isn't read as it was written");
        var certificate = key.Certificate.ToBytes();
        if (!Certificate.Read(certificate, Limits).ToBytes().AsSpan().SequenceEqual(certificate))
            throw new Violation("the certificate of a secret key isn't read as it was written");
        return $"read {key.Certificate.Subkeys.Count}";
    }
}
