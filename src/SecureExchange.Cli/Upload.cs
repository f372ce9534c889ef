using System.CommandLine;
using System.Net.Http.Headers;

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
        if (parsed.GetValue(SecretKeyFile.Key) is not { } keyFile) return () => Named(new StreamContent(System.IO.File.OpenRead(path), 128 * 1024), path);
        var signer = SecretKeyFile.Read(keyFile, parsed.GetValue(SecretKeyFile.Passphrase));
        var gateway = (await GatewayCertificate.GetAsync(client, file: null, ct))[0];
        return () => Named(new SealedContent(path, gateway, signer), path);
    }

    /// <summary>The file's name goes along for its sender to recognise it by: in a header, since proxies write paths into
    /// their logs.</summary>
    private static HttpContent Named(HttpContent content, string path)
    {
        content.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = Path.GetFileName(path) };
        return content;
    }
}
