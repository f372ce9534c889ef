namespace SecureExchange.Testing;

/// <summary>The real command line of one person: with a token, a folder to work in, and a memory of its own.</summary>
/// <param name="gateway">Which gateway it talks to.</param>
/// <param name="folder">Where relative paths start.</param>
/// <param name="name">Whose it is; names its token's file.</param>
public sealed class Sx(GatewayProcess gateway, string folder, string name)
{
    private string TokenFile => System.IO.Path.Combine(folder, $"{name}.token");

    private string Config => System.IO.Path.Combine(folder, $"{name}.config");

    /// <summary>The bearer token that it signs in with.</summary>
    public string Token => File.ReadAllText(TokenFile).Trim();

    /// <summary>Makes it someone, as the gateway's operator does it.</summary>
    public async Task<Sx> SignInAsync(string party, params string[] roles)
    {
        var issued = (await RunAsync(
            ["token", "issue", "--data", gateway.Data, "--party", party, "--caller", $"{name}-1", .. roles.SelectMany(r => new[] { "--role", r })])).Succeeded();
        await File.WriteAllTextAsync(TokenFile, issued.Text);
        return this;
    }

    /// <summary>Runs a command to its end.</summary>
    public Task<PeerResult> RunAsync(params string[] arguments) => RunAsync(60, arguments);

    /// <summary>Runs a command to its end, which comes within so many seconds.</summary>
    public Task<PeerResult> RunAsync(int seconds, params string[] arguments)
    {
        return Peer.RunAsync("dotnet", [BuiltProgram.Cli, .. arguments], folder: folder, environment: Environment(), seconds: seconds);
    }

    /// <summary>Starts a command, and goes on.</summary>
    public RunningCommand Start(params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(Peer.Require("dotnet"), [BuiltProgram.Cli, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (variable, value) in Environment()) start.Environment[variable] = value;
        return new RunningCommand(start);
    }

    private Dictionary<string, string> Environment()
    {
        var environment = new Dictionary<string, string>
        {
            ["SX_URL"] = gateway.Url.OriginalString,
            ["SX_CONFIG"] = Config,
            ["SX_TOKEN"] = "",
        };
        if (File.Exists(TokenFile)) environment["SX_TOKEN_FILE"] = TokenFile;
        return environment;
    }

    /// <summary>Runs a command that has to succeed.</summary>
    /// <returns>What it wrote to its output, trimmed.</returns>
    public async Task<string> DoAsync(params string[] arguments) => (await RunAsync(arguments)).Succeeded().Text.Trim();
}
