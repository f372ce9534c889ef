using System.CommandLine;
using System.Text.Json;
using SecureExchange.Cli.SignIn;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx login</c>, <c>sx logout</c>, <c>sx whoami</c></summary>
internal static class LoginCommand
{
    private static Option<string?> Issuer { get; } = new("--issuer") { Description = "which identity provider, where the gateway has several" };

    private static Option<string?> Key { get; } = new("--key") { Description = "sign a machine in: file of its private key (PEM: P-256, or RSA with 3072 bits or more)" };

    private static Option<string?> Machine { get; } = new("--machine") { Description = "with --key: who it is, as PARTY/CALLER" };

    private static Option<string?> Link { get; } = new("--link") { Description = "sign in with a link that sx token link made; it's good once" };

    internal static Command CreateLogin()
    {
        var command = new Command("login", "sign in: in a browser with your identity provider, with a machine's key, or with a link") { Issuer, Key, Machine, Link, GatewayOptions.Url };
        command.SetAction(async (parsed, ct) =>
        {
            var gateway = GatewayOptions.Address(parsed.GetValue(GatewayOptions.Url));
            var (key, machine, link) = (parsed.GetValue(Key), parsed.GetValue(Machine), parsed.GetValue(Link));
            if (key is null != machine is null) throw new CliException(Terminal.Usage, "--key and --machine go together");
            if (key is not null && link is not null) throw new CliException(Terminal.Usage, "--key or --link, not both");
            var login = key is not null ? await MachineSignIn.RunAsync(gateway, key, machine!, ct)
                : link is not null ? await LinkSignIn.RunAsync(gateway, link, ct)
                : await DeviceSignIn.RunAsync(await ProviderAsync(gateway, parsed.GetValue(Issuer), ct), ct);
            using var client = new GatewayClient(gateway, login.AccessToken);
            var who = await client.GetJsonAsync("v1/whoami", ct);
            login.Remember(gateway);
            Terminal.Say($"signed in at {gateway.Authority}");
            Terminal.Print(Describe(who));
            return 0;
        });
        return command;
    }

    internal static Command CreateLogout()
    {
        var command = new Command("logout", "forget the sign-in, and end it at the identity provider where that listens") { GatewayOptions.Url };
        command.SetAction(async (parsed, ct) =>
        {
            var gateway = GatewayOptions.Address(parsed.GetValue(GatewayOptions.Url));
            var login = Login.Find(gateway);
            if (!Login.Forget(gateway)) throw new CliException(Terminal.Refused, $"nobody is signed in at {gateway.Authority}");
            if (login is { RefreshToken: not null, Provider: not null }) await DeviceSignIn.RevokeAsync(login, ct);
            Terminal.Say($"signed out of {gateway.Authority}");
            return 0;
        });
        return command;
    }

    internal static Command CreateWhoAmI()
    {
        return new Command("whoami", "say as whom the gateway knows you, and until when").ForGateway(async (_, client, ct) =>
        {
            Terminal.Print(Describe(await client.GetJsonAsync("v1/whoami", ct)));
            return 0;
        });
    }

    private static async Task<Provider> ProviderAsync(Uri gateway, string? name, CancellationToken ct)
    {
        using var client = new GatewayClient(gateway, token: null);
        var all = (await client.GetJsonAsync("v1/sign-in", ct)).GetProperty("providers").Deserialize<List<Provider>>(JsonSerializerOptions.Web)!;
        if (all.Count == 0)
            throw new CliException(Terminal.Refused, "the gateway names no provider for signing in at a terminal; use --key or --link, or a token file");
        var wanted = all.Where(p => name is null || p.Name == name).ToList();
        return wanted is [var one] ? one : throw new CliException(
            Terminal.Usage, $"name your identity provider with --issuer: {string.Join(", ", all.Select(p => p.Name))}");
    }

    private static string Describe(JsonElement who)
    {
        string Text(string name) => who.GetProperty(name).GetString()!;
        var roles = string.Join(", ", who.GetProperty("roles").EnumerateArray().Select(r => r.GetString()));
        return $"{Text("party")}/{Text("caller")} ({roles}), says {Text("issuer")}, until {Text("expires")}";
    }
}
