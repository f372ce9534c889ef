using System.Text;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop extract-cert</c></summary>
internal static class ExtractCertSubcommand
{
    internal static SopSubcommand Create() => new("extract-cert", "takes the certificate out of a secret key", RunAsync)
    {
        Options = [SopOption.NoArmor],
        Reads = "KEYS",
        Writes = "CERTS",
    };

    private static async Task RunAsync(SopCall call)
    {
        var certificate = (await SopKeys.SecretKeyFromInputAsync(call)).Certificate;
        await call.Output.WriteAsync(call.Armored ? Encoding.ASCII.GetBytes(certificate.ToArmor()) : certificate.ToBytes());
    }
}
