using System.Net.Sockets;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Demo;

/// <summary>The README's walk-through, word for word, on a fresh demo.</summary>
public sealed class WalkthroughTests : IDisposable
{
    /// <summary>Where a gateway listens whom nobody tells otherwise, as the README has it.</summary>
    private static readonly Uri s_default = new("http://127.0.0.1:8080");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 600_000)]
    public async Task Every_command_of_the_readme_prints_what_the_readme_says()
    {
        var readme = Path.Combine(Checkout.Root, "README.md");
        var walkthrough = Transcript.Read(await File.ReadAllTextAsync(readme), "walkthrough");
        if (await IsTakenAsync()) Peer.Missing($"something else listens on {s_default.Authority}, where the README has the gateway");
        DemoRun.Link(_folder.Path);
        await using var demo = await DemoRun.StartAsync(_folder.Path, s_default);
        Assert.Null(await walkthrough.RunAsync(
            _folder.Path, new Dictionary<string, string> { ["SX_CONFIG"] = _folder.File("config") }, seconds: 240));
        Assert.Equal(130, await demo.InterruptAsync());
    }

    private static async Task<bool> IsTakenAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(s_default.Host, s_default.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
