namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop extract-cert</c></summary>
internal static class ExtractCertSubcommand
{
    internal static SopSubcommand Create() => new("extract-cert", "takes the certificates out of secret keys; needs no password", RunAsync)
    {
        Options = [SopOption.NoArmor],
        Reads = "KEYS",
        Writes = "CERTS",
    };

    private static async Task RunAsync(SopCall call) =>
        await call.WriteCertificatesAsync(await SopKeys.CertificatesOfKeysFromInputAsync(call));
}
