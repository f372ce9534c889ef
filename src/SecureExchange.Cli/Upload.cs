using System.CommandLine;

namespace SecureExchange.Cli;

/// <summary>How a file goes up: as it is, or sealed to the gateway and signed.</summary>
internal static class Upload
{
    internal static Argument<string> File { get; } = new("FILE") { Description = "CSV, NDJSON, or an OpenPGP message to the gateway" };

    /// <summary>The body, made anew for each attempt.</summary>
    internal static async Task<Func<HttpContent>> PrepareAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var path = parsed.GetRequiredValue(File);
        if (!System.IO.File.Exists(path)) throw new CliException(Terminal.Usage, $"there is no file {path}");
        if (parsed.GetValue(SecretKeyFile.Key) is not { } keyFile) return () => new StreamContent(System.IO.File.OpenRead(path), 128 * 1024);
        var signer = SecretKeyFile.Read(keyFile, parsed.GetValue(SecretKeyFile.Passphrase));
        var gateway = await GatewayCertificate.GetAsync(client, file: null, ct);
        return () => new SealedContent(path, gateway, signer);
    }

    /// <summary>The path of a file's upload: the name goes along for people to recognise it by.</summary>
    internal static string PathFor(string route, ParseResult parsed) =>
        $"{route}/{Uri.EscapeDataString(Path.GetFileName(parsed.GetRequiredValue(File)))}";
}
