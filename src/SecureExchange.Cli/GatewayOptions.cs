using System.CommandLine;
using System.Net;

namespace SecureExchange.Cli;

/// <summary>The options of every command that talks to a gateway.</summary>
internal static class GatewayOptions
{
    internal static Option<string?> Url { get; } = new("--url") { Description = "the gateway (default: SX_URL, or http://127.0.0.1:8080)" };

    internal static Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = "file that holds your bearer token (default: SX_TOKEN_FILE, or the token itself in SX_TOKEN)",
    };

    /// <summary>A command with these options.</summary>
    internal static Command ForGateway(this Command command, Func<ParseResult, GatewayClient, CancellationToken, Task<int>> run)
    {
        command.Options.Add(Url);
        command.Options.Add(TokenFile);
        command.SetAction(async (parsed, ct) =>
        {
            using var client = Connect(parsed.GetValue(Url), parsed.GetValue(TokenFile));
            return await run(parsed, client, ct);
        });
        return command;
    }

    internal static GatewayClient Connect(string? url, string? tokenFile)
    {
        url ??= Environment.GetEnvironmentVariable("SX_URL") ?? "http://127.0.0.1:8080";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new CliException(Terminal.Usage, "--url has to be an http or https address");
        // A bearer token is as good as a password, and plain HTTP shows it to everybody on the way.
        if (address.Scheme == "http" && !IsLoopback(address))
            throw new CliException(Terminal.Usage, "plain http only to this machine; use https");
        return new GatewayClient(address, ReadToken(tokenFile ?? Environment.GetEnvironmentVariable("SX_TOKEN_FILE")));
    }

    private static string? ReadToken(string? file) =>
        file is null ? Environment.GetEnvironmentVariable("SX_TOKEN")?.Trim() : File.ReadAllText(file).Trim();

    private static bool IsLoopback(Uri url) =>
        url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
