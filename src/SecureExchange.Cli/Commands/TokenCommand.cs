using System.CommandLine;
using SecureExchange.Access;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx token issue|link</c>: embedded identity only, on the gateway's host.</summary>
internal static class TokenCommand
{
    private static Option<string> Party { get; } = new("--party") { Description = "which organisation", Required = true };

    private static Option<string> Caller { get; } = new("--caller") { Description = "which person or service of it", Required = true };

    private static Option<string[]> Roles { get; } = new("--role") { Description = $"one or more of {string.Join(", ", RoleNames.All)}", Required = true };

    private static Option<string> Data { get; } = new("--data") { Description = "the gateway's data folder (default: SX_DATA, or ./data)", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SX_DATA") ?? "data" };

    private static Option<int> Hours { get; } = new("--hours") { Description = "how long it is valid, 1 to 24", DefaultValueFactory = _ => 12 };

    private static Option<int> Minutes { get; } = new("--minutes") { Description = "how long it may wait to be used, 1 to 60", DefaultValueFactory = _ => 10 };

    internal static Command Create()
    {
        var issue = new Command("issue", "issue a bearer token with the embedded issuer's key") { Party, Caller, Roles, Data, Hours };
        issue.SetAction(parsed =>
        {
            if (parsed.GetValue(Hours) is not (>= 1 and <= 24)) throw new CliException(Terminal.Usage, "--hours: 1 to 24");
            using var issuer = Issuer(parsed);
            Terminal.Print(issuer.Issue(Whom(parsed), TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(parsed.GetValue(Hours))));
            return 0;
        });
        var link = new Command("link", "make a link that signs a person in, once") { Party, Caller, Roles, Data, Minutes, GatewayOptions.Url };
        link.SetAction(parsed =>
        {
            if (parsed.GetValue(Minutes) is not (>= 1 and <= 60)) throw new CliException(Terminal.Usage, "--minutes: 1 to 60");
            var gateway = GatewayOptions.Address(parsed.GetValue(GatewayOptions.Url));
            using var issuer = Issuer(parsed);
            var made = issuer.IssueLink(Whom(parsed), TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(parsed.GetValue(Minutes)));
            Terminal.Print($"{gateway.GetLeftPart(UriPartial.Authority)}/sign-in#{made}");
            return 0;
        });
        return new Command("token", "tokens and links of the embedded issuer") { issue, link };
    }

    private static Caller Whom(ParseResult parsed)
    {
        if (!PartyId.TryParse(parsed.GetValue(Party), out var party)) throw new CliException(Terminal.Usage, "--party: 2 to 32 of a-z, 0-9 and -, starting with a letter");
        if (!CallerId.TryParse(parsed.GetValue(Caller), out var id)) throw new CliException(Terminal.Usage, "--caller: 1 to 64 of A-Z, a-z, 0-9 and . _ @ -");
        return new Caller(party, id, [.. parsed.GetRequiredValue(Roles).Select(ReadRole)]);
    }

    private static LocalIssuer Issuer(ParseResult parsed)
    {
        var path = Path.Combine(parsed.GetRequiredValue(Data), "keys", "issuer.pem");
        if (!File.Exists(path)) throw new CliException(Terminal.Usage, $"there is no {path}: run this on the gateway's host, and name its data folder with --data");
        return LocalIssuer.FromPem(File.ReadAllText(path));
    }

    private static Role ReadRole(string name) => RoleNames.TryParse(name, out var role)
        ? role
        : throw new CliException(Terminal.Usage, $"--role: one of {string.Join(", ", RoleNames.All)}");
}
