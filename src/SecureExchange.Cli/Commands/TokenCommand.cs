using System.CommandLine;
using SecureExchange.Access;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx token issue</c>: embedded identity only, on the gateway's host.</summary>
internal static class TokenCommand
{
    private static Option<string> Party { get; } = new("--party") { Description = "which organisation", Required = true };

    private static Option<string> Caller { get; } = new("--caller") { Description = "which person or service of it", Required = true };

    private static Option<string[]> Roles { get; } = new("--role") { Description = $"one or more of {string.Join(", ", RoleNames.All)}", Required = true };

    private static Option<string> Data { get; } = new("--data") { Description = "the gateway's data folder (default: SX_DATA, or ./data)", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SX_DATA") ?? "data" };

    private static Option<int> Hours { get; } = new("--hours") { Description = "how long it is valid, 1 to 24", DefaultValueFactory = _ => 12 };

    internal static Command Create()
    {
        var command = new Command("issue", "issue a bearer token with the embedded issuer's key") { Party, Caller, Roles, Data, Hours };
        command.SetAction(parsed =>
        {
            if (!PartyId.TryParse(parsed.GetValue(Party), out var party)) throw new CliException(Terminal.Usage, "--party: 2 to 32 of a-z, 0-9 and -, starting with a letter");
            if (!CallerId.TryParse(parsed.GetValue(Caller), out var id)) throw new CliException(Terminal.Usage, "--caller: 1 to 64 of A-Z, a-z, 0-9 and . _ @ -");
            if (parsed.GetValue(Hours) is not (>= 1 and <= 24)) throw new CliException(Terminal.Usage, "--hours: 1 to 24");
            var path = Path.Combine(parsed.GetRequiredValue(Data), "keys", "issuer.pem");
            if (!File.Exists(path)) throw new CliException(Terminal.Usage, $"there is no {path}: run this on the gateway's host, and name its data folder with --data");
            using var issuer = LocalIssuer.FromPem(File.ReadAllText(path));
            var caller = new Caller(party, id, [.. parsed.GetRequiredValue(Roles).Select(ReadRole)]);
            Terminal.Print(issuer.Issue(caller, TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(parsed.GetValue(Hours))));
            return 0;
        });
        return new Command("token", "tokens of the embedded issuer") { command };
    }

    private static Role ReadRole(string name) => RoleNames.TryParse(name, out var role)
        ? role
        : throw new CliException(Terminal.Usage, $"--role: one of {string.Join(", ", RoleNames.All)}");
}
