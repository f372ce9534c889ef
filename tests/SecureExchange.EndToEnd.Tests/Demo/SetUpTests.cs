using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Demo;

/// <summary>What a user does first, with the scripts that come with the product.</summary>
public sealed partial class SetUpTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 600_000)]
    public async Task The_demo_starts_its_commands_work_and_starting_again_keeps_everything()
    {
        DemoRun.Link(_folder.Path);
        await using var demo = await DemoRun.StartAsync(_folder.Path, FreeUrl());
        var commands = Commands().Matches(demo.Output).Select(m => m.Value.Trim()).ToList();
        Assert.Equal(5, commands.Count(c => c.Contains("./sx ", StringComparison.Ordinal)));
        foreach (var who in (string[])["client", "vendor", "auditor"])
            Assert.Contains($"{who}    {_folder.Path}/data/demo/{who}.token", Spaces().Replace(demo.Output, "    "), StringComparison.Ordinal);

        await RunAsync($"set -e\n{string.Join('\n', commands)}");
        var (sent, result) = (Csv("data/demo/claims.csv"), Csv("result.csv"));
        Assert.Equal(100, result.RowCount);
        Assert.Equal(sent[7, "full_name"], result[7, "full_name"]);
        Assert.NotEqual(sent[7, "full_name"], Csv("work.csv")[7, "full_name"]);

        AssertSecretsAreTheOwnersOnly();
        var listed = await RunAsync(List(commands));
        Assert.Equal(3, listed.Split('\n').Length - 1); // A header, the dispatch and its return.
        Assert.Equal(130, await demo.InterruptAsync());
        Assert.Contains("can't be reached", (await ShellAsync(List(commands))).Errors, StringComparison.Ordinal);

        await demo.StartAgainAsync();
        Assert.Equal(listed, await RunAsync(List(commands)));
        // The same gateway under the same keys: sx would say so if it weren't.
        Assert.DoesNotContain("first", (await ShellAsync(commands[^1])).Succeeded().Errors, StringComparison.Ordinal);
    }

    private void AssertSecretsAreTheOwnersOnly()
    {
        var data = Path.Combine(_folder.Path, "data");
        var secrets = Directory.EnumerateFiles(Path.Combine(data, "keys"), "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(data, "demo"), "*.token"))
            .Concat(Directory.EnumerateFiles(Path.Combine(data, "demo"), "*.sec.asc"))
            .Append(Path.Combine(data, "gateway.db")).ToList();
        Assert.True(secrets.Count >= 10, string.Join('\n', secrets));
        Assert.All(secrets, path => Assert.True(File.GetUnixFileMode(path) == OwnerOnly, $"{path}: {File.GetUnixFileMode(path)}"));
    }

    /// <summary>What the printed commands say of where the gateway is, and a look at what there is.</summary>
    private static string List(List<string> commands) => string.Join('\n', commands.Where(c => c.StartsWith("export ", StringComparison.Ordinal)))
        + "\n./sx list --token-file data/demo/client.token";

    private CsvTable Csv(string path) => CsvTable.Parse(File.ReadAllBytes(Path.Combine(_folder.Path, path)));

    private async Task<string> RunAsync(string script) => (await ShellAsync(script)).Succeeded().Text;

    private Task<PeerResult> ShellAsync(string script) => Peer.RunAsync(
        "bash", ["-c", script], folder: _folder.Path,
        environment: new Dictionary<string, string> { ["SX_CONFIG"] = _folder.File("config") }, seconds: 120);

    private static Uri FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    [GeneratedRegex(@"^    (?:export |\w+=\$\(\./sx |\./sx ).*$", RegexOptions.Multiline)]
    private static partial Regex Commands();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}
