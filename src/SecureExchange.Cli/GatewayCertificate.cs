using System.Text;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli;

/// <summary>The gateway's certificate: from a file, as remembered, or trusted on first use, which is said.</summary>
internal static class GatewayCertificate
{
    /// <returns>The current one, then those that it has superseded: what they signed is still the gateway's.</returns>
    /// <exception cref="CliException">It isn't the one that was remembered, nor one that that one vouches for.</exception>
    internal static async Task<IReadOnlyList<Certificate>> GetAsync(GatewayClient client, string? file, CancellationToken ct)
    {
        if (file is not null) return Certificate.ReadAll(await File.ReadAllBytesAsync(file, ct));
        var all = Certificate.ReadAll(await client.GetBytesAsync("v1/gateway/certificate", ct));
        var served = all[0];
        var name = client.Address.Authority;
        if (ConfigFolder.Find("gateways", name) is not { } known)
        {
            Terminal.Say($"first contact with {name}: its certificate is {served.Fingerprint}; ask the operator whether that's right");
            ConfigFolder.Remember("gateways", name, Encoding.ASCII.GetBytes(served.ToArmor()));
            return all;
        }

        var remembered = Certificate.Read(known);
        if (remembered.Fingerprint == served.Fingerprint) return all;
        if (IsVouchedFor(all, remembered))
        {
            Terminal.Say($"{name} has changed its certificate to {served.Fingerprint}; the one that was known vouches for it");
            ConfigFolder.Remember("gateways", name, Encoding.ASCII.GetBytes(served.ToArmor()));
            return all;
        }

        if (client.IsLocal)
        {
            // Nobody is in between on this machine, and its gateways come and go at the same address.
            Terminal.Say($"another gateway than before is at {name}: its certificate is {served.Fingerprint}");
            ConfigFolder.Remember("gateways", name, Encoding.ASCII.GetBytes(served.ToArmor()));
            return all;
        }

        throw new CliException(
            Terminal.NotVerified,
            $"{name} shows another certificate ({served.Fingerprint}) than before ({remembered.Fingerprint}): either it isn't the "
            + "same gateway, or someone is in between; ask the operator, then name the right one with --gateway-certificate");
    }

    /// <summary>Whether a chain of certifications leads from the remembered certificate to the one that is served, each made when the next
    /// one was.</summary>
    private static bool IsVouchedFor(IReadOnlyList<Certificate> all, Certificate remembered)
    {
        var authority = remembered;
        for (var i = all.ToList().FindIndex(c => c.Fingerprint == remembered.Fingerprint) - 1; i >= 0; i--)
        {
            var next = all[i];
            if (!next.UserIds.Any(id => next.CertifiersOf(id, [authority], next.CreatedAt).Count > 0)) return false;
            if (i == 0) return true;
            authority = next;
        }

        return false;
    }
}
