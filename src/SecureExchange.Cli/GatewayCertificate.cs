using System.Text;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli;

/// <summary>The gateway's certificate: from a file, as remembered, or trusted on first use, which is said.</summary>
internal static class GatewayCertificate
{
    /// <exception cref="CliException">It isn't the one that was remembered.</exception>
    internal static async Task<Certificate> GetAsync(GatewayClient client, string? file, CancellationToken ct)
    {
        if (file is not null) return Certificate.Read(await File.ReadAllBytesAsync(file, ct));
        var served = Certificate.Read(await client.GetBytesAsync("v1/gateway/certificate", ct));
        var name = client.Address.Authority;
        if (ConfigFolder.Find("gateways", name) is not { } known)
        {
            Terminal.Say($"first contact with {name}: its certificate is {served.Fingerprint}; ask the operator whether that's right");
            ConfigFolder.Remember("gateways", name, Encoding.ASCII.GetBytes(served.ToArmor()));
            return served;
        }

        var remembered = Certificate.Read(known);
        if (remembered.Fingerprint == served.Fingerprint) return served;
        if (client.IsLocal)
        {
            // Nobody is in between on this machine, and its gateways come and go at the same address.
            Terminal.Say($"another gateway than before is at {name}: its certificate is {served.Fingerprint}");
            ConfigFolder.Remember("gateways", name, Encoding.ASCII.GetBytes(served.ToArmor()));
            return served;
        }

        throw new CliException(
            Terminal.NotVerified,
            $"{name} shows another certificate ({served.Fingerprint}) than before ({remembered.Fingerprint}): either it isn't the "
            + "same gateway, or someone is in between; ask the operator, then name the right one with --gateway-certificate");
    }
}
