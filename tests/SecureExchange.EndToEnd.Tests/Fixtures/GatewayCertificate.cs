using System.Text;

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>The certificate that a gateway publishes, in the keyring of people's gpg.</summary>
internal static class GatewayCertificate
{
    /// <summary>Imports it.</summary>
    /// <returns>Its fingerprint.</returns>
    internal static async Task<string> ImportAsync(Exchange exchange)
    {
        var certificate = await exchange.Http(who: null).GetStringAsync("v1/gateway/certificate");
        await exchange.Gpg.ImportAsync(certificate);
        var shown = await exchange.Gpg.RunAsync(Encoding.ASCII.GetBytes(certificate), "--with-colons", "--show-keys");
        return shown.Succeeded().Text.Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
    }
}
