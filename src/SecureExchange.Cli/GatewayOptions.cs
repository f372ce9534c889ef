using System.CommandLine;
using System.Net;
using SecureExchange.Cli.SignIn;

namespace SecureExchange.Cli;

/// <summary>The options of every command that talks to a gateway.</summary>
internal static class GatewayOptions
{
    internal static Option<string?> Url { get; } = new("--url") { Description = "the gateway (default: SX_URL, or http://127.0.0.1:8080)" };

    internal static Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = "file that holds your bearer token (default: SX_TOKEN_FILE, the token itself in SX_TOKEN, or as sx login has signed you in)",
    };

    /// <summary>A command with these options.</summary>
    internal static Command ForGateway(this Command command, Func<ParseResult, GatewayClient, CancellationToken, Task<int>> run)
    {
        command.Options.Add(Url);
        command.Options.Add(TokenFile);
        command.SetAction(async (parsed, ct) =>
        {
            using var client = await ConnectAsync(parsed.GetValue(Url), parsed.GetValue(TokenFile), ct);
            return await run(parsed, client, ct);
        });
        return command;
    }

    /// <summary>The gateway's address.</summary>
    internal static Uri Address(string? url)
    {
        url ??= Environment.GetEnvironmentVariable("SX_URL") ?? "http://127.0.0.1:8080";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new CliException(Terminal.Usage, "--url has to be an http or https address");
        // A bearer token is as good as a password, and plain HTTP shows it to everybody on the way.
        if (address.Scheme == "http" && !IsLoopback(address))
            throw new CliException(Terminal.Usage, "plain http only to this machine; use https");
        return address;
    }

    /// <summary>A client with the token that was given, or that of the sign-in.</summary>
    internal static async Task<GatewayClient> ConnectAsync(string? url, string? tokenFile, CancellationToken ct)
    {
        var address = Address(url);
        return new GatewayClient(
            address, GivenToken(tokenFile ?? Environment.GetEnvironmentVariable("SX_TOKEN_FILE")) ?? await Login.TokenAsync(address, ct));
    }

    private static string? GivenToken(string? file)
    {
        var token = (file is null ? Environment.GetEnvironmentVariable("SX_TOKEN") : File.ReadAllText(file))?.Trim();
        return file is null && token is "" ? null : token;
    }

    private static bool IsLoopback(Uri url) =>
        url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
