using SecureExchange.Testing;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tests.Stores;
using SecureExchange.Transparency.Tests.Witnesses;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Tests.ThirdParty;

/// <summary>Our logs and proofs, checked by programs that have no line of ours.</summary>
public sealed class ThirdPartyTests
{
    private static readonly string s_folder = Path.Combine(
        Checkout.Root, "tests", "SecureExchange.Transparency.Tests", "ThirdParty");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(66_000)]
    public async Task Node_verifies_our_log_and_finds_a_changed_byte(int size)
    {
        using var folder = new TempFolder();
        var path = folder.File("log");
        await using (var log = await Logs.OpenAsync(new FolderTileStore(path))) await Logs.AppendAsync(log, 0, size);
        var result = await Peer.RunAsync("node", [Script("verify.mjs"), "log", path, Logs.Verifier.ToString()]);
        Assert.Equal($"verified {size} entries\n", result.Succeeded().Text);
        if (size == 0) return;

        var tile = Directory.EnumerateFiles(Path.Combine(path, "tile", "entries"), "*", SearchOption.AllDirectories).First();
        var bytes = await File.ReadAllBytesAsync(tile);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(tile, bytes);
        result = await Peer.RunAsync("node", [Script("verify.mjs"), "log", path, Logs.Verifier.ToString()]);
        Assert.NotEqual(0, result.ExitCode);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("sh")]
    public async Task Node_and_a_shell_with_openssl_verify_our_proofs(string program)
    {
        if (program == "sh") _ = (Peer.Require("openssl"), Peer.Require("xxd"));
        using var folder = new TempFolder();
        await using var log = await Logs.OpenAsync(new FolderTileStore(folder.File("log")));
        await Logs.AppendAsync(log, 0, 300);
        foreach (var index in new[] { 0, 1, 255, 256, 298, 299 })
        {
            await File.WriteAllTextAsync(folder.File("proof"), await log.ProveAsync(index, CancellationToken.None));
            await File.WriteAllBytesAsync(folder.File("entry"), Logs.Entry(index));
            var result = await RunAsync(program, folder);
            Assert.Equal($"verified entry {index} of 300\n", result.Succeeded().Text);

            await File.WriteAllBytesAsync(folder.File("entry"), Logs.Entry(index + 1));
            Assert.NotEqual(0, (await RunAsync(program, folder)).ExitCode);
        }
    }

    [Fact]
    public async Task Node_verifies_our_cosignatures()
    {
        using var folder = new TempFolder();
        using var signer = Logs.Signer();
        using var witness = Keys.Cosigning(1);
        var checkpoint = Checkpoint.Sign(signer, 3, MerkleTree.EmptyRoot);
        var cosigned = checkpoint.Note + witness.Cosign(checkpoint, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        await File.WriteAllTextAsync(folder.File("checkpoint"), cosigned);
        string[] arguments = [Script("verify.mjs"), "cosigned", folder.File("checkpoint"), $"{signer.Verifier}", $"{witness.Cosigner}"];
        var result = await Peer.RunAsync("node", arguments);
        Assert.Equal("witness.example/w1 saw 3 entries at 1700000000\n", result.Succeeded().Text);

        arguments[^1] = $"{Keys.Cosigner(2)}";
        Assert.NotEqual(0, (await Peer.RunAsync("node", arguments)).ExitCode);
    }

    private static Task<PeerResult> RunAsync(string program, TempFolder folder) => program == "node"
        ? Peer.RunAsync("node", [Script("verify.mjs"), "proof", folder.File("proof"), folder.File("entry"), Logs.Verifier.ToString()])
        : Peer.RunAsync("sh", [Script("verify-proof.sh"), folder.File("proof"), folder.File("entry"), Logs.Verifier.ToString()]);

    private static string Script(string name) => Path.Combine(s_folder, name);
}
